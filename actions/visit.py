"""One run of a form: what it is about to say, and what it found out on the way.

`actions.form` makes a visit for every run; the tasks read it and answer with a step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.commands import CaseEnd, Reason
from actions.conversation import Buttons, Conversation
from actions.heard import Heard


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask next, and for which slot; `again` is how to put it when coming back to it."""

    slot: str
    text: str
    buttons: Buttons = ()
    again: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The task is over without its last action; with `offer` a person is offered for that reason.

    `cards` show what the text speaks of; see `actions.cards`.
    """

    text: str
    outcome: CaseEnd = "abandoned"
    offer: Reason | None = None
    cards: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything is known and confirmed: this action does it."""

    action: str


Step = Question | Ended | Ready


class Visit:
    """One run of a form: the conversation, and what this run found out on the way."""

    def __init__(self, talk: Conversation, form: str) -> None:
        self.talk = talk
        self.heard: Heard = talk.heard
        self.asked = talk.asked_for
        self.notices: list[str] = []
        self.failed = False
        self.moved = False  # the message says something of this task, new or not, or answers without a value
        happened = talk.events_of_this_turn()
        self.begins = any(event["event"] == "active_loop" and event.get("name") == form for event in happened)
        self.follows_another = any(event["event"] == "action" and event.get("name") != form for event in happened)
        """Whether something else was done in this turn before."""
        self.fresh = self.begins or not self.follows_another
        """Whether the customer’s message is still to be read; False when something else already answered it."""
        self.has_waited = False
        """Whether this task stood in the line, and its turn has come now."""
        self.comes_back = False
        """Whether it was set aside in the middle and goes on now, so that its questions were heard before."""

    def notice(self, text: str | None) -> None:
        """Something to say before the next question, if there is anything."""
        if text:
            self.notices.append(text)

    def refuse(self, slot: str, text: str) -> None:
        """Take an answer back, and say why."""
        self.talk.set(slot, None)
        self.notice(text)
        self.failed = True
