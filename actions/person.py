"""A person, please: at any point, in any state, with an open task kept as it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from actions.commands import Reason
from actions.conversation import Conversation, Reply
from actions.offers import offer_person, person_offered_for
from actions.topics import TOPICS, Topic
from memory.model import Handling

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
        topic = TOPICS.get(talk.heard.topic or "")
        if topic is not None:
            _answer_topic(talk, topic)
            return
        if talk.has_owned_up:
            talk.wait_in_form()
            return
        hand_over(talk, person_offered_for(talk) or "asked_for_person")


def hand_over(talk: Conversation, reason: Reason, lead_in: str = "") -> None:
    """Ask for a person and say honestly what happens next; the open form waits, without repeating its question."""
    talk.wait_in_form()
    if talk.is_waiting_for_person:
        talk.say(_already(talk))
        return
    talk.say(f"{lead_in} {talk.call_person(reason)}".strip())


def escalate(talk: Conversation, reason: Reason, text: str, *, final: str | None = None) -> bool:
    """Say `text` with what the operator wants for the reason: nothing, an offer of a person or the call.

    With `final` words it has gone on after the offer, so a person is called then, too. Returns whether one was.
    """
    handling = talk.handling(reason)
    calls = handling is Handling.AT_ONCE or (final is not None and handling is Handling.OFFER)
    if calls and not talk.is_waiting_for_person:
        hand_over(talk, reason, (final or text).strip())
        return True
    offer_person(talk, text, reason)
    return False


def _answer_topic(talk: Conversation, topic: Topic) -> None:
    """While somebody is awaited anyway: the words of the topic, unless they are what this person was called for."""
    talk.wait_in_form()
    if not talk.is_waiting_for_person:
        if topic.reason == "distress":  # offering a person first is for anger; despair is not asked for its leave
            hand_over(talk, topic.reason, topic.words)
        else:
            escalate(talk, topic.reason, topic.words)
    elif talk.known.get("handoff_reason") == topic.reason:
        talk.say(_already(talk))
    else:
        talk.say(f"{topic.words} {_already(talk)}")


def _already(talk: Conversation) -> str:
    where = str(talk.known.get("written_to") or "here")
    standing = in_line(talk.known.get("line"), people_here=bool(talk.slot("people_here")), where=where)
    return f"Your request is already with our team. {standing}"


def in_line(line: Mapping[str, Any] | None, *, people_here: bool, where: str = "here") -> str:
    """The real place in the line and, where others' waits allow one, an estimate; otherwise nothing is claimed.

    `line` is what memory tells: `number` from 1, `wait_seconds` or None, and in words when the desk `opens`, or None.
    `where` a person will write: here, or on the channel that they have chosen.
    """
    kept = f"Someone will write to you {where}, and nothing gets lost."
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
