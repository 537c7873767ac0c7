"""Offers that a plain yes or no answers: the one on the table is kept in the slot `pending_offer`.

Whoever makes an offer calls this; `yes_no` takes it up.
"""

from __future__ import annotations

from typing import Any, Final, cast

from actions.commands import Reason
from actions.conversation import Buttons, Conversation, button
from actions.waiting import waiting
from memory.model import Handling

NO_THANKS = button("No, thanks", "/deny")
A_PERSON: Final = "Shall I get someone from our team?"
PERSON_OR_NOT: Buttons = (button("Yes, get someone", "/ask_person"), NO_THANKS)


def offered(talk: Conversation) -> dict[str, Any]:
    """The offer on the table; empty when there is none."""
    offer = talk.slot("pending_offer")
    return offer if isinstance(offer, dict) else {}


def person_offered_for(talk: Conversation) -> Reason | None:
    """Why a person has just been offered; None when none was."""
    offer = offered(talk)
    return cast(Reason, offer["reason"]) if offer.get("kind") == "person" else None


def put_forward(talk: Conversation, kind: str, **details: Any) -> None:
    """Lay an offer on the table: the next yes or no is about it."""
    talk.set("pending_offer", {"kind": kind, **details})


def offer_person(talk: Conversation, text: str, reason: Reason) -> None:
    """Say `text`, and ask whether a person should come; while one is already called for, only say it.

    So too where the operator does not want one offered for this reason.
    """
    if talk.is_waiting_for_person:
        talk.say(f"{text.strip()} Your request is already with our team.")
        return
    if talk.handling(reason) is Handling.OFF:
        talk.say(text.strip())
        return
    if talk.heard.more_follows or waiting(talk):  # one question at a time, and another one is coming
        talk.say(text.strip())
        return
    gap = "" if text.endswith("\n") else " "
    put_forward(talk, "person", reason=reason)
    talk.say(f"{text}{gap}{A_PERSON}", PERSON_OR_NOT)
