"""The fake memory's facts: learning, ending and reading them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from memory.fakes.world import Person, World
from memory.model import QUOTED, Cursor, CustomerId, EndFact, Fact, LearnFact
from memory.rules import storable


class FakeFacts:
    """Facts over the fake world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def history(self, customer_id: CustomerId) -> Sequence[Fact]:
        """All that was ever learnt, the oldest first."""
        person = self._world.people.get(customer_id)
        return tuple(with_evidence(person, fact) for fact in person.facts) if person else ()


def current_facts(person: Person) -> Sequence[Fact]:
    """What holds now, the latest learnt first."""
    return [with_evidence(person, fact) for fact in reversed(person.facts) if fact.valid_until is None]


def with_evidence(person: Person, fact: Fact) -> Fact:
    """The fact with the message it came from."""
    if fact.number == 0:  # its message was erased
        return fact
    message = person.messages[fact.number - 1]
    return replace(fact, channel=message.channel, said=message.text[:QUOTED])


def note_fact(person: Person, record: LearnFact | EndFact, number: Cursor, now: datetime) -> None:
    """Learn a value, superseding another, or end the one that is denied."""
    known = next((fact.value for fact in person.facts if fact.key == record.key and fact.valid_until is None), None)
    if isinstance(record, EndFact):
        if record.value is None or known == storable(record.value):
            _end(person, record.key, now)
    elif known != storable(record.value):
        _end(person, record.key, now, superseded_by=number)
        person.facts.append(Fact(record.key, storable(record.value), number, now, record.confidence))


def _end(person: Person, key: str, now: datetime, superseded_by: Cursor | None = None) -> None:
    person.facts = [
        replace(fact, valid_until=now, superseded_by=superseded_by)
        if fact.key == key and fact.valid_until is None
        else fact
        for fact in person.facts
    ]
