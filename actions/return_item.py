"""Sending an item back: order, item, reason, refund or exchange, confirm; registered exactly once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final

from actions import policy
from actions.cases import end_case
from actions.conversation import Conversation, Reply
from actions.exchange_size import answers_size, forget_size, read_size, size_question
from actions.form import TaskForm
from actions.offers import offer_person
from actions.orders import OrderBook, items_meant, named_item, order_book, placed_in
from actions.return_summary import CHANGEABLE, change_in_words, read_confirmation, says_register, summary
from actions.shop import current as shop
from actions.shop.port import NewReturn, Order, OrderItem, OrderState, ShopError
from actions.tasks import forget_answers
from actions.visit import Question, Step, Visit
from actions.waiting import go_on
from actions.which_order import Found, find_order
from actions.wording import REASONS, RESOLUTIONS, item_buttons, on_day, today, value_buttons

_CORRECTING: Final = re.compile(r"\b(?:no|not|meant|actually|sorry|rather|other|instead|wrong|wait|oh)\b")


class ReturnForm(TaskForm):
    """The questions of a return."""

    form = "return_form"
    confirmed = "return_confirmed"
    last_action = "action_register_return"
    whole_order = False
    which = "Which order is it from?"
    which_again = "And which order did it come with?"

    def obstacle(self, order: Order) -> str | None:
        """Returns are for what has arrived, is still with the customer, and came not too long ago."""
        if order.state.is_open:
            return f"Order {order.number} hasn’t arrived yet; you can send things back once it has."
        if order.state is OrderState.CANCELLED:
            return f"Order {order.number} was cancelled, so there is nothing to send back."
        if not _returnable(order):
            return f"Everything from order {order.number} is already registered as a return."
        if order.delivered_on and today() - order.delivered_on > policy.RETURN_WINDOW:
            days = policy.RETURN_WINDOW.days
            return (
                f"Order {order.number} was delivered {on_day(order.delivered_on)}; returns are possible for "
                f"{days} days, and that time has passed."
            )
        return None

    def nothing_possible(self, book: OrderBook) -> str:
        """Why nothing can be sent back, with what will be possible later."""
        if book.open_orders:
            return self.obstacle(book.open_orders[0]) or ""
        return "I can’t see a delivered order of the last 60 days on your account to send something back from."

    async def in_words(self, talk: Conversation) -> Mapping[str, str]:
        """The item by its name in the catalogue, reason and wish as the buttons have them."""
        item = await _chosen_item(talk)
        words = {
            "return_item": item.name if item else None,
            "return_reason": REASONS.get(talk.slot("return_reason")),
            "return_resolution": RESOLUTIONS.get(talk.slot("return_resolution")),
        }
        return {slot: name for slot, name in words.items() if name}

    async def title(self, talk: Conversation) -> str:
        """Such as "Return of the Ridge 2 Tent, order 1031"."""
        number = talk.slot("order_number")
        item = await _chosen_item(talk)
        return f"Return{f' of the {item.name}' if item else ''}{f', order {number}' if number else ''}"

    def is_ours(self, visit: Visit) -> bool:
        """ "Register it", typed instead of pressed, is a yes whatever it was taken for, and so is a size, asked for."""
        return says_register(visit) or answers_size(visit) or super().is_ours(visit)

    def read(self, visit: Visit) -> None:
        """Besides the values: yes and no to the summary, and what is to be changed in it."""
        talk, heard = visit.talk, visit.heard
        item_before, order_before = talk.slot("return_item"), talk.slot("order_number")
        super().read(visit)
        for entity, titles in (("return_reason", REASONS), ("resolution", RESOLUTIONS)):
            if heard.value(entity) is None and not heard.is_question:
                _read_title(visit, self.values[entity], titles)
        if not _names_item(visit):
            talk.set("return_item", item_before)
        if order_before and talk.changed("order_number") and not visit.begins and not heard.value("product"):
            talk.set("return_item", None)
        read_size(visit)
        _read_change(visit)
        if self.changed_an_answer(visit):
            talk.set("return_confirmed", None)
        elif visit.asked == "return_confirmed":
            read_confirmation(visit)

    async def next_step(self, visit: Visit) -> Step:
        """The first thing still missing."""
        found = await find_order(visit, self)
        if not isinstance(found, Found):
            if visit.failed and visit.heard.value("product"):
                visit.talk.set("return_item", None)  # it is in the order that was just refused
            return found
        item = self._item(visit, found)
        if not isinstance(item, OrderItem):
            return item
        sizes = await (await shop.current()).sizes(item.sku)
        missing = _reason(visit) or _resolution(visit) or size_question(visit, item, sizes)
        return missing or summary(visit, found.order, item, sizes)

    def _item(self, visit: Visit, found: Found) -> OrderItem | Step:
        talk, order = visit.talk, found.order
        items = _returnable(order)
        meant = _items_named(visit, items)
        sku = talk.slot("return_item")
        if len(meant) == 1:
            talk.set("return_item", meant[0].sku)
            return _say_which(visit, found, meant[0])
        held = named_item(str(sku), items) if sku else None
        if held is not None:
            talk.set("return_item", held.sku)
        if held is not None and not meant:
            return _say_which(visit, found, held)
        if sku is not None and held is None:
            visit.notice(_why_not_item(order, str(sku)))
            visit.failed = visit.failed or not visit.begins
        talk.set("return_item", None)
        if len(items) == 1 and sku is None:
            talk.set("return_item", items[0].sku)
            return _say_which(visit, Found(order, taken=True), items[0])
        return _which_item(visit, found, meant or items)


class ActionRegisterReturn(Reply):
    """The last step: the return is registered with the shop."""

    def name(self) -> str:
        """As the form hands over to it."""
        return "action_register_return"

    async def answer(self, talk: Conversation) -> None:
        """Register it under this turn's key, so that a repeated turn gives the same return."""
        number, sku = str(talk.slot("order_number")), str(talk.slot("return_item"))
        resolution = str(talk.slot("return_resolution"))
        reason, size = str(talk.slot("return_reason")), talk.slot("return_size") or None
        new = NewReturn(_key(talk), number, sku, reason, resolution, size)
        try:
            done = await (await shop.current()).create_return(new)
        except ShopError as refused:
            offer_person(talk, str(refused), "form_failed")
            end_case(talk, "return_item", "abandoned")
        else:
            talk.say(
                f"Done, your return is registered. The label is {done.label}. "
                f"{policy.HOW_TO_RETURN} {policy.AFTER_RETURN.get(resolution, '')}".strip()
            )
            end_case(talk, "return_item", "solved_assumed")
            forget_answers(talk)
        go_on(talk)


