"""Cancelling an order that has not been shipped."""

from __future__ import annotations

import re
from typing import Final

from actions.cases import end_case
from actions.conversation import Conversation, Reply, button
from actions.form import TaskForm
from actions.offers import offer_person
from actions.orders import OrderBook
from actions.shop import current as shop
from actions.shop.port import Order, OrderState, ShopError
from actions.tasks import forget_answers
from actions.visit import Ended, Question, Step, Visit
from actions.waiting import go_on, spoken_of
from actions.which_order import Found, find_order, take_other_order
from actions.wording import things

_CANCEL: Final = re.compile(r"\bcancel\b")


class CancelForm(TaskForm):
    """The questions of a cancellation."""

    form = "cancel_form"
    confirmed = "cancel_confirmed"
    last_action = "action_cancel_order"
    whole_order = True
    which = "Which order should I cancel?"
    which_again = "So which order shall I cancel?"

    def obstacle(self, order: Order) -> str | None:
        """What has left the warehouse can't be cancelled, only sent back."""
        if order.state.can_still_change:
            return None
        if order.state.is_open:
            return (
                f"Order {order.number} has already been shipped, so it can’t be cancelled any more. "
                "Once it has arrived you can send it back free of charge."
            )
        if order.state is OrderState.DELIVERED:
            return f"Order {order.number} has already been delivered. You can send it back free of charge instead."
        ended = "cancelled" if order.state is OrderState.CANCELLED else "sent back"
        return f"Order {order.number} has already been {ended}."

    def nothing_possible(self, book: OrderBook) -> str:
        """Why nothing can be cancelled."""
        if book.open_orders:
            return self.obstacle(book.open_orders[0]) or ""
        return "You have no open order that could be cancelled."

    async def title(self, talk: Conversation) -> str:
        """Such as "Cancelling order 1050"."""
        number = talk.slot("order_number")
        return f"Cancelling {f'order {number}' if number else 'an order'}"

    def is_ours(self, visit: Visit) -> bool:
        """A bare "cancel" here may mean the order or this talk about it, so it is asked about, not acted on."""
        if visit.heard.intent == "stop" and visit.asked == "cancel_confirmed" and _CANCEL.search(visit.heard.words):
            return True
        return super().is_ours(visit)

    def read(self, visit: Visit) -> None:
        """Besides the order: yes and no to "shall I cancel it?"."""
        super().read(visit)
        take_other_order(visit)
        if visit.asked != "cancel_confirmed" or visit.talk.changed("order_number"):
            return
        if visit.heard.intent == "affirm" or self._says_cancel(visit):
            visit.talk.set("cancel_confirmed", True)
        elif visit.heard.intent == "deny":
            visit.talk.set("cancel_confirmed", False)
        visit.moved = visit.heard.intent == "stop"

    def _says_cancel(self, visit: Visit) -> bool:
        """Whether the wish is put once more; "cancel the return", while one waits, is another."""
        same = visit.heard.intent == self.task.intent and not spoken_of(visit.talk, besides=self.task)
        return same and bool(_CANCEL.search(visit.heard.words))

    async def next_step(self, visit: Visit) -> Step:
        """The order, then the confirmation."""
        found = await find_order(visit, self)
        if not isinstance(found, Found):
            return found
        if visit.talk.slot("cancel_confirmed") is False:
            return Ended(f"All right, order {found.order.number} stays as it is.")
        return Question(
            "cancel_confirmed",
            f"Shall I cancel order {found.order.number} ({things(found.order)})?",
            (button("Yes, cancel it", "/affirm"), button("No, keep it", "/deny")),
            again=f"Just to be sure: shall I cancel order {found.order.number} ({things(found.order)})?",
        )


class ActionCancelOrder(Reply):
    """The last step: the shop cancels."""

    def name(self) -> str:
        """As the form hands over to it."""
        return "action_cancel_order"

    async def answer(self, talk: Conversation) -> None:
        """Cancel it; a repeated turn changes nothing."""
        number = str(talk.slot("order_number"))
        try:
            await (await shop.current()).cancel(number)
        except ShopError as refused:
            offer_person(talk, str(refused), "form_failed")
            end_case(talk, "cancel_order", "abandoned")
        else:
            talk.say(f"Order {number} is cancelled.")
            end_case(talk, "cancel_order", "solved_assumed")
            forget_answers(talk)
        go_on(talk)
