"""A request for a person, from the asking to the end, as one table of legal moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NewType

from memory.model.people import Cursor, CustomerId

AgentId = NewType("AgentId", str)

HandoffId = NewType("HandoffId", str)


class Role(str, Enum):
    """What an agent may do."""

    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Agent:
    """A person at the desk."""

    id: AgentId
    email: str
    name: str
    role: Role


class HandoffState(str, Enum):
    """Where a handoff stands."""

    REQUESTED = "requested"  # the customer (or a rule) wants a person
    QUEUED = "queued"  # waiting for an agent
    OFFERED = "offered"  # shown to one agent until a time
    ACCEPTED = "accepted"  # an agent took it and has not written yet
    ACTIVE = "active"  # agent and customer are talking
    RETURNED = "returned"  # given back to the bot
    RESOLVED = "resolved"  # done
    ABANDONED = "abandoned"  # the customer left before anyone came

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self not in {HandoffState.RETURNED, HandoffState.RESOLVED, HandoffState.ABANDONED}

    @property
    def owned_by_person(self) -> bool:
        """Whether the bot must be silent."""
        return self in {HandoffState.ACCEPTED, HandoffState.ACTIVE}


class HandoffReason(str, Enum):
    """Why the bot called a person."""

    ASKED_FOR_PERSON = "asked_for_person"
    MISUNDERSTOOD = "misunderstood"
    REJECTED_ANSWERS = "rejected_answers"
    DISTRESS = "distress"
    FORM_FAILED = "form_failed"
    POISON_MESSAGE = "poison_message"


_OPEN = HandoffState

HANDOFF_MOVES: Mapping[HandoffState, frozenset[HandoffState]] = {
    _OPEN.REQUESTED: frozenset({_OPEN.QUEUED, _OPEN.ABANDONED}),
    _OPEN.QUEUED: frozenset({_OPEN.OFFERED, _OPEN.ACCEPTED, _OPEN.ABANDONED}),
    _OPEN.OFFERED: frozenset({_OPEN.ACCEPTED, _OPEN.QUEUED, _OPEN.ABANDONED}),
    _OPEN.ACCEPTED: frozenset({_OPEN.ACTIVE, _OPEN.QUEUED, _OPEN.RETURNED, _OPEN.RESOLVED, _OPEN.ABANDONED}),
    _OPEN.ACTIVE: frozenset({_OPEN.QUEUED, _OPEN.RETURNED, _OPEN.RESOLVED, _OPEN.ABANDONED}),
    _OPEN.RETURNED: frozenset(),
    _OPEN.RESOLVED: frozenset(),
    _OPEN.ABANDONED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Handoff:
    """One request for a person, from the asking to the end."""

    id: HandoffId
    customer_id: CustomerId
    state: HandoffState
    reason: HandoffReason
    requested_at: datetime
    requested_number: Cursor
    agent_id: AgentId | None = None
    agent_name: str | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """An agent's internal note: seen by agents only."""

    agent_name: str
    text: str
    at: datetime
