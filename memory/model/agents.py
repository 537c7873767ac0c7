"""The people at the desk: who they are, what they know, how much they take on, and whether they are there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, NewType

AgentId = NewType("AgentId", str)

BOT: Final = AgentId("bot")
TIMER: Final = AgentId("timer")
"""Who makes the moves that no person makes: the bot's rules, and a time that has come."""

USUAL_CAPACITY: Final = 3
"""Conversations at once that an agent is offered, unless told otherwise: a guess, meant to be set for each agent."""


class Role(str, Enum):
    """What an agent may do."""

    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Agent:
    """A person at the desk.

    `departments` and `languages` (codes such as "en") are what they know; none named means any. `capacity` is how many
    conversations they are offered at once; they may take more by themselves.
    """

    id: AgentId
    email: str
    name: str
    role: Role
    departments: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    capacity: int = USUAL_CAPACITY


class ReadBy(str, Enum):
    """By which view an agent came to see what a customer said, or who they are."""

    OPENED = "opened"  # the conversation, a page of it, a file in it, or what the bot whispers about it
    FOUND = "found"  # words of it, among what a search has found
    QUEUE = "queue"  # its line among those that are open
    ENDED = "ended"  # its line among those that have ended
    PROMISES = "promises"  # what the customer was promised, among what is owed or was
    MENTIONS = "mentions"  # a note about the customer that calls the agent
    UNDELIVERED = "undelivered"  # a message from or to the customer, among what did not arrive
    READINGS = "readings"  # the record of readings itself, which names customers


@dataclass(frozen=True, slots=True)
class Look:
    """That an agent is shown something of a customer.

    `seen` is the id of the conversation that it stands in, of the customer where it is of them and not of one
    conversation, or `THE_READINGS`.
    """

    agent_id: AgentId
    seen: str
    by: ReadBy


THE_READINGS: Final = "readings"
"""What is seen by who looks into the record of readings: one entry, for else each look would make it longer."""


@dataclass(frozen=True, slots=True)
class Reading:
    """That an agent was shown something of a customer, of whom nothing is told once they are erased.

    `handoff_id` is the conversation it stood in, None where it was of the customer, or nobody is known any more.
    """

    id: int
    at: datetime
    agent_id: AgentId
    agent_name: str | None
    by: ReadBy
    handoff_id: str | None = None
    customer_id: str | None = None
    customer_name: str | None = None


class Presence(str, Enum):
    """Whether an agent can be offered something."""

    PRESENT = "present"  # at the desk
    AWAY = "away"  # at the desk, and wants no offers
    GONE = "gone"  # not seen for a minute


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent as colleagues see them: `load` counts conversations they have, `offers` those they may take now."""

    agent: Agent
    presence: Presence
    last_seen_at: datetime | None
    load: int
    offers: int

    @property
    def room(self) -> int:
        """How many more conversations they can be offered."""
        return max(self.agent.capacity - self.load - self.offers, 0)
