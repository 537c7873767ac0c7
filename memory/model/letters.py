"""What did not arrive or could not be handled, for leads to look at; see `memory.ports.letters`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from memory.model.handoffs import HandoffId
from memory.model.people import CustomerId
from memory.model.talk import Message


class Box(str, Enum):
    """Where a dead letter lies."""

    OUT = "out"  # ours, that failed or of which nobody knows whether it arrived
    IN = "in"  # a customer's, that broke the bot until it was given to a person


class LetterDeed(str, Enum):
    """What somebody has done with a dead letter."""

    SENT_AGAIN = "sent_again"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One of them. `id` is unique within its box; `at` is when it was given up; `channel` is where it went or came by.

    `reason` is what the provider or the fault said, None where nothing could be noted, as when the process ended.
    `handoff_id` is the customer's latest conversation with people, if there ever was one.
    """

    box: Box
    id: int
    at: datetime
    channel: str
    message: Message
    attempts: int
    reason: str | None = None
    customer_name: str | None = None
    handoff_id: HandoffId | None = None


@dataclass(frozen=True, slots=True)
class Pile:
    """How many dead letters lie there, and when the latest came; for those who wait for changes of it."""

    count: int
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class LetterDone:
    """That an agent did something with a dead letter; `why` is said when it is dismissed."""

    customer_id: CustomerId
    at: datetime
    deed: LetterDeed
    agent_name: str
    channel: str
    customer_name: str | None = None
    why: str | None = None
