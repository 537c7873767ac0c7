"""A person, please: at any point, in any state, with an open task kept as it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from actions.commands import request_handoff
from actions.conversation import Conversation, Reply
from actions.offers import offered

_LONG: Final = 91
"""Minutes from which on one speaks of hours."""


class ActionHandOver(Reply):
    """Calls a person."""

    calms = False

    def name(self) -> str:
        """As the rules call it."""
        return "action_hand_over"

    async def answer(self, talk: Conversation) -> None:
        """Take up an offer of a person with its reason, or do what was asked."""
        offer = offered(talk)
        reason = str(offer["reason"]) if offer.get("kind") == "person" else "asked_for_person"
        hand_over(talk, reason)


def hand_over(talk: Conversation, reason: str, lead_in: str = "") -> None:
    """Ask for a person and say honestly what happens next; the open form waits, without repeating its question."""
    talk.wait_in_form()
    if talk.is_waiting_for_person:
        standing = in_line(talk.known.get("line"), people_here=bool(talk.slot("people_here")))
        talk.say(f"Your request is already with our team. {standing}")
        return
    talk.record(request_handoff(reason))
    talk.set("handoff_state", "queued")
    talk.say(f"{lead_in} {_what_happens(talk)}".strip())


def in_line(line: Mapping[str, Any] | None, *, people_here: bool) -> str:
    """The real place in the line and, where others' waits allow one, an estimate; otherwise nothing is claimed.

    `line` is what memory tells: `number` from 1, `wait_seconds` or None, and in words when the desk `opens`, or None.
    """
    kept = "Someone will write to you here, and nothing gets lost."
    if not line:
        return kept
    ahead = int(line["number"]) - 1
    places = {0: "You’re next in line.", 1: "There is one person before you."}
    said = [places.get(ahead, f"There are {ahead} people before you.")]
    if line["opens"] and not people_here:
        said.append(f"Nobody is here right now; our team is back {line['opens']}.")
    elif line["wait_seconds"] is not None:
        said.append(f"Lately people have waited {_about(float(line['wait_seconds']))} in all.")
    return " ".join([*said, kept])


def _about(seconds: float) -> str:
    """A length of time as one says it, never shorter than it is: nobody counts seconds of waiting."""
    minutes = math.ceil(seconds / 60)
    if minutes <= 1:
        return "about a minute"
    return f"about {minutes} minutes" if minutes < _LONG else f"about {math.ceil(minutes / 60)} hours"


def _what_happens(talk: Conversation) -> str:
    if talk.slot("people_here"):
        return "I’m getting someone from our team. They can see everything we’ve said, so you won’t have to repeat it."
    reply_by = talk.slot("reply_by")
    when = f" {reply_by}" if reply_by else " as soon as they are back"
    return (
        f"Nobody from our team is here right now. I’ve passed this on with everything we’ve said, and someone will "
        f"write to you here{when}."
    )
