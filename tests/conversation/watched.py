"""A dialogue that is watched: what every turn made of a message, and what it remembered after it.

Wraps the real one. The power can fail between the answer and its commit, which is when a kill hurts most.
"""

from __future__ import annotations

import asyncio
import json
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from bot.dialogue.port import Dialogue, Said
from memory.model import DialogueState, Outcome

T = TypeVar("T")
ACTIVE_LOOP, SLOT, USER = "active_loop", "slot", "user"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a snapshot amounts to: the slots that hold something, and the open form."""

    slots: Mapping[str, Any]
    form: str | None = None
    intents: Sequence[str] = ()
    """Of the messages that the snapshot still holds, the latest last."""

    @classmethod
    def of(cls, state: DialogueState | None) -> Remembered:
        """Read the snapshot by itself, without Rasa: the last word on each slot counts."""
        events = json.loads(state.snapshot)["events"] if state else []
        slots = {event["name"]: event["value"] for event in events if event["event"] == SLOT}
        forms = [event["name"] for event in events if event["event"] == ACTIVE_LOOP]
        intents = [event["parse_data"]["intent"]["name"] for event in events if event["event"] == USER]
        held = {name: value for name, value in slots.items() if value}
        return cls(held, forms[-1] if forms else None, intents)

    @property
    def asked(self) -> str | None:
        """The slot that the open form's pending question is about."""
        return self.slots.get("requested_slot") if self.form else None


@dataclass(frozen=True, slots=True)
class Turn:
    """One message: what was said, what came of it, and what was remembered before and after."""

    said: Said
    outcome: Outcome
    before: Remembered
    after: Remembered


@dataclass(slots=True)
class WatchedDialogue:
    """The dialogue itself, and the turns it took, in order; a turn that was repeated stands here as often as it ran."""

    dialogue: Dialogue
    turns: list[Turn] = field(default_factory=list)
    power_fails: bool = False
    """Whether the power fails after the next answer, before it is committed."""

    seed: int | None = None
    """By which Rasa chooses among variations of a response; the same for an answer that is given anew."""

    async def respond(self, said: Said, state: DialogueState | None) -> Outcome:
        """Answer, and keep what came of it."""
        if self.seed is not None:
            np.random.seed(self.seed)
        outcome = _handed_over(await self.dialogue.respond(_handed_over(said), _handed_over(state)))
        before = Remembered.of(state)
        after = Remembered.of(outcome.dialogue) if outcome.dialogue else before
        self.turns.append(Turn(said, outcome, before, after))
        if self.power_fails:
            self.power_fails = False
            raise asyncio.CancelledError
        return outcome


def _handed_over(what: T) -> T:
    """As it arrives in another process, where the dialogue of a server thinks."""
    copied: T = pickle.loads(pickle.dumps(what))
    return copied
