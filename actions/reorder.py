"""The same as last time: an earlier order, or one thing of it, ordered once more; placed exactly once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from actions.cases import end_case
from actions.conversation import Buttons, Conversation, Reply, button
from actions.delivery_wishes import delivery_wishes, usual_address
from actions.form import TaskForm
from actions.offers import offer_person
from actions.orders import items_meant, order_book
from actions.shop import current as shop
from actions.shop.port import NewOrder, Order, OrderItem, OrderState, ShopError
from actions.tasks import forget_answers
from actions.visit import Ended, Question, Step, Visit
from actions.waiting import go_on
from actions.wording import by_day, listed, payload, pounds, quantified, things

_STRANGER: Final = (
    "To order for you I need to know who you are. Please log in on our website and ask me there, or order in the shop."
)
_NOTHING_YET: Final = "I can’t see an earlier order on your account that I could repeat."
_ORDER_IT: Final = re.compile(r"\W*(?:(?:please|ok|okay|yes|now|just|then)\W+)*order\W+(?:it|them|that)\b")


@dataclass(frozen=True, slots=True)
class Repeat:
    """What would be ordered: lines of an earlier order at today’s prices, and what of it is sold out."""

    earlier: Order
    items: Sequence[OrderItem]
    sold_out: Sequence[OrderItem]
    prices: Mapping[str, int]

    @property
    def total(self) -> int:
        """In pence."""
        return sum(item.quantity * self.prices[item.sku] for item in self.items)


class ReorderForm(TaskForm):
    """One confirmation; what is meant follows from the words and the earlier orders."""

    form = "reorder_form"
    confirmed = "reorder_confirmed"
    last_action = "action_place_order"

    async def title(self, talk: Conversation) -> str:
        """Such as "Ordering 1031 again"."""
        number = talk.slot("order_number")
        return f"Ordering {number} again" if number else "Ordering the same again"

    def read(self, visit: Visit) -> None:
        """Besides the order: what of it is meant, and yes or no to the confirmation."""
        super().read(visit)
        if visit.asked != "reorder_confirmed" or visit.talk.changed("order_number", "reorder_address"):
            return
        if visit.heard.intent == "affirm" or _ORDER_IT.match(visit.heard.words):
            visit.talk.set("reorder_confirmed", True)
        elif visit.heard.intent == "deny":
            visit.talk.set("reorder_confirmed", False)

    async def next_step(self, visit: Visit) -> Step:
        """Find out what is meant, and have it confirmed with price and address."""
        talk = visit.talk
        if talk.slot("reorder_confirmed") is False:
            return Ended("All right, nothing has been ordered.")
        repeat = await _meant(visit)
        if isinstance(repeat, Ended):
            return repeat
        talk.set("order_number", repeat.earlier.number)
        talk.set("reorder_items", [item.sku for item in repeat.items])
        return _confirmation(visit, repeat)

    async def in_words(self, talk: Conversation) -> Mapping[str, str]:
        """The things by their names in the catalogue."""
        number, skus = talk.slot("order_number"), talk.slot("reorder_items") or ()
        order = (await order_book(talk)).find(str(number)) if number else None
        names = [item.name for item in order.items if item.sku in skus] if order else []
        return {"reorder_items": listed(names)} if names else {}


class ActionPlaceOrder(Reply):
    """The last step: the shop takes the order."""

    def name(self) -> str:
        """As the form hands over to it."""
        return "action_place_order"

    async def answer(self, talk: Conversation) -> None:
        """Order under this turn’s key, so that a repeated turn gives the same order."""
        number, skus = str(talk.slot("order_number")), tuple(talk.slot("reorder_items") or ())
        key = f"{talk.heard.turn_id or f'{talk.customer}:{number}'}:reorder"
        earlier = (await order_book(talk)).find(number)
        new = NewOrder(key, number, skus, _address(talk, earlier) if earlier else None, delivery_wishes(talk))
        try:
            placed = await (await shop.current()).order_again(new)
        except ShopError as refused:
            offer_person(talk, str(refused), "form_failed")
            end_case(talk, "reorder", "abandoned")
        else:
            arrives = f" It should arrive {by_day(placed.expected_on)}." if placed.expected_on else ""
            talk.say(
                f"Done, that’s order {placed.number}: {things(placed)}.{arrives} You get a confirmation by e-mail."
            )
            end_case(talk, "reorder", "solved_assumed")
            forget_answers(talk)
            talk.set("spoken_order", placed.number)
        go_on(talk)


async def _meant(visit: Visit) -> Repeat | Ended:
    """The order that is to be repeated, or the newest one with the thing that is; otherwise why there is none."""
    talk, heard = visit.talk, visit.heard
    if not talk.slot("shop_customer_id"):
        return Ended(_STRANGER)
    earlier = [order for order in (await order_book(talk)).orders if order.state is not OrderState.CANCELLED]
    number = talk.slot("order_number")
    if number:
        earlier = [order for order in earlier if order.number == number]
    if not earlier:
        return Ended(f"I can’t find an order {number} on your account." if number else _NOTHING_YET)
    named = [(order, items) for order in earlier if visit.fresh and (items := items_meant(heard, order.items))]
    if heard.value("product") and not named and not talk.slot("reorder_items"):
        return Ended("I can’t see that among your earlier orders. You find it in our shop.")
    order, items = named[0] if named else (earlier[0], earlier[0].items)
    kept = talk.slot("reorder_items")
    if kept and not named:
        items = [item for item in order.items if item.sku in kept]
    return await _on_the_shelf(order, items)


async def _on_the_shelf(order: Order, items: Sequence[OrderItem]) -> Repeat | Ended:
    prices = await (await shop.current()).prices([item.sku for item in items])
    gone = [item for item in items if item.sku not in prices]
    if len(gone) == len(items):
        are = "is" if len(gone) == 1 else "are"
        return Ended(f"I’m sorry, the {listed([item.name for item in gone])} {are} sold out at the moment.")
    return Repeat(order, [item for item in items if item.sku in prices], gone, prices)


def _address(talk: Conversation, earlier: Order) -> str:
    """Where they just said; else where they live now, if that is known; else where the order went before."""
    given, known = talk.slot("reorder_address"), usual_address(talk)
    if given:
        return str(given)
    return known if known and known not in earlier.address else earlier.address


def _confirmation(visit: Visit, repeat: Repeat) -> Question:
    if repeat.sold_out:
        are = "is" if len(repeat.sold_out) == 1 else "are"
        visit.notice(f"The {listed([item.name for item in repeat.sold_out])} {are} sold out at the moment.")
    earlier, address = repeat.earlier, _address(visit.talk, repeat.earlier)
    wishes = delivery_wishes(visit.talk)
    what = f"{quantified(repeat.items)} for {pounds(repeat.total)}"
    where = f"{address}{f', {wishes} where possible' if wishes else ''}"
    if address != earlier.address:
        visit.notice(f"Last time it went to {earlier.address}.")
    return Question(
        "reorder_confirmed",
        f"Shall I order {what} again, as in order {earlier.number}, to {where}?",
        _choices(earlier, address),
        f"So, shall I order {what} to {where}?",
    )


def _choices(earlier: Order, address: str) -> Buttons:
    there = button("To the address of last time", payload("inform", address=earlier.address))
    yes, no = button("Yes, order it", "/affirm"), button("No, don’t", "/deny")
    return (yes, no) if address == earlier.address else (yes, there, no)
