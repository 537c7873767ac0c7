"""Sending an order elsewhere, as long as it has not been shipped."""

from __future__ import annotations

import re
from typing import Final

from actions.cases import end_case
from actions.commands import learn_fact
from actions.conversation import Conversation, Reply, button
from actions.delivery_wishes import usual_address
from actions.form import TaskForm
from actions.known import KINDS
from actions.offers import offer_person
from actions.orders import OrderBook
from actions.shop import current as shop
from actions.shop.port import Order, OrderState, ShopError
from actions.tasks import asked_so_far, forget_answers
from actions.visit import Ended, Question, Step, Visit
from actions.waiting import go_on
from actions.which_order import Found, find_order, take_other_order

MAX_ADDRESS_LENGTH: Final = 200
_FILLER: Final = "please|no|sorry|yes|ok|okay|well|right|so|then|oh|and"
_LEAD_IN: Final = re.compile(
    rf"^\W*(?:(?:{_FILLER}),?\s+)*"
    r"(?:(?:send|deliver|ship) (?:it|them)(?: instead)? to|(?:it should go|it goes) to|to|"
    r"(?:my|the)(?: new)? address is(?: now)?|it(?:’s|'s| is))\s*:?\s+"
    rf"|^\W*(?:(?:{_FILLER}),\s+)+",  # without more, only before a comma: there is a Well Lane
    re.IGNORECASE,
)
_SIGH: Final = re.compile(r"^\W*(?:(?:right|so|ok|okay|well|sorry|yes|no|oh|then|and),\s+)+", re.IGNORECASE)
_POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b|\b[A-Z]\d[\dW]\s?[A-Z\d]{4}\b|\b\d{4,5}\b", re.I)


class AddressForm(TaskForm):
    """The questions of a change of address."""

    form = "address_form"
    confirmed = "address_confirmed"
    last_action = "action_change_address"
    whole_order = True
    which = "Which order should go somewhere else?"
    which_again = "So which order is to go somewhere else?"

    def obstacle(self, order: Order) -> str | None:
        """What has left the warehouse can't be redirected."""
        if order.state.can_still_change:
            return None
        if order.state.is_open:
            return f"Order {order.number} has already been shipped, so I can’t change its address any more."
        ended = {OrderState.DELIVERED: "has already been delivered", OrderState.CANCELLED: "was cancelled"}
        return f"Order {order.number} {ended.get(order.state, 'was sent back')}, so its address can’t be changed."

    def nothing_possible(self, book: OrderBook) -> str:
        """Why no order can be redirected."""
        if book.open_orders:
            return self.obstacle(book.open_orders[0]) or ""
        return "You have no open order whose address could be changed."

    async def title(self, talk: Conversation) -> str:
        """Such as "New delivery address for order 1050"."""
        number = talk.slot("order_number")
        return f"New delivery address{f' for order {number}' if number else ''}"

    def is_ours(self, visit: Visit) -> bool:
        """Whatever is told when an address was asked for is meant as one: "my mum's place", "The Old Forge"."""
        if visit.asked == "new_address" and visit.heard.intent == "out_of_scope":
            return not visit.heard.is_question or _address_in(visit) is not None
        return super().is_ours(visit)

    def read(self, visit: Visit) -> None:
        """Besides the values: an address in free words, a corrected postcode, yes and no."""
        talk, heard = visit.talk, visit.heard
        before = talk.slot("new_address")
        super().read(visit)
        take_other_order(visit)
        if visit.asked == "new_address" and not talk.changed("order_number"):
            talk.set("new_address", _address_in(visit))
        postcode = heard.value("postcode")
        if before and postcode and not heard.value("address"):
            talk.set("new_address", _with_postcode(str(before), postcode))
        if visit.asked == "address_confirmed" and not self.changed_an_answer(visit):
            _read_confirmation(visit)

    async def next_step(self, visit: Visit) -> Step:
        """The order, the address, then the confirmation."""
        found = await find_order(visit, self)
        if not isinstance(found, Found):
            return _noted_at_least(visit, found)
        number, address = found.order.number, visit.talk.slot("new_address")
        if not address:
            usual = _usual_address(visit, found)
            if usual is None:
                return _which_address(visit, found)
            visit.talk.set("new_address", usual)
            return _same_as_last_time(visit, found, usual)
        return Question(
            "address_confirmed",
            f"Shall I send order {number} to {address}?",
            (button("Yes, send it there", "/affirm"), button("No, another address", "/deny")),
            f"So, shall order {number} go to {address}?",
        )


