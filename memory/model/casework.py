"""What a customer wants, what was tried, learnt and promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from memory.model.handoffs import HandoffReason
from memory.model.people import Address, Cursor, Customer
from memory.model.talk import Message

QUOTED = 300
"""Characters of a message that are read along with the fact it gave."""


class CaseOutcome(str, Enum):
    """How a case ended."""

    SOLVED = "solved"
    SOLVED_ASSUMED = "solved_assumed"
    HANDED_OVER = "handed_over"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Case:
    """What a customer wanted: `topic` groups ("return_item"), `title` tells ("Return of the Ridge 2 tent")."""

    id: int
    topic: str
    title: str
    opened_at: datetime
    channel: str
    outcome: CaseOutcome | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """An answer the bot tried, and how it was received (`helped` None: no reaction)."""

    faq_id: str
    title: str
    confidence: float
    number: Cursor
    helped: bool | None = None


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
class Promise:
    """A commitment to a customer with a due time."""

    id: int
    text: str
    due_at: datetime
    made_at: datetime
    kept_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """What an agent must know before writing a word; `*_at` numbers point into the transcript."""

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
