"""A number, an item, a reason, an e-mail, said when no form has asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from actions.conversation import Buttons, Conversation, button
from actions.offers import offered, put_forward
from actions.order_status import tell_status
from actions.wording import payload

_OF_A_RETURN: Final[Mapping[str, str]] = {
    "product": "return_item",
    "return_reason": "return_reason",
    "resolution": "return_resolution",
}


async def take_loose_values(talk: Conversation) -> bool:
    """Do what the values suggest, and say whether there were any.

    An order is looked up; what sounds like a return is offered as one, and a second such value is taken for a yes.
    Everything said is kept for the task.
    """
    heard = talk.heard
    values = {slot: heard.value(entity) for entity, slot in _OF_A_RETURN.items() if heard.value(entity)}
    if heard.value("order_number") or offered(talk).get("kind") == "which_order":
        await tell_status(talk)
    elif values:
        _lead_to_return(talk, values)
    elif heard.value("email"):
        talk.set("order_email", heard.value("email"))
        talk.follow_with("order_status_form")
    else:
        return False
    return True


def begin_return(talk: Conversation, values: Mapping[str, Any]) -> None:
    """Open the form of a return with what was said already."""
    for slot, value in values.items():
        talk.set(slot, value)
    talk.follow_with("return_form")


def _lead_to_return(talk: Conversation, values: Mapping[str, Any]) -> None:
    offer = offered(talk)
    if offer.get("kind") == "return":
        begin_return(talk, {**offer["values"], **values})
        return
    put_forward(talk, "return", values=values)
    ask_for_return(talk, values)


def ask_for_return(talk: Conversation, values: Mapping[str, Any]) -> None:
    """Offer the return that the values speak of."""
    talk.say("Would you like to send something back?", _return_or_not(values))


def _return_or_not(values: Mapping[str, Any]) -> Buttons:
    said = {entity: str(values[slot]) for entity, slot in _OF_A_RETURN.items() if values.get(slot)}
    return button("Yes, start a return", payload("return_item", **said)), button("No", "/deny")
