"""What a customer wants, what was tried and learnt, and what an agent is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from memory.model.handoffs import Awaiting, Handoff, HandoffReason
from memory.model.people import Address, Cursor, Customer
from memory.model.promises import Promise
from memory.model.talk import Message

QUOTED = 300
"""Characters of a message that are read along with the fact it gave."""


class CaseState(str, Enum):
    """Where a case stands."""

    OPEN = "open"
    CAME_BACK = "came_back"  # open again, after it had been taken for done
    HANDED_OVER = "handed_over"  # with our team
    SOLVED = "solved"  # confirmed by the customer, or settled by a person
    SOLVED_ASSUMED = "solved_assumed"  # done as far as we know; nobody has said so
    ABANDONED = "abandoned"  # given up, or not touched for too long

    @property
    def is_open(self) -> bool:
        """Whether the bot still has to do something about it."""
        return self in {CaseState.OPEN, CaseState.CAME_BACK}


_GOING_ON = frozenset({CaseState.HANDED_OVER, CaseState.SOLVED, CaseState.SOLVED_ASSUMED, CaseState.ABANDONED})

CASE_MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: _GOING_ON,
    CaseState.CAME_BACK: _GOING_ON,
    CaseState.HANDED_OVER: _GOING_ON - {CaseState.HANDED_OVER} | {CaseState.OPEN},
    CaseState.SOLVED_ASSUMED: frozenset({CaseState.SOLVED, CaseState.CAME_BACK}),
    CaseState.SOLVED: frozenset({CaseState.CAME_BACK}),
    CaseState.ABANDONED: frozenset({CaseState.SOLVED, CaseState.CAME_BACK}),
}


@dataclass(frozen=True, slots=True)
class CaseMove:
    """A step in a case's history."""

    to: CaseState
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """What a customer wanted: `topic` groups ("return_item"), `title` tells ("Return of the Ridge 2 tent").

    `key` is the dialogue's own name for it; `about` what it is about, as the dialogue needs it to begin with
    (slot → value). `closed_at` is when it left the bot's hands. `moves` are told in the brief only.
    """

    id: int
    key: str
    topic: str
    title: str
    opened_at: datetime
    touched_at: datetime
    channel: str
    state: CaseState = CaseState.OPEN
    closed_at: datetime | None = None
    about: Mapping[str, str] = field(default_factory=dict)
    moves: Sequence[CaseMove] = ()

    @property
    def stands(self) -> bool:
        """Whether something is still to be done about it, by the bot or by a person."""
        return self.state.is_open or self.state is CaseState.HANDED_OVER

    @property
    def outcome(self) -> CaseState | None:
        """What it has come to; None while it is open for the first time."""
        return None if self.state is CaseState.OPEN else self.state


@dataclass(frozen=True, slots=True)
class Attempt:
    """An answer the bot tried, and how it was received (`helped` None: no reaction).

    A question that was answered is no case: the attempt tells how it ended.
    """

    faq_id: str
    title: str
    confidence: float
    number: Cursor
    helped: bool | None = None

    @property
    def outcome(self) -> CaseState | None:
        """What the question came to; None for one that is disputed, which is a case of its own."""
        return {True: CaseState.SOLVED, None: CaseState.SOLVED_ASSUMED}.get(self.helped)


@dataclass(frozen=True, slots=True)
class Reception:
    """How often an answer helped somebody, and how often it did not, of those who said so."""

    helped: int
    not_helped: int


@dataclass(frozen=True, slots=True)
class Fact:
    """Something learnt about a customer, with its evidence: the number of the message it came from.

    A key such as "allergy:wool" stands beside others of its kind; one such as "shoe_size" has one value at a time.
    `confidence` (0 to 1) is how surely the words mean it. It holds from `at` until `valid_until` (None: still), and
    `superseded_by` is the number of the message that gave another value. `said` (at most `QUOTED` characters) and
    `channel` are the message itself, None where it is not read along or no longer kept.
    """

    key: str
    value: str
    number: Cursor
    at: datetime
    confidence: float = 1.0
    valid_until: datetime | None = None
    superseded_by: Cursor | None = None
    channel: str | None = None
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A value that the customer gave in a task, with the number of the message it came in."""

    label: str
    value: str
    number: Cursor
    at: datetime


@dataclass(frozen=True, slots=True)
class PastHandoff:
    """A handoff that a person ended, and the line in which the customer said afterwards how it was (None: none)."""

    handoff: Handoff
    line: Message | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """What an agent must know before writing a word; `asked_in` and all numbers point into the transcript.

    `task` is the form of the open one; `collected` is what the open tasks have, and `given` what was given in the last
    month, the latest first; `past` is what agents ended, the latest first.
    """

    customer: Customer
    addresses: Sequence[Address]
    goal: str | None
    collected: Mapping[str, str]
    tried: Sequence[Attempt]
    reason: HandoffReason
    asked_in: Message | None
    facts: Sequence[Fact]
    promises: Sequence[Promise]
    cases: Sequence[Case]
    given: Sequence[Given] = ()
    past: Sequence[PastHandoff] = ()
    task: str | None = None
    awaiting: Awaiting | None = None
