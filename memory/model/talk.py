"""What is said: messages in, messages out, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final, NewType

from memory.model.files import Attached
from memory.model.people import Address, Cursor, CustomerId, Identity, Proof

InboxId = NewType("InboxId", int)


class Author(str, Enum):
    """Who said a message."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"


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
    it was really offered; `command` is an intent that a channel's own command stands for ("/person"), with its
    values if it has some, set by the adapter and never by the customer's words. `link_code` is a one-time code to be
    redeemed. `language` is that of the customer's app or page, as a two-letter code (ISO 639-1), where the channel
    tells it. `custom` is what the channel itself needs again to answer, such as a mail's subject, and what was answered
    to (`answer_to`); texts only, kept with the message.
    `corrects` is the provider id of an earlier message that the customer has changed: this is how it reads now.
    `under_ours`: it was written below our words, as an answer by mail is, and so by somebody who has them before them.
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
    custom: Mapping[str, str] | None = None
    under_ours: bool = False
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The receipt for a stored inbound message; `duplicate` when it had been stored before.

    `text` is what was handed in to be stored, which may be less than what was written. `renumbered` is that of the
    customer, as it was then.
    """

    inbox_id: InboxId
    customer_id: CustomerId
    duplicate: bool
    text: str
    renumbered: int = 0


class DeliveryState(str, Enum):
    """What became of an outbox row."""

    PENDING = "pending"  # waiting to be sent, or to be tried again
    SENDING = "sending"  # a dispatcher has it in hand
    SENT = "sent"  # the provider confirmed it
    FAILED = "failed"  # given up by rule
    UNKNOWN = "unknown"  # the provider timed out without an answer: it may have arrived
    HELD = "held"  # waiting for the end of the hours or days in which the customer wants quiet
    WITHHELD = "withheld"  # a bot's reply stopped because a person had taken over
    WITHDRAWN = "withdrawn"  # an agent's reply that they took back before it was sent


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that was said, as the transcript keeps it.

    `client_id` is the provider id of a customer's own message, so that a client recognises its echo. `reason` tells
    of a `delivery` what its channel said. One that was withdrawn has no words left; customers are not shown it.
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
    reason: str | None = None
    attachments: Sequence[Attached] = ()

    @property
    def earlier(self) -> Sequence[str]:
        """How it read before its customer changed it, the first words first; empty if they never did."""
        return earlier_words(self.custom)

    @property
    def answered(self) -> Answered | None:
        """The words that it answers to, where its customer's app told."""
        return answered_in(self.custom)


EARLIER: Final = "earlier"
"""In `custom` of a customer's message: how it read before."""
MOST_EARLIER: Final = 10
"""Earlier versions of a message that are kept, the latest ones."""


ANSWERED: Final = "answered"
"""In `custom` of a customer's message: the words that they answered to, as their app marks them."""
ANSWERED_WHOSE: Final = "answered_whose"
"""Beside it: `ours` or `theirs`."""
LONGEST_ANSWERED: Final = 500
"""Characters of it that are kept: who reads it has the whole above."""


def answered_in(custom: Mapping[str, Any] | None) -> Answered | None:
    """The words that a message with this `custom` answers to."""
    kept = custom or {}
    return Answered(str(kept[ANSWERED]), kept.get(ANSWERED_WHOSE) == "ours") if ANSWERED in kept else None


def answer_to(words: str, *, ours: bool) -> Mapping[str, str]:
    """The `custom` of a message that answers a certain one, of ours or of their own."""
    shown = words if len(words) <= LONGEST_ANSWERED else f"{words[: LONGEST_ANSWERED - 1]}…"
    return {ANSWERED: shown, ANSWERED_WHOSE: "ours" if ours else "theirs"}


@dataclass(frozen=True, slots=True)
class Answered:
    """The words that a message answers to, and whether they are ours."""

    text: str
    ours: bool


def earlier_words(custom: Mapping[str, Any] | None) -> Sequence[str]:
    """How a message read before, by its `custom`."""
    return tuple((custom or {}).get(EARLIER) or ())


def changed(custom: Mapping[str, Any] | None, text: str) -> Mapping[str, Any]:
    """The `custom` of a message that reads otherwise now, and until now as `text`."""
    return {**(custom or {}), EARLIER: [*earlier_words(custom), text][-MOST_EARLIER:]}


@dataclass(frozen=True, slots=True)
class Exchange:
    """Something a customer said, and the first answer to it."""

    asked: Message
    answer: Message | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """An outbox row: one message to send to one address. `attempt` counts from 1.

    With `last_try` it is not tried again by itself, however this attempt ends.
    """

    id: int
    customer_id: CustomerId
    address: Address
    message: Message
    attempt: int
    last_try: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """One message the bot wants to send."""

    text: str
    buttons: Sequence[Button] = ()
    custom: Mapping[str, Any] | None = None
