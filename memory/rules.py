"""Decisions about identity that every memory must make alike. Pure; called by `memory.sql` and `memory.fakes`."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from memory.errors import IllegalCaseMove, RememberingError
from memory.model import (
    CASE_MOVES,
    CaseState,
    Customer,
    DeliveryState,
    Handoff,
    HandoffId,
    HandoffReason,
    Inbound,
    LinkResult,
    Outcome,
    Proof,
    RequestHandoff,
)

PRESENT_FOR = timedelta(seconds=60)
"""How long an agent counts as present after their last request."""

TRIED_WITHIN = timedelta(days=30)
"""How far back a brief tells what was tried."""

MOST_FILES = 100
"""Files kept for one customer, and …"""
MOST_FILE_BYTES = 100 * 1024 * 1024
"""… how large they may be together."""

MOST_MENTIONS = 100
"""Unread mentions that an agent is shown."""

MOST_GIVEN = 60
"""Values that a brief tells, those given last."""

RECENT_BOT_MESSAGES = 5
SAID_BY_PERSON = 20
VIEW_MESSAGES = 200
PAST_CASES = 20
PAST_HANDOFFS = 5
KNOWN_FACTS = 50
KNOWN_CASES = 12
LOOKED_THROUGH = 20_000
"""Messages of a thread, counted from its end, in which words are looked for."""

COMES_BACK_WITHIN = timedelta(hours=72)
"""How long after its end a case that is brought up again is the same case, and not a new one."""

WAITING_TO_GO = frozenset({DeliveryState.PENDING, DeliveryState.HELD})
"""States of a reply that nobody has begun to send: it can still be changed."""

RETRIED = frozenset({DeliveryState.FAILED, DeliveryState.UNKNOWN})
"""States of a reply that can be sent again."""

LONGEST_FAULT = 500
"""Characters of a fault that are kept with the message that brought it about."""

COME_BACK = frozenset({DeliveryState.SENT, DeliveryState.UNKNOWN})
"""States of a reply that the channel took, so that it may still come back as undeliverable."""

BETWEEN_TWO = timedelta(seconds=1)
"""How long an address rests between messages of two processes: chat services take no more than one a second."""

JUST_ASKED = timedelta(minutes=30)
"""How long after a customer's message it counts as just written, so that an answer disturbs nobody."""

ONCE_A_PERSON_IS_DONE = timedelta(minutes=15)
"""How long a notice waits before it looks again whether a person still has the conversation."""

EXPORT_LASTS = timedelta(hours=1)
"""How long a customer's link to their data works: long enough for Telegram's retries, short enough to leak little."""

UNHEARD_FOR = timedelta(days=1)
"""How long the last word to somebody who was erased is kept for them to read it."""

LONGEST_KEY = 200
"""Characters of a provider's message id that are indexed as they are; PostgreSQL's index rows are limited."""

SECRET_ADDRESSES = frozenset({"web"})
"""Channels whose unproved address is a signed random token, which only its visitor holds."""


class Scope(str, Enum):
    """How strongly an address speaks for its customer; each scope has its own owner of the same address.

    So a sender whose name anybody may claim never reaches the customer who proved to be behind that name.
    """

    UNPROVED = "unproved"  # anybody may claim it: leads to anonymous customers only
    PROVED = "proved"  # vouched for by a platform, a trusted caller or a one-time code
    SUBJECT = "subject"  # the host site's own id of the customer


def scope_of(proof: Proof) -> Scope:
    """Whose address it is. A signed token proves its identity, not the address it came from."""
    vouched = {Proof.PLATFORM, Proof.TRUSTED_CALLER, Proof.ONE_TIME_CODE}
    return Scope.PROVED if proof in vouched else Scope.UNPROVED


@dataclass(frozen=True, slots=True)
class Joining:
    """What a valid one-time code brings about: who remains, and who is merged into them.

    With `anew`, that is a new customer for the address the code came from: so this link, too, can be undone.
    """

    keep: Customer
    absorb: Customer | None = None
    anew: bool = False


def plan_link(inbound: Inbound, writer: Customer | None, code_owner: Customer) -> Joining | LinkResult:
    """Whom a one-time code joins with whom, or why it is refused. Two subjects are never merged."""
    unproved = inbound.identity is None and scope_of(inbound.proof) is Scope.UNPROVED
    if unproved and inbound.address.channel not in SECRET_ADDRESSES:
        return LinkResult.REFUSED
    if unproved and code_owner.subject is not None:
        return LinkResult.SIGN_IN_FIRST
    if writer is not None and writer.id == code_owner.id:
        return Joining(code_owner)
    if writer is not None and writer.subject is None:
        return Joining(code_owner, absorb=writer)
    if writer is not None and code_owner.subject is None:
        return Joining(writer, absorb=code_owner)
    return LinkResult.REFUSED if inbound.identity else Joining(code_owner, anew=True)


