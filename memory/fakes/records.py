"""What a turn asks the fake memory to record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import singledispatch

from memory.fakes.cases import close_case, open_case
from memory.fakes.custody import forget_fact
from memory.fakes.facts import note_fact
from memory.fakes.person import Person
from memory.fakes.promises import add_promise, drop_by_reply, own_up, turn_to
from memory.fakes.world import World
from memory.model import (
    BOT,
    TEAM,
    Address,
    AnswerFeedback,
    Attempt,
    AuditEntry,
    Awaiting,
    AwaitPerson,
    CaseState,
    CloseCase,
    Cursor,
    Deed,
    Doer,
    EndFact,
    ForgetFact,
    HandoffReason,
    HandoffState,
    LearnFact,
    MakePromise,
    NewPromise,
    OfferAnswer,
    OfferExport,
    OpenCase,
    RateAnswer,
    Record,
    RequestHandoff,
    UndoLink,
    WithdrawRequest,
)
from memory.moves import WITHDRAWN, Wanted, answered
from memory.rules import EXPORT_LASTS, Scope, hash_of, storable


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the thread a record belongs."""

    channel: str
    asked: Cursor
    answered: Cursor


def write_records(world: World, person: Person, spot: Spot, records: Sequence[Record]) -> None:
    """Write them in their order."""
    for record in records:
        write(record, world, person, spot)


@singledispatch
def write(record: Record, world: World, person: Person, spot: Spot) -> None:
    """Write one record."""
    raise TypeError(f"nobody knows how to record a {type(record).__name__}")


@write.register
def _request_handoff(record: RequestHandoff, world: World, person: Person, spot: Spot) -> None:
    if record.reason is HandoffReason.BROKEN_PROMISE:
        own_up(world, person, spot.answered)
    if person.open_handoff is None:
        world.request(person, record, spot.asked)
    else:
        world.wait_along(person, person.open_handoff, record, spot.asked)


@write.register
def _await_person(record: AwaitPerson, world: World, person: Person, spot: Spot) -> None:
    handoff = person.open_handoff
    if handoff is None or handoff.state.owned_by_person or not _is_theirs(world, person, record.at):
        return
    person.handoffs[handoff.id] = replace(handoff, awaiting=Awaiting(spot.asked, record.at))
    turn_to(world, person, record.at.channel if record.at else spot.channel)


def _is_theirs(world: World, person: Person, at: Address | None) -> bool:
    """Whether it is; the e-mail address that their site has proved becomes it by being chosen."""
    if at is None or at in person.addresses:
        return True
    customer = person.customer
    if customer.subject is None or customer.email is None or at.id != customer.email.strip().casefold():
        return False
    world.routes.setdefault((Scope.PROVED, at), customer.id)
    person.addresses[at] = world.clock()
    return True


@write.register
def _withdraw_request(record: WithdrawRequest, world: World, person: Person, spot: Spot) -> None:
    handoff = person.open_handoff
    if handoff is None or handoff.state.owned_by_person:
        return
    drop_by_reply(world, person, WITHDRAWN, spot.asked)
    world.give_cases_back(person, handoff)
    world.move(person, handoff, Wanted(HandoffState.ABANDONED, BOT, WITHDRAWN))


@write.register
def _open_case(record: OpenCase, world: World, person: Person, spot: Spot) -> None:
    open_case(world, person, spot.channel, record)


@write.register
def _close_case(record: CloseCase, world: World, person: Person, spot: Spot) -> None:
    close_case(world, person, record)


@write.register
def _offer_answer(record: OfferAnswer, world: World, person: Person, spot: Spot) -> None:
    tried = Attempt(record.faq_id, storable(record.title), record.confidence, spot.answered)
    person.attempts.append((world.clock(), tried))


@write.register
def _rate_answer(record: RateAnswer, world: World, person: Person, spot: Spot) -> None:
    for index in reversed(range(len(person.attempts))):
        at, attempt = person.attempts[index]
        if attempt.helped is None:
            person.attempts[index] = (at, replace(attempt, helped=record.helped))
            return


@write.register
def _answer_feedback(record: AnswerFeedback, world: World, person: Person, spot: Spot) -> None:
    handoff = person.handoffs.get(record.handoff_id)
    if handoff is None or handoff.feedback is None:
        return
    said = answered(handoff.feedback, record, spot.asked, spot.answered)
    person.handoffs[handoff.id] = replace(handoff, feedback=said)
    for key in [key for key, along in person.handed_over.items() if along == handoff.id and record.solved is False]:
        if person.cases[key].state in {CaseState.SOLVED, CaseState.ABANDONED}:
            world.move_case(person, key, CaseState.CAME_BACK)
    world.bell.ring([f"customer:{person.customer.id}", "desk"])


@write.register(LearnFact)
@write.register(EndFact)
def _note_fact(record: LearnFact | EndFact, world: World, person: Person, spot: Spot) -> None:
    said_in = record.said_in if isinstance(record, LearnFact) else None
    note_fact(world, person, record, said_in or spot.asked)


@write.register
def _make_promise(record: MakePromise, world: World, person: Person, spot: Spot) -> None:
    new = NewPromise(storable(record.text), record.due_at, spot.answered)
    add_promise(world, person, new, TEAM, by_reply=record.kept_by_reply)


@write.register
def _forget_fact(record: ForgetFact, world: World, person: Person, spot: Spot) -> None:
    forget_fact(world, person, record.key)
    kind, _, _ = record.key.partition(":")
    entry = AuditEntry(world.clock(), Deed.ERASED_FACT, Doer.CUSTOMER, spot.channel, kind, record.reference)
    world.audit.append(entry)


@write.register
def _offer_export(record: OfferExport, world: World, person: Person, spot: Spot) -> None:
    world.exports[hash_of(record.export_id)] = (person.customer.id, world.clock() + EXPORT_LASTS)
    world.audit.append(AuditEntry(world.clock(), Deed.OFFERED_EXPORT, Doer.CUSTOMER, spot.channel))


@write.register
def _undo_link(record: UndoLink, world: World, person: Person, spot: Spot) -> None:
    """Nothing yet: a link is undone when the whole turn has been written; see `turns`."""
