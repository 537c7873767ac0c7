"""The fake memory's facts: learning, ending and reading them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from memory.fakes.world import Person, World
from memory.model import QUOTED, Cursor, CustomerId, Fact, LearnFact
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
    message = person.messages[fact.number - 1]
    return replace(fact, channel=message.channel, said=message.text[:QUOTED])


def learn(person: Person, record: LearnFact, number: Cursor, now: datetime) -> None:
    """Supersede what is known, unless it is the same."""
    value = storable(record.value)
    if value_of(person, record.key) == value:
        return
    end(person, record.key, now, superseded_by=number)
    person.facts.append(Fact(record.key, value, number, now, record.confidence))


def value_of(person: Person, key: str) -> str | None:
    """What is known under a key now."""
    return next((fact.value for fact in person.facts if fact.key == key and fact.valid_until is None), None)


def end(person: Person, key: str, now: datetime, superseded_by: Cursor | None = None) -> None:
    """What is known under this key holds no longer."""
    person.facts = [
        replace(fact, valid_until=now, superseded_by=superseded_by)
        if fact.key == key and fact.valid_until is None
        else fact
        for fact in person.facts
    ]