def _read_change(visit: Visit) -> None:
    """Take the answer back that is to be changed."""
    talk = visit.talk
    change = visit.heard.value("change") or change_in_words(visit)
    if change == "return_size":
        if talk.slot("return_size") is None or not talk.changed("return_size"):  # "the size, make it an L" says it all
            forget_size(talk)
    elif change in CHANGEABLE:
        talk.set(str(change), None)
    if change == "order_number":
        talk.set("return_item", None)


def _read_title(visit: Visit, slot: str, titles: Mapping[str, str]) -> None:
    """Take what a button says, said with slips among other words: "no its fauulty actuually"."""
    said = [value for value, title in titles.items() if re.search(rf"(?<!not )\b{title.lower()}\b", visit.heard.words)]
    if len(said) == 1:
        visit.talk.set(slot, said[0])
        visit.moved = True


def _key(talk: Conversation) -> str:
    if talk.heard.turn_id:
        return f"{talk.heard.turn_id}:return"
    said = "\0".join((talk.customer, str(talk.slot("order_number")), str(talk.slot("return_item"))))
    return f"{hashlib.sha256(said.encode()).hexdigest()}:return"


def _returnable(order: Order) -> Sequence[OrderItem]:
    return [item for item in order.items if not item.returned]


async def _chosen_item(talk: Conversation) -> OrderItem | None:
    number, sku = talk.slot("order_number"), talk.slot("return_item")
    order = (await order_book(talk)).find(str(number)) if number and sku else None
    return next((item for item in order.items if item.sku == sku), None) if order else None


def _names_item(visit: Visit) -> bool:
    """Whether a product in the message is the item to return, not one mentioned in giving a reason."""
    if visit.begins or visit.heard.pressed or visit.asked in {"order_number", "return_item"}:
        return True
    if visit.heard.value("return_reason") is None and visit.heard.value("resolution") is None:
        return True
    return bool(_CORRECTING.search(visit.heard.words))


def _items_named(visit: Visit, items: Sequence[OrderItem]) -> Sequence[OrderItem]:
    if not visit.fresh or not _names_item(visit):
        return []
    named = items_meant(visit.heard, items, current=visit.talk.slot("return_item"))
    if named or visit.asked != "return_item":
        return named
    placed = placed_in(visit.heard, items)
    return [placed] if placed else []


def _why_not_item(order: Order, sku: str) -> str:
    back = named_item(sku, [item for item in order.items if item.returned])
    if back is not None:
        return f"The {back.name} from order {order.number} already has a return registered."
    return f"I can’t see that in order {order.number}."


def _say_which(visit: Visit, found: Found, item: OrderItem) -> OrderItem:
    """Name the thing as soon as it is known, unless it was just chosen by its name or the summary names it anyway."""
    talk = visit.talk
    is_new = talk.changed("return_item") or talk.changed("order_number")
    complete = talk.slot("return_reason") in REASONS and talk.slot("return_resolution") in RESOLUTIONS
    chosen = visit.heard.pressed and not visit.begins and visit.asked == "return_item"
    if is_new and not complete and not chosen and not visit.comes_back:
        visit.notice(f"That’s the {item.name} from order {found.order.number}.")
    return item


def _which_item(visit: Visit, found: Found, items: Sequence[OrderItem]) -> Question:
    number = found.order.number
    if found.taken and visit.talk.changed("order_number"):
        visit.notice(f"That’s order {number}.")
    return Question(
        "return_item",
        f"Which item from order {number} would you like to send back?",
        item_buttons(items),
        f"So which item from order {number} is it?",
    )


def _reason(visit: Visit) -> Question | None:
    if visit.talk.slot("return_reason") in REASONS:
        return None
    return Question(
        "return_reason",
        "What’s the reason for the return?",
        value_buttons("return_reason", REASONS),
        again="So, the reason? The closest one will do.",
    )


def _resolution(visit: Visit) -> Question | None:
    if visit.talk.slot("return_resolution") in RESOLUTIONS:
        return None
    return Question(
        "return_resolution",
        "Would you like a refund or an exchange?",
        value_buttons("resolution", RESOLUTIONS),
        again="So, refund or exchange?",
    )
