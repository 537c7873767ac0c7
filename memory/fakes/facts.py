"""The fake memory's facts: learning, ending and reading them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memory.fakes.person import Learnt, Person
from memory.fakes.world import World
from memory.model import QUOTED, Cursor, CustomerId, EndFact, Fact, LearnFact
from memory.rules import storable


class FakeFacts:
    """Facts over the fake world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def history(self, customer_id: CustomerId) -> Sequence[Fact]:
        """All that was ever learnt, the oldest first."""
        person = self._world.people.get(customer_id)
        return tuple(with_evidence(person, learnt) for learnt in person.facts) if person else ()


def current_facts(person: Person) -> Sequence[Fact]:
    """What holds now, the latest learnt first."""
    return [with_evidence(person, learnt) for learnt in reversed(person.facts) if learnt.holds]


def with_evidence(person: Person, learnt: Learnt) -> Fact:
    """The fact with the message it came from, and that of the one which superseded it."""
    successor = next((each.fact.number for each in person.facts if each.id == learnt.by), None)
    fact = replace(learnt.fact, superseded_by=successor)
    if fact.number == 0:  # its message was erased
        return fact
    message = person.messages[fact.number - 1]
    return replace(fact, channel=message.channel, said=message.text[:QUOTED])


def note_fact(world: World, person: Person, record: LearnFact | EndFact, number: Cursor) -> None:
    """Learn a value, superseding another, or end the one that is denied."""
    current = next((each for each in person.facts if each.fact.key == record.key and each.holds), None)
    if isinstance(record, EndFact):
        _end(world, person, record, current)
    elif current is None or not _is_known(person, record, current):
        fact = Fact(record.key, storable(record.value), number, world.clock(), record.confidence)
        learnt = Learnt(next(world.ids), _writer(person), fact)
        if current is not None:
            put(person, replace(current, fact=replace(current.fact, valid_until=world.clock()), by=learnt.id))
        person.facts.append(learnt)


def _writer(person: Person) -> CustomerId:
    """The one of those linked here whose turn it is."""
    return person.writes_for or person.customer.id


def _is_known(person: Person, record: LearnFact, current: Learnt) -> bool:
    """Whether this side itself has said so already: what only the other said would go with them."""
    if current.fact.value != storable(record.value):
        return False
    own = _latest_of(person, record.key)
    return current.side == _writer(person) or (
        own is not None and own.by is not None and own.fact.value == current.fact.value
    )


def _latest_of(person: Person, key: str) -> Learnt | None:
    own = [each for each in person.facts if each.side == _writer(person) and each.fact.key == key]
    return own[-1] if own else None


def _end(world: World, person: Person, record: EndFact, current: Learnt | None) -> None:
    own = _latest_of(person, record.key)
    if current is not None and _is_meant(current, record):
        ended = replace(current, fact=replace(current.fact, valid_until=world.clock()))
        put(person, ended if current is own else replace(ended, ended_by=_writer(person)))
    if own is not None and not own.holds and _is_meant(own, record):
        put(person, replace(own, by=None, ended_by=None))  # or it would count again once the other side is gone


def _is_meant(learnt: Learnt, record: EndFact) -> bool:
    return record.value is None or learnt.fact.value == storable(record.value)


def put(person: Person, changed: Learnt) -> None:
    """Put what has become of a fact in its place."""
    person.facts = [changed if each.id == changed.id else each for each in person.facts]
