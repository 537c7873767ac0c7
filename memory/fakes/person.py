"""One customer as the fakes keep them, and what belongs to them. Called by the fake ports and their world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from memory.model import (
    Address,
    Attempt,
    Author,
    Case,
    CodeUse,
    Cursor,
    Customer,
    CustomerId,
    DeliveryState,
    DialogueState,
    Fact,
    FileId,
    Given,
    Handoff,
    HandoffId,
    Inbound,
    InboxId,
    Link,
    LinkId,
    LinkResult,
    Message,
    NewFile,
    Promise,
    Topic,
)


@dataclass
class Arrival:
    """A stored inbound message."""

    id: InboxId
    customer_id: CustomerId
    inbound: Inbound
    received_at: datetime
    link: LinkResult | None
    side: CustomerId
    attempts: int = 0
    handled: bool = False
    broke_with: str | None = None
    given_up: Cursor | None = None
    given_up_at: datetime | None = None
    dismissed: bool = False


@dataclass
class Code:
    """A one-time code that was issued."""

    customer_id: CustomerId
    issued_at: datetime
    expires_at: datetime
    use: CodeUse
    used: bool = False


@dataclass
class Posting:
    """An outbox row."""

    id: int
    customer_id: CustomerId
    address: Address
    number: int
    author: Author
    due_at: datetime
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    topic: Topic | None = None
    reason: str | None = None
    settled_at: datetime | None = None
    last_try: bool = False
    dismissed: bool = False

    def waits_again(self, now: datetime) -> None:
        """It was given up and is sent again after all."""
        self.state, self.due_at, self.reason = DeliveryState.PENDING, now, None
        self.settled_at, self.dismissed = None, False


@dataclass(frozen=True, slots=True)
class Told:
    """A message that nobody asked for: its number, and when it was said."""

    number: Cursor
    at: datetime


@dataclass(frozen=True, slots=True)
class Learnt:
    """A fact and whose it is; `by` is the id of the one that superseded it, `ended_by` who else said it holds no more.

    `fact.superseded_by` is left empty here: numbers change, ids do not.
    """

    id: int
    side: CustomerId
    fact: Fact
    by: int | None = None
    ended_by: CustomerId | None = None

    @property
    def holds(self) -> bool:
        """Whether it is so still."""
        return self.fact.valid_until is None


@dataclass
class KeptDialogue:
    """A dialogue as it was when its customer was linked with another."""

    side: CustomerId
    link_id: LinkId
    state: DialogueState | None
    at: datetime | None
    ended_by_person: bool
    heard: Cursor | None = None
    given_back_from: HandoffId | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A kept file and whose it is."""

    side: CustomerId
    new: NewFile


@dataclass
class Tie:
    """A link, with what it takes to undo it: where the thread that came ended, and what it lent to the other."""

    link: Link
    last_number: int
    lent: Mapping[str, str]


@dataclass
class Person:
    """Everything of one customer. `sides` and `side_of` say which of the customers linked here a thing belongs to."""

    customer: Customer
    messages: list[Message] = field(default_factory=list)
    sides: dict[int, CustomerId] = field(default_factory=dict)
    side_of: dict[int | Address, CustomerId] = field(default_factory=dict)
    writes_for: CustomerId | None = None
    reply_to: dict[int, InboxId] = field(default_factory=dict)
    addresses: dict[Address, datetime] = field(default_factory=dict)
    last_contact_at: datetime | None = None
    last_address: Address | None = None
    dialogue: DialogueState | None = None
    dialogue_at: datetime | None = None
    dialogue_is_of: CustomerId | None = None
    task_ended_by_person: bool = False
    heard: Cursor | None = None
    given_back_from: HandoffId | None = None
    handoffs: dict[HandoffId, Handoff] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    handed_over: dict[int, HandoffId] = field(default_factory=dict)
    attempts: list[tuple[datetime, Attempt]] = field(default_factory=list)
    facts: list[Learnt] = field(default_factory=list)  # all that were ever learnt, the oldest first
    promises: list[Promise] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    kept_dialogues: list[KeptDialogue] = field(default_factory=list)
    ended_handoffs: list[tuple[Handoff, HandoffId]] = field(default_factory=list)
    notices: dict[str, Told] = field(default_factory=dict)
    files: dict[FileId, StoredFile] = field(default_factory=dict)

    @property
    def open_handoff(self) -> Handoff | None:
        """At most one."""
        return next((handoff for handoff in self.handoffs.values() if handoff.state.is_open), None)

    def add(self, message: Message, reply_to: InboxId | None = None) -> Message:
        """Append a message under the next number."""
        number = Cursor(self.customer.last_number + 1)
        message = replace(message, number=number)
        self.customer = replace(self.customer, last_number=number)
        self.messages.append(message)
        self.sides[number] = self.writes_for or self.customer.id
        if reply_to is not None:
            self.reply_to[number] = reply_to
        return message

    def addresses_of(self, side: CustomerId) -> Sequence[Address]:
        """The addresses that one of the customers linked here brought."""
        return tuple(address for address in self.addresses if self.side_of.get(address) == side)

    def mark(self) -> None:
        """Note for what is new whose it is."""
        keys: list[int | Address] = [*self.cases, *(promise.id for promise in self.promises), *self.addresses]
        for key in keys:
            self.side_of.setdefault(key, self.writes_for or self.customer.id)
