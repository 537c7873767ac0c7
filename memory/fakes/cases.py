"""The fake's cases, by the same rules as `memory.sql.cases`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from memory.fakes.person import Person
from memory.fakes.world import World
from memory.model import Case, CaseState, CloseCase, OpenCase
from memory.rules import COMES_BACK_WITHIN, KNOWN_CASES, PAST_CASES, storable


def known_cases(person: Person, now: datetime) -> Sequence[Case]:
    """The open cases and those that may still come back, open ones first, of each the last touched first."""
    known = [case for case in _newest(person) if case.closed_at is None or case.closed_at > now - COMES_BACK_WITHIN]
    known.sort(key=lambda case: case.closed_at is not None)
    return tuple(replace(case, moves=()) for case in known[:KNOWN_CASES])


def told_cases(person: Person) -> Sequence[Case]:
    """The cases a brief tells, with their history, the last touched first."""
    return tuple(_newest(person)[:PAST_CASES])


def open_case(world: World, person: Person, channel: str, record: OpenCase) -> None:
    """Begin a case or go on with it. Raises IllegalCaseMove."""
    known, now, title, about = _meant(person, record), world.clock(), storable(record.title), dict(record.about)
    if known is None:
        case_id = next(world.ids)
        key = record.key or f"case-{case_id}"
        person.cases[case_id] = Case(case_id, key, record.topic, title, now, now, channel, about=about)
        return
    person.cases[known.id] = replace(known, title=title, about=about, touched_at=now)
    if known.closed_at is not None and known.state is not CaseState.HANDED_OVER:
        world.move_case(person, known.id, CaseState.CAME_BACK)


def close_case(world: World, person: Person, record: CloseCase) -> None:
    """End a case; nothing happens when there is none, or when it ended so before. Raises IllegalCaseMove."""
    known = _meant(person, record)
    if known is not None and known.state is not record.state:
        world.move_case(person, known.id, record.state)


def _meant(person: Person, record: OpenCase | CloseCase) -> Case | None:
    if record.key is not None:
        return _first(case for case in person.cases.values() if case.key == record.key)
    return _first(case for case in _newest(person) if case.topic == record.topic and case.closed_at is None)


def _first(cases: Iterable[Case]) -> Case | None:
    return next(iter(cases), None)


def _newest(person: Person) -> list[Case]:
    return sorted(person.cases.values(), key=lambda case: (case.touched_at, case.id), reverse=True)
