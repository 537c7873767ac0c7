"""The summary of a return: confirmed, or changed in one of its answers. Called by the form of a return."""

from __future__ import annotations

import re
from typing import Final

from actions.conversation import Buttons, button
from actions.exchange_size import in_size
from actions.shop.port import Order, OrderItem, Sizes
from actions.visit import Question, Visit
from actions.wording import REASONS, RESOLUTIONS, payload

CHANGEABLE: Final = {"order_number": "order", "return_item": "item", "return_reason": "reason", "return_size": "size"}
NOTHING: Final = "nothing"

_REGISTER: Final = re.compile(r"\W*(?:(?:please|ok|okay|yes|now|just|then)\W+)*register\b")


def summary(visit: Visit, order: Order, item: OrderItem, sizes: Sizes | None) -> Question:
    """All that was answered, to be confirmed; or the choice of what to change in it."""
    talk = visit.talk
    if talk.changed("return_item", "order_number"):
        talk.set("return_confirmed", None)
    if talk.slot("return_confirmed") is False:
        return Question(
            "return_confirmed", "What should I change?", _change_buttons(order, visit), "So what shall I change?"
        )
    reason, resolution = REASONS[talk.slot("return_reason")], RESOLUTIONS[talk.slot("return_resolution")]
    what = (
        f"{item.name} from order {order.number}, reason: {reason.lower()}, {resolution.lower()}{in_size(talk, sizes)}"
    )
    return Question(
        "return_confirmed",
        f"{what}. Shall I register the return?",
        (button("Yes, register it", "/affirm"), button("No, change something", "/deny")),
        f"It still stands like this: {what}. Shall I register it?",
    )


def read_confirmation(visit: Visit) -> None:
    """False means that the customer wants a change; a yes after that says nothing yet, so it is not a confirmation."""
    asked_what_to_change = visit.talk.slot("return_confirmed") is False
    agrees = visit.heard.intent == "affirm" and not asked_what_to_change
    if agrees or says_register(visit) or visit.heard.value("change") == NOTHING:
        visit.talk.set("return_confirmed", True)
    elif visit.heard.intent == "deny" and not asked_what_to_change:
        visit.talk.set("return_confirmed", False)


def says_register(visit: Visit) -> bool:
    """Whether it is "register it", typed instead of pressed."""
    return visit.asked == "return_confirmed" and bool(_REGISTER.match(visit.heard.words))


def change_in_words(visit: Visit) -> str | None:
    """The answer that is to be changed, when it is named: "the reason"."""
    if visit.asked != "return_confirmed" or visit.heard.intent not in {"inform", "deny"}:
        return None
    return next((slot for slot, word in CHANGEABLE.items() if re.search(rf"\b{word}\b", visit.heard.words)), None)


def _change_buttons(order: Order, visit: Visit) -> Buttons:
    swap = "exchange" if visit.talk.slot("return_resolution") == "refund" else "refund"
    return [
        *(button(f"The {CHANGEABLE[slot]}", payload("inform", change=slot)) for slot in _choices(order, visit)),
        button(f"{RESOLUTIONS[swap]} instead", payload("inform", resolution=swap)),
        button("Nothing, register it", payload("inform", change=NOTHING)),
        button("Stop the return", "/stop"),
    ]


def _choices(order: Order, visit: Visit) -> list[str]:
    """What there is to change: the item only if there are others, the size only if there is one."""
    others = sum(not item.returned for item in order.items) > 1
    there = {"return_item": others, "return_size": bool(visit.talk.slot("return_size"))}
    return [slot for slot in CHANGEABLE if there.get(slot, True)]
