"""What customers were promised, by when, and what has become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, NewType

from memory.model.agents import AgentId
from memory.model.handoffs import HandoffId
from memory.model.people import Cursor, Customer, CustomerId

PromiseId = NewType("PromiseId", int)

TEAM: Final = AgentId("team")
"""Who owes what the bot promised: whoever is there."""


class PromiseState(str, Enum):
    """Where a promise stands."""

    OPEN = "open"  # owed, and its time has not come
    BROKEN = "broken"  # owed, and its time is over
    KEPT = "kept"  # done in time
    KEPT_LATE = "kept_late"  # done after its time
    CANCELLED = "cancelled"  # not owed any more

    @property
    def is_owed(self) -> bool:
        """Whether somebody still has to do it."""
        return self in {PromiseState.OPEN, PromiseState.BROKEN}


_P = PromiseState

PROMISE_MOVES: Mapping[PromiseState, frozenset[PromiseState]] = {
    _P.OPEN: frozenset({_P.KEPT, _P.BROKEN, _P.CANCELLED}),
    _P.BROKEN: frozenset({_P.KEPT_LATE, _P.CANCELLED}),
    _P.KEPT: frozenset(),
    _P.KEPT_LATE: frozenset(),
    _P.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment to a customer with a due time.

    `number` is the message it was made in (None: made before promises were followed), `kept_in` the one that kept it,
    `told_in` the one that told the customer it was broken. `why` is the note that stands for a message as evidence or
    the reason why it was cancelled. With `by_reply` the first reply of any agent keeps it. At `tell_at` the customer is
    to be told. `channel` is where they have chosen to hear from us (None: they have not).
    """

    id: PromiseId
    customer_id: CustomerId
    text: str
    due_at: datetime
    made_at: datetime
    number: Cursor | None = None
    owner: AgentId = TEAM
    owner_name: str | None = None
    state: PromiseState = PromiseState.OPEN
    by_reply: bool = False
    closed_at: datetime | None = None
    kept_in: Cursor | None = None
    why: str | None = None
    reminded_at: datetime | None = None
    tell_at: datetime | None = None
    told_in: Cursor | None = None
    channel: str | None = None

    @property
    def kept_at(self) -> datetime | None:
        """When it was kept, in time or late."""
        return self.closed_at if self.state in {PromiseState.KEPT, PromiseState.KEPT_LATE} else None


@dataclass(frozen=True, slots=True)
class NewPromise:
    """What an agent has promised in one of their messages."""

    text: str
    due_at: datetime
    number: Cursor


@dataclass(frozen=True, slots=True)
class Closing:
    """How a promise ends: kept by a message or with a note, or `cancelled` with the reason, and in which message."""

    cancelled: bool = False
    number: Cursor | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise with whom it was made to, and their latest handoff."""

    promise: Promise
    customer: Customer
    handoff_id: HandoffId | None
