"""What is remembered and owed, as frozen values. Everyone may import this; it imports nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, NewType

CustomerId = NewType("CustomerId", str)
AgentId = NewType("AgentId", str)
HandoffId = NewType("HandoffId", str)
InboxId = NewType("InboxId", int)
Cursor = NewType("Cursor", int)
"""A customer's message number: 1, 2, 3 … without gaps, in the order in which things were said."""


class Author(str, Enum):
    """Who said a message."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"


class LinkResult(str, Enum):
    """What became of a one-time code that came with a message."""

    LINKED = "linked"
    REFUSED = "refused"  # unknown, used or expired


class Proof(str, Enum):
    """Why an address is believed to belong to its customer."""

    NONE = "none"
    SIGNED_TOKEN = "signed_token"
    PLATFORM = "platform"
    ONE_TIME_CODE = "one_time_code"
    TRUSTED_CALLER = "trusted_caller"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a customer can be reached: a channel ("telegram") and an id there (a chat id)."""

    channel: str
    id: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the host site says its customer is, proved by a signed token (checked at the edge)."""

    subject: str
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """A person we talk with. `subject` is their id at the host site, or None while it is not proved."""

    id: CustomerId
    subject: str | None
    name: str | None
    email: str | None
    created_at: datetime
    last_number: Cursor


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered under a message; `payload` is what the dialogue gets when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message as a channel received it, before anything was understood.

    `provider_id` is unique within the channel: a second arrival is a redelivery. `identity` is set only when a
    signed token came with the message and was checked. `payload` comes from the customer's side and counts only if
    it was really offered; `command` is an intent that a channel's own command stands for ("/person"), set by the
    adapter and never by the customer's words. `link_code` is a one-time code to be redeemed. `language` is that of
    the customer's app or page, as a two-letter code (ISO 639-1), where the channel tells it.
    """

    address: Address
    provider_id: str
    text: str
    proof: Proof = Proof.NONE
    payload: str | None = None
    command: str | None = None
    identity: Identity | None = None
    link_code: str | None = None
    display_name: str | None = None
    attachments: Sequence[Mapping[str, Any]] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The receipt for a stored inbound message; `duplicate` when it had been stored before."""

    inbox_id: InboxId
    customer_id: CustomerId
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that was said, as the transcript keeps it.

    `client_id` is the provider id of a customer's own message, so that a client recognises its echo.
    """

    customer_id: CustomerId
    number: Cursor
    author: Author
    channel: str
    text: str
    at: datetime
    buttons: Sequence[Button] = ()
    custom: Mapping[str, Any] | None = None
    payload: str | None = None
    client_id: str | None = None
    agent_name: str | None = None
    delivery: DeliveryState | None = None


class DeliveryState(str, Enum):
    """What became of an outbox row."""

    PENDING = "pending"  # waiting to be sent, or to be tried again
    SENDING = "sending"  # a dispatcher has it in hand
    SENT = "sent"  # the provider confirmed it
    FAILED = "failed"  # given up by rule
    UNKNOWN = "unknown"  # the provider timed out without an answer: it may have arrived
    WITHHELD = "withheld"  # a bot's reply stopped because a person had taken over


@dataclass(frozen=True, slots=True)
class Delivery:
    """An outbox row: one message to send to one address. `attempt` counts from 1."""

    id: int
    customer_id: CustomerId
    address: Address
    message: Message
    attempt: int


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
    """Something learnt about a customer, with the number of the message it came from."""

    key: str
    value: str
    number: Cursor
    at: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment to a customer with a due time."""

    id: int
    text: str
    due_at: datetime
    made_at: datetime
    kept_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DialogueState:
    """The bounded snapshot of the dialogue. `snapshot` is the dialogue's own JSON; memory never looks inside.

    `task` names the open task (a form) or is None; `goal` says it in a line; `collected` are the values the customer
    gave, label → value.
    """

    snapshot: str
    task: str | None = None
    goal: str | None = None
    collected: Mapping[str, str] = field(default_factory=dict)


# What a turn may ask memory to record, beside messages and state.


@dataclass(frozen=True, slots=True)
class RequestHandoff:
    """Put the conversation into the agents' queue (a no-op while one is open)."""

    reason: HandoffReason


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Begin a case, or retitle the open one of the same topic."""

    topic: str
    title: str


@dataclass(frozen=True, slots=True)
class CloseCase:
    """End the open case of a topic."""

    topic: str
    outcome: CaseOutcome


@dataclass(frozen=True, slots=True)
class OfferAnswer:
    """Remember that an answer was tried."""

    faq_id: str
    title: str
    confidence: float


@dataclass(frozen=True, slots=True)
class RateAnswer:
    """Remember how the last tried answer was received."""

    helped: bool


@dataclass(frozen=True, slots=True)
class LearnFact:
    """Remember a value of the customer; an older value of the same key is superseded and kept."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class MakePromise:
    """Owe the customer something by a time."""

    text: str
    due_at: datetime


Record = RequestHandoff | OpenCase | CloseCase | OfferAnswer | RateAnswer | LearnFact | MakePromise


@dataclass(frozen=True, slots=True)
class Reply:
    """One message the bot wants to send."""

    text: str
    buttons: Sequence[Button] = ()
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """All that a turn needs to know of its customer: a bounded amount however long the history.

    `last_contact_at` is when the customer last wrote before this message; `recent_buttons` are those of the bot's
    latest messages, newest first; `last_person` the agent who last helped; `said_by_person` what an agent wrote
    since the bot last spoke; `task_ended_by_person` that an agent resolved what the dialogue's task was about, so
    that its form must not go on.
    """

    customer: Customer
    dialogue: DialogueState | None = None
    handoff: Handoff | None = None
    last_contact_at: datetime | None = None
    recent_buttons: Sequence[Button] = ()
    last_person: str | None = None
    last_handoff: Handoff | None = None
    said_by_person: Sequence[str] = ()
    agents_present: int = 0
    link: LinkResult | None = None
    task_ended_by_person: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn came to; memory commits it whole or not at all. `dialogue` None leaves the state as it was."""

    replies: Sequence[Reply] = ()
    dialogue: DialogueState | None = None
    records: Sequence[Record] = ()


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


@dataclass(frozen=True, slots=True)
class FaqRecord:
    """An FAQ entry: `phrasings` are further ways to ask `question`; `version` counts edits from 1.

    `language` is a two-letter code (ISO 639-1). Customers get the answer from `valid_from` until before `valid_until`
    (None: no limit). `tests` are held-out questions that this entry should answer; they are never searched.
    """

    id: str
    question: str
    phrasings: Sequence[str]
    answer: str
    tags: Sequence[str] = ()
    department: str = "general"
    version: int = 1
    language: str = "en"
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    tests: Sequence[str] = ()

    def is_valid_at(self, time: datetime) -> bool:
        """Whether customers get this answer then."""
        return (self.valid_from is None or self.valid_from <= time) and not self.has_expired_at(time)

    def has_expired_at(self, time: datetime) -> bool:
        """Whether customers will never get this answer again."""
        return self.valid_until is not None and self.valid_until <= time


@dataclass(frozen=True, slots=True)
class FaqVersion:
    """An FAQ entry as it was from `at` on; `by` names who wrote or deleted it (None: it came from the files)."""

    record: FaqRecord
    at: datetime
    by: str | None = None
    deleted: bool = False
