"""Where is my order: answered at once for a customer we know, after number and e-mail for one we don't."""

from __future__ import annotations

from collections.abc import Sequence

from actions.cards import item_cards
from actions.cases import note_answered
from actions.conversation import Conversation, Reply
from actions.form import TaskForm
from actions.offers import offer_person, put_forward
from actions.orders import OrderBook, order_book, orders_meant
from actions.person import escalate
from actions.repeats import OFTEN, note_told, times_told
from actions.shop.port import Order, OrderState
from actions.tasks import ORDER_SLOTS
from actions.visit import Ended, Step, Visit
from actions.which_order import Found, find_order
from actions.wording import order_buttons, status


class ActionOrderStatus(Reply):
    """The answer, or the way to it."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_order_status"

    async def answer(self, talk: Conversation) -> None:
        """Tell at once what may be told; otherwise open the form that asks for proof."""
        await tell_status(talk)


class OrderStatusForm(TaskForm):
    """The questions to a customer we don't know."""

    form = "order_status_form"
    whole_order = True
    which = "Which order do you mean?"
    which_again = "Which of your orders is it?"

    def obstacle(self, order: Order) -> str | None:
        """One may ask about any order."""
        return None

    def nothing_possible(self, book: OrderBook) -> str:
        """Only for a customer whose account has no orders."""
        return "I can’t see any orders on your account."

    async def title(self, talk: Conversation) -> str:
        """Such as "Where is order 1042"."""
        number = talk.slot("order_number")
        return f"Where is {f'order {number}' if number else 'my order'}"

    async def next_step(self, visit: Visit) -> Step:
        """Number, e-mail, answer; for somebody who has logged in meanwhile, the one open order."""
        waiting = (await order_book(visit.talk)).open_orders
        if visit.talk.slot("shop_customer_id") and not visit.talk.slot("order_number") and len(waiting) == 1:
            visit.talk.set("order_number", waiting[0].number)
        found = await find_order(visit, self)
        if not isinstance(found, Found):
            return found
        visit.talk.set("spoken_order", found.order.number)
        return Ended(status(found.order), outcome="solved_assumed", cards=await item_cards(found.order.items))


async def tell_status(talk: Conversation) -> None:
    """Say where the order is that the message names, or the open one; ask which when there are several."""
    book = await order_book(talk)
    number = talk.heard.value("order_number")
    if number and book.find(number) is None and not book.identified:
        return _ask_for_proof(talk)
    if number and book.find(number) is None:
        return _unknown(talk, book, number)
    if not book.orders and not book.identified:
        return _ask_for_proof(talk)
    named = orders_meant(talk.heard, book.orders) if number else _named_among(talk, book)
    if len(named) == 1:
        return await _tell(talk, named[0])
    if len(named) > 1:
        return _which(talk, named)
    return _nothing_open(talk, book)


def _named_among(talk: Conversation, book: OrderBook) -> Sequence[Order]:
    """Open orders first: whoever asks "where is my tent" means one that is still to come, if there is one."""
    waiting = book.open_orders if book.identified else book.orders
    return orders_meant(talk.heard, waiting) or orders_meant(talk.heard, book.orders) or waiting


async def _tell(talk: Conversation, order: Order) -> None:
    answer = f"{order.number} {order.state.value}"
    times = times_told(talk, answer)
    note_told(talk, answer)
    if not times or talk.form:
        talk.say(status(order), cards=await item_cards(order.items))
    elif times == 1:
        offer_person(talk, f"Nothing has changed since you last asked. {status(order)}", "repetition")
    else:
        final = f"I still see the same for order {order.number}, and a person can find out more."
        text = f"I still see the same for order {order.number}."
        escalate(talk, "repetition", text, final=final if times >= OFTEN else None)
    talk.set("spoken_order", order.number)
    note_answered(talk, "order_status", f"Where is order {order.number}", {"order_number": order.number})


def _which(talk: Conversation, orders: Sequence[Order]) -> None:
    if talk.form or talk.heard.more_follows:  # another question is to come, and one at a time is enough
        talk.say(" ".join(status(order) for order in orders))
        return
    put_forward(talk, "which_order", numbers=[order.number for order in orders])
    talk.say("Which one?", order_buttons(orders, "order_status"))


def _unknown(talk: Conversation, book: OrderBook, number: str) -> None:
    text = f"I can’t find an order {number} on your account."
    waiting = book.open_orders
    if talk.form or talk.heard.more_follows:
        return talk.say(text)
    if not waiting:
        return offer_person(talk, text, "asked_for_person")
    put_forward(talk, "which_order", numbers=[order.number for order in waiting])
    talk.say(f"{text} Do you mean one of these?", order_buttons(waiting, "order_status"))


def _nothing_open(talk: Conversation, book: OrderBook) -> None:
    delivered = [order for order in book.orders if order.state is OrderState.DELIVERED]
    last = [*delivered, *book.orders][:1]
    if last:
        talk.say(f"You have no order on its way. {status(last[0])}")
    else:
        talk.say("I can’t see any orders on your account.")
    note_answered(talk, "order_status", "Asked about open orders", {})


def _ask_for_proof(talk: Conversation) -> None:
    if talk.asked_for in ORDER_SLOTS:  # the open form asks for the same two things, and one question is enough
        talk.say("To look that up I need the order number and the e-mail address it was placed with.")
    else:
        talk.follow_with("order_status_form")
