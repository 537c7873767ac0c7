"""The brief: what an agent must know before writing a word, each line exact and pointing to its message.

Pure functions on `memory.model.Brief` and the latest messages, used by `bot.desk.views`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from pydantic import BaseModel

from bot.desk.goal import goal_of, situation
from bot.desk.next_step import Step, next_steps
from bot.desk.orders import OrderLine
from bot.desk.promise_views import PromiseView, promise_view
from bot.desk.story import MoodView, Quote, Story, quote
from bot.meanwhile import WHERE
from memory.model import (
    Address,
    Attempt,
    Awaiting,
    Brief,
    Case,
    CaseState,
    Customer,
    Fact,
    Handoff,
    HandoffReason,
    Message,
    fact_in_words,
    fact_label,
)

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
    HandoffReason.NOT_SOLVED: "Asked afterwards, they said that it is not solved.",
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
    """A value the customer gave for what they want, and the message it came in (null: chosen for them, or long ago)."""

    label: str
    value: str
    number: int | None


class Tried(BaseModel):
    """An answer the bot gave: how sure it was (0 to 1), how it was received and in what words, and in which message."""

    title: str
    confidence: float
    helped: bool | None
    number: int
    reaction: Quote | None


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
    number: int | None


class OrderView(BaseModel):
    """An order as the shop has it now."""

    number: str
    state: str
    things: str
    placed_on: date
    expected_on: date | None
    is_open: bool


class AwaitingView(BaseModel):
    """How they have chosen to hear from a person, in the message `number`; `channel` null: they wait where they are."""

    text: str
    channel: str | None
    number: int


class BriefView(BaseModel):
    """The whole brief: `given` are values of tasks that are done, `next` what to do first, `said` their last words.

    `goal_is_over`: what they wanted is done or given up. `awaiting` is null for who has not chosen how to hear from a
    person; `orders` is null when the shop could not be asked.
    """

    customer: PersonView
    goal: str | None
    goal_in: int | None
    goal_is_over: bool
    next: list[Step]
    collected: list[Collected]
    given: list[Collected]
    moods: list[MoodView]
    said: list[Quote]
    orders: list[OrderView] | None
    tried: list[Tried]
    why: Why
    awaiting: AwaitingView | None
    facts: list[FactView]
    promises: list[PromiseView]
    cases: list[CaseView]


def brief_view(
    brief: Brief,
    messages: Sequence[Message] = (),
    orders: Sequence[OrderLine] | None = (),
    handoff: Handoff | None = None,
) -> BriefView:
    """The brief as the API gives it: open promises first, and open cases, then those last touched.

    `messages` are the latest of the conversation; `orders` is None when the shop could not be asked; `handoff` is the
    one that the brief is for.
    """
    cases = sorted(brief.cases, key=_standing, reverse=True)
    story = Story(messages)
    goal = goal_of(brief.goal, cases)
    goal_in = story.begun_in(goal.case.opened_at) if goal.case else None
    said = story.last_words()
    now = situation(goal, goal_in, said[-1].number if said else None, messages, handoff)
    return BriefView(
        customer=person(brief.customer, brief.addresses),
        goal=goal.text,
        goal_in=goal_in,
        goal_is_over=goal.is_over,
        next=next_steps(brief, now),
        collected=_collected(brief),
        given=_given_before(brief),
        moods=story.moods(brief.tried),
        said=said,
        orders=None if orders is None else [OrderView.model_validate(asdict(order)) for order in orders],
        tried=[_tried(attempt, story) for attempt in brief.tried],
        why=why(brief.reason, brief.asked_in),
        awaiting=None if brief.awaiting is None else _awaiting(brief.awaiting),
        facts=[_fact(fact) for fact in brief.facts],
        promises=[promise_view(p) for p in sorted(brief.promises, key=lambda p: (not p.state.is_owed, p.due_at))],
        cases=[_case(case, story) for case in cases],
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


def _awaiting(awaiting: Awaiting) -> AwaitingView:
    at = awaiting.at
    if at is None:
        return AwaitingView(text="They chose to wait.", channel=None, number=awaiting.said_in)
    where = WHERE.get(at.channel, f"on {at.channel}")
    to = f", at {at.id}" if at.channel == "email" else ""
    return AwaitingView(text=f"They chose to be written to {where}{to}.", channel=at.channel, number=awaiting.said_in)


def _collected(brief: Brief) -> list[Collected]:
    """What the open tasks have, each with the message in which it was last given."""
    known = {(given.label, given.value): given.number for given in reversed(brief.given)}
    return [
        Collected(label=label, value=value, number=known.get((label, value)))
        for label, value in brief.collected.items()
    ]


def _given_before(brief: Brief) -> list[Collected]:
    """What was given for tasks that are done, or was put right since; the latest first, each once."""
    before = {(given.label, given.value): given for given in reversed(brief.given)}
    rest = [given for pair, given in before.items() if pair not in brief.collected.items()]
    return [
        Collected(label=given.label, value=given.value, number=given.number)
        for given in sorted(rest, key=lambda given: given.number, reverse=True)
    ]


def _tried(attempt: Attempt, story: Story) -> Tried:
    return Tried(
        title=attempt.title,
        confidence=attempt.confidence,
        helped=attempt.helped,
        number=attempt.number,
        reaction=story.reaction_to(attempt),
    )


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
    return case.stands, case.touched_at


def _case(case: Case, story: Story) -> CaseView:
    return CaseView(
        title=case.title,
        topic=case.topic,
        outcome=case.outcome,
        opened_at=case.opened_at,
        touched_at=case.touched_at,
        closed_at=case.closed_at,
        channel=case.channel,
        came_back=sum(move.to is CaseState.CAME_BACK for move in case.moves),
        number=story.begun_in(case.opened_at),
    )