class ActionChangeAddress(Reply):
    """The last step: the shop takes the new address."""

    def name(self) -> str:
        """As the form hands over to it."""
        return "action_change_address"

    async def answer(self, talk: Conversation) -> None:
        """Change it and remember it; a repeated turn changes nothing."""
        number, address = str(talk.slot("order_number")), str(talk.slot("new_address"))
        try:
            await (await shop.current()).change_address(number, address)
        except ShopError as refused:
            offer_person(talk, str(refused), "form_failed")
            end_case(talk, "change_address", "abandoned")
        else:
            talk.say(f"Done, order {number} will go to {address}.")
            talk.record(learn_fact("delivery_address", address))
            end_case(talk, "change_address", "solved_assumed")
            forget_answers(talk)
        go_on(talk)


def _noted_at_least(visit: Visit, step: Step) -> Step:
    """Who says "we've moved to …" when no order can be sent there has still told us where they live."""
    told = visit.heard.told("delivery_address")
    if not (visit.begins and told and isinstance(step, Ended)):
        return step
    return Ended(f"Noted: {KINDS['delivery_address'].noted.format(value=told)}. {step.text}", step.outcome)


def _address_in(visit: Visit) -> str | None:
    """The address in the customer's own words, without "send it to"; None when it can't be one."""
    heard = visit.heard
    if heard.pressed:
        return heard.value("address")
    lines = (" ".join(line.split()).strip(" .,;") for line in _SIGH.sub("", _LEAD_IN.sub("", heard.text)).splitlines())
    said = ", ".join(line for line in lines if line)
    entity = heard.value("address")
    if entity and len(entity) < len(said) and heard.intent != "inform":
        said = entity
    return said if _could_be_address(said) else entity


def _could_be_address(said: str) -> bool:
    """Whether a parcel could find it: a number or several parts, letters, and not a story."""
    has_parts = any(sign.isdigit() for sign in said) or said.count(",") >= 2
    return 8 <= len(said) <= MAX_ADDRESS_LENGTH and has_parts and any(sign.isalpha() for sign in said) and " " in said


def _with_postcode(address: str, postcode: str) -> str:
    found = list(_POSTCODE.finditer(address))
    if not found:
        return f"{address}, {postcode}"
    return address[: found[-1].start()] + postcode + address[found[-1].end() :]


def _read_confirmation(visit: Visit) -> None:
    if visit.heard.intent == "affirm":
        visit.talk.set("address_confirmed", True)
    elif visit.heard.intent == "deny":
        visit.talk.set("new_address", None)
        visit.moved = True


def _usual_address(visit: Visit, found: Found) -> str | None:
    """The address they gave before, unless the order goes there already or they just said no to it."""
    known = usual_address(visit.talk)
    if known is None or "address_confirmed" in asked_so_far(visit.talk) or visit.asked == "new_address":
        return None
    return known if known not in found.order.address else None


def _same_as_last_time(visit: Visit, found: Found, address: str) -> Question:
    if found.taken:
        visit.notice(f"That’s about order {found.order.number}.")
    return Question(
        "address_confirmed",
        f"Same address as last time, {address}?",
        (button("Yes, send it there", "/affirm"), button("No, another address", "/deny")),
        f"So, shall order {found.order.number} go to {address}?",
    )


def _which_address(visit: Visit, found: Found) -> Question:
    if found.taken and visit.talk.changed("order_number"):
        visit.notice(f"That’s about order {found.order.number}.")
    return Question(
        "new_address",
        "What is the new address? Please write it in one line, with street, town and postcode.",
        again=f"What is the new address for order {found.order.number}, with street, town and postcode?",
    )
