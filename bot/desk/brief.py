"""The brief: what an agent must know before writing a word, each line exact and pointing to its message.

Pure functions on `memory.model.Brief`, used by `bot.desk.views`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import BaseModel

from bot.desk.promise_views import PromiseView, promise_view
from memory.model import (
    Address,
    Brief,
    Case,
    CaseState,
    Customer,
    Fact,
    HandoffReason,
    Message,
    fact_in_words,
    fact_label,
)

QUOTE_LENGTH = 280
"""Characters of the customer's own words that the brief quotes; the message itself is one click away."""

WHY: Mapping[HandoffReason, str] = {
    HandoffReason.ASKED_FOR_PERSON: "They asked for a person.",
    HandoffReason.MISUNDERSTOOD: "The bot did not understand them.",
    HandoffReason.REJECTED_ANSWERS: "The bot's answers did not help them.",
    HandoffReason.DISTRESS: "They seem upset or in distress.",
    HandoffReason.REPETITION: "They have said the same three times and got no further.",
    HandoffReason.FORM_FAILED: "The bot could not finish a task with them.",
    HandoffReason.LEGAL: "They speak of lawyers, courts or authorities.",
    HandoffReason.INJURY: "Somebody was hurt, or something is not safe.",
    HandoffReason.FRAUD: "They report fraud: a card, an account or a name misused.",
    HandoffReason.PAYMENT_DISPUTE: "They dispute a payment.",
    HandoffReason.BEREAVEMENT: "Somebody has died.",
    HandoffReason.PRESS: "They are from the press.",
    HandoffReason.BROKEN_PROMISE: "What they were promised has not come in time.",
    HandoffReason.VALUED_COMPLAINT: "A valued customer complains.",
    HandoffReason.AGENT_TOOK_OVER: "A person took over without being called.",
    HandoffReason.POISON_MESSAGE: "The bot could not handle one of their messages.",
}


class PersonView(BaseModel):
    """Who the customer is. `identified` means the host site proved it; `channels` are where they have written."""

    id: str
    name: str | None
    email: str | None
    subject: str | None
    identified: bool
    channels: list[str]


class Collected(BaseModel):
    """A value the customer gave for what they want."""

    label: str
    value: str


class Tried(BaseModel):
    """An answer the bot gave: how sure it was (0 to 1), how it was received, and in which message."""

    title: str
    confidence: float
    helped: bool | None
    number: int


class Why(BaseModel):
    """Why a person is needed, with the customer's own words."""

    reason: HandoffReason
    text: str
    number: int | None
    quote: str | None


class FactView(BaseModel):
    """Something known about the customer, how sure it is (0 to 1), and the message it came from."""

    key: str
    label: str
    value: str
    confidence: float
    number: int
    at: datetime


class CaseView(BaseModel):
    """What the customer wanted before, and what it has come to (None: open); `came_back` counts its reopenings."""

    title: str
    topic: str
    outcome: CaseState | None
    opened_at: datetime
    touched_at: datetime
    closed_at: datetime | None
    channel: str
    came_back: int


class BriefView(BaseModel):
    """The whole brief."""

    customer: PersonView
    goal: str | None
    collected: list[Collected]
    tried: list[Tried]
    why: Why
    facts: list[FactView]
    promises: list[PromiseView]
    cases: list[CaseView]


def brief_view(brief: Brief) -> BriefView:
    """The brief as the API gives it: open promises first, and open cases, then those last touched."""
    return BriefView(
        customer=person(brief.customer, brief.addresses),
        goal=brief.goal,
        collected=[Collected(label=label, value=value) for label, value in brief.collected.items()],
        tried=[Tried(title=a.title, confidence=a.confidence, helped=a.helped, number=a.number) for a in brief.tried],
        why=why(brief.reason, brief.asked_in),
        facts=[_fact(fact) for fact in brief.facts],
        promises=[promise_view(p) for p in sorted(brief.promises, key=lambda p: (not p.state.is_owed, p.due_at))],
        cases=[_case(case) for case in sorted(brief.cases, key=_standing, reverse=True)],
    )


def person(customer: Customer, addresses: Iterable[Address]) -> PersonView:
    """Who the customer is and where they write from, each channel once."""
    return PersonView(
        id=customer.id,
        name=customer.name,
        email=customer.email,
        subject=customer.subject,
        identified=customer.subject is not None,
        channels=list(dict.fromkeys(address.channel for address in addresses)),
    )


def why(reason: HandoffReason, asked_in: Message | None) -> Why:
    """The reason in a sentence, with what the customer said at that moment."""
    if asked_in is None:
        return Why(reason=reason, text=WHY[reason], number=None, quote=None)
    return Why(reason=reason, text=WHY[reason], number=asked_in.number, quote=quote(asked_in.text))


def quote(text: str) -> str | None:
    """The customer's words, cut after `QUOTE_LENGTH` characters; None when there are none."""
    words = text.strip()
    if len(words) > QUOTE_LENGTH:
        return words[:QUOTE_LENGTH].rstrip() + "…"
    return words or None


def _fact(fact: Fact) -> FactView:
    return FactView(
        key=fact.key,
        label=fact_label(fact.key),
        value=fact_in_words(fact.key, fact.value),
        confidence=fact.confidence,
        number=fact.number,
        at=fact.at,
    )


def _standing(case: Case) -> tuple[bool, datetime]:
    return case.state.is_open or case.state is CaseState.HANDED_OVER, case.touched_at


def _case(case: Case) -> CaseView:
    return CaseView(
        title=case.title,
        topic=case.topic,
        outcome=case.outcome,
        opened_at=case.opened_at,
        touched_at=case.touched_at,
        closed_at=case.closed_at,
        channel=case.channel,
        came_back=sum(move.to is CaseState.CAME_BACK for move in case.moves),
    )