def named(customer: Customer, inbound: Inbound) -> Customer:
    """The customer with what this message tells about their name and e-mail."""
    identity = inbound.identity
    if identity is not None:
        name, email = identity.name or customer.name, identity.email or customer.email
        return replace(customer, name=name, email=email, valued=identity.valued)
    if customer.subject is None and customer.name is None and inbound.display_name:
        return replace(customer, name=inbound.display_name)
    return customer


def dialogue_moves(absorbed: tuple[datetime, str | None] | None, kept: tuple[datetime, str | None] | None) -> bool:
    """Whether the absorbed customer's dialogue (updated at, open task) replaces the kept one's."""
    if absorbed is None:
        return False
    return kept is None or (absorbed[1] is not None and absorbed[0] > kept[0])


def check_case_move(current: CaseState, wanted: CaseState) -> None:
    """Raises IllegalCaseMove for a move that the table does not have."""
    if wanted not in CASE_MOVES[current]:
        raise IllegalCaseMove(current, wanted)


def is_given_up(outcome: Outcome) -> bool:
    """Whether the bot could not handle the message and a person is to read it."""
    wanted = (record for record in outcome.records if isinstance(record, RequestHandoff))
    return any(record.reason is HandoffReason.POISON_MESSAGE for record in wanted)


def fault_of(exc: Exception) -> str | None:
    """What leads are shown of a turn that broke; None for what is no fault of the message."""
    if isinstance(exc, RememberingError):
        return None
    return storable(f"{type(exc).__name__}: {exc}")[:LONGEST_FAULT]


def newly_given(before: Mapping[str, str], after: Mapping[str, str]) -> Mapping[str, str]:
    """What a message added to what was collected, or changed of it, label → value."""
    return {label: value for label, value in after.items() if before.get(label) != value}


def handoff_to_keep(handoffs: Sequence[Handoff]) -> Handoff:
    """Which of several open handoffs goes on: one that a person has, else the one that waited longest."""
    return min(handoffs, key=lambda handoff: (not handoff.state.owned_by_person, handoff.requested_at))


def key_of(provider_id: str) -> str:
    """The provider's message id, or its digest where it is too long to be indexed."""
    if len(provider_id) <= LONGEST_KEY:
        return provider_id
    return "sha256:" + hashlib.sha256(provider_id.encode()).hexdigest()


NOTED_AGAIN_AFTER = timedelta(hours=1)
"""How long an agent may look at a conversation before it is noted once more."""


GATHERED = 2_000
"""Messages, the latest, whose words are gathered at once: those of a very long thread would hold up its turn."""

LONGEST_WORD = 40
"""Letters of a word by which a conversation is found; longer ones are no words."""

MOST_WORDS = 8
"""Words of a search that count."""


def words_in(*texts: str | None) -> frozenset[str]:
    """The words and numbers by which texts are found, in small letters."""
    found = (word for text in texts if text for word in re.findall(r"\w+", text.casefold()))
    return frozenset(word for word in found if len(word) <= LONGEST_WORD)


def asked_words(query: str) -> Sequence[str]:
    """The words of a search, in order, each once."""
    return list(dict.fromkeys(word for word in re.findall(r"\w+", query.casefold())))[:MOST_WORDS]


def new_reset() -> tuple[str, str, str]:
    """A secret for a new password, in two parts: the id by which it is found, and what is compared; and its seal."""
    reset_id, key = secrets.token_hex(8), secrets.token_urlsafe(32)
    return f"{reset_id}.{key}", reset_id, hash_of(key)


def is_sealed(secret: str, seal: str) -> bool:
    """Whether a secret's second part is the one that was sealed, compared in the same time however much is right."""
    return hmac.compare_digest(hash_of(secret.partition(".")[2]), seal)


def key_of_question(handoff_id: HandoffId) -> str:
    """Under which a customer is asked once how a handoff was."""
    return f"handoff:{handoff_id}:solved"


def hash_of(secret: str) -> str:
    """What is stored of something that only its holder may know, and that is too long to be guessed."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def storable(text: str) -> str:
    """The text without what no database can hold: NUL characters and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def cleaned(inbound: Inbound) -> Inbound:
    """The message with every text storable."""
    identity = inbound.identity
    return replace(
        inbound,
        address=replace(inbound.address, id=storable(inbound.address.id)),
        provider_id=storable(inbound.provider_id),
        text=storable(inbound.text),
        payload=_maybe(inbound.payload),
        command=_maybe(inbound.command),
        display_name=_maybe(inbound.display_name),
        identity=identity
        and replace(
            identity, subject=storable(identity.subject), name=_maybe(identity.name), email=_maybe(identity.email)
        ),
        attachments=tuple(_storable_json(attachment) for attachment in inbound.attachments),
        language=_maybe(inbound.language),
        custom=inbound.custom and _storable_json(inbound.custom),
        corrects=_maybe(inbound.corrects),
    )


def _maybe(text: str | None) -> str | None:
    return None if text is None else storable(text)


def _storable_json(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: storable(item) if isinstance(item, str) else item for key, item in value.items()}
