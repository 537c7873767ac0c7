"""What a turn asks the fake memory to record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from typing_extensions import assert_never

from memory.fakes.facts import note_fact
from memory.fakes.world import Person, World
from memory.model import (
    Attempt,
    Case,
    CloseCase,
    Cursor,
    EndFact,
    LearnFact,
    MakePromise,
    OfferAnswer,
    OpenCase,
    Promise,
    RateAnswer,
    Record,
    RequestHandoff,
    UndoLink,
)
from memory.rules import storable


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the thread a record belongs."""

    channel: str
    asked: Cursor
    answered: Cursor


def write_records(world: World, person: Person, spot: Spot, records: Sequence[Record]) -> None:
    """Write them in their order."""
    for record in records:
        _write(world, person, spot, record)


def _write(world: World, person: Person, spot: Spot, record: Record) -> None:
    now = world.clock()
    if isinstance(record, RequestHandoff):
        if person.open_handoff is None:
            world.request(person, record.reason, spot.asked)
    elif isinstance(record, OpenCase):
        _open_case(world, person, spot, record)
    elif isinstance(record, CloseCase):
        _close_case(person, record, now)
    elif isinstance(record, OfferAnswer):
        tried = Attempt(record.faq_id, storable(record.title), record.confidence, spot.answered)
        person.attempts.append((now, tried))
    elif isinstance(record, RateAnswer):
        _rate(person, record)
    elif isinstance(record, LearnFact | EndFact):
        note_fact(person, record, spot.asked, now)
    elif isinstance(record, MakePromise):
        person.promises.append(Promise(next(world.ids), storable(record.text), record.due_at, now))
    elif isinstance(record, UndoLink):
        pass  # when the whole turn is written; see `turns`
    else:
        assert_never(record)


def _open_case(world: World, person: Person, spot: Spot, record: OpenCase) -> None:
    title = storable(record.title)
    for key, case in person.cases.items():
        if case.topic == record.topic and case.outcome is None:
            person.cases[key] = replace(case, title=title)
            return
    case = Case(next(world.ids), record.topic, title, world.clock(), spot.channel)
    person.cases[case.id] = case


def _rate(person: Person, record: RateAnswer) -> None:
    for index in reversed(range(len(person.attempts))):
        at, attempt = person.attempts[index]
        if attempt.helped is None:
            person.attempts[index] = (at, replace(attempt, helped=record.helped))
            return


def _close_case(person: Person, record: CloseCase, now: datetime) -> None:
    for key, case in person.cases.items():
        if case.topic == record.topic and case.outcome is None:
            person.cases[key] = replace(case, outcome=record.outcome, closed_at=now)
