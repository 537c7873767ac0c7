"""The fake's erasing, and its port for all that is kept about a customer. Called by the fake turns and records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from memory.blanking import Blanking
from memory.errors import UnknownCustomer
from memory.fakes.person import Arrival, Learnt, Person
from memory.fakes.world import World
from memory.model import (
    Address,
    Agreed,
    AuditEntry,
    Cursor,
    CustomerId,
    Deed,
    Doer,
    Export,
    Extent,
    Handoff,
    Inbound,
    Section,
    Wish,
)
from memory.rules import UNHEARD_FOR, hash_of, scope_of

DEED_OF = {Extent.CONVERSATION: Deed.ERASED_CONVERSATION, Extent.EVERYTHING: Deed.ERASED_CUSTOMER}


def erase(world: World, person: Person) -> None:
    """Erase all of a customer; what waits to be answered is a stranger's from now on."""
    _forget_routes(world, person)
    for arrival in list(world.arrivals.values()):
        if arrival.customer_id == person.customer.id and not arrival.handled:
            scope, address = scope_of(arrival.inbound.proof), arrival.inbound.address
            stranger = world.owner(scope, address) or world.create()
            world.routes[scope, address] = stranger.customer.id
            stranger.addresses[address] = world.clock()
            arrival.customer_id = arrival.side = stranger.customer.id
    _delete(world, person)


def erase_in_turn(world: World, person: Person, inbound: Inbound, extent: Extent) -> Person:
    """Erase the customer whose turn this is; returns who is there instead."""
    if extent is Extent.CONVERSATION:
        successor = _successor(world, person)
        _hand_over(world, person, successor, lambda arrival: True)
        _delete(world, person)
    else:
        successor = world.create()
        _hand_over(world, person, successor, lambda arrival: arrival.inbound.address == inbound.address)
        erase(world, person)
        world.routes[scope_of(inbound.proof), inbound.address] = successor.customer.id
        successor.addresses[inbound.address] = world.clock()
    world.bell.ring([f"customer:{successor.customer.id}"])
    return successor


def forget_fact(world: World, person: Person, key: str) -> None:
    """Erase a fact with its history, and blank its values in what was said and noted."""
    forgotten = [learnt.fact for learnt in person.facts if learnt.fact.key == key]
    person.facts = [learnt for learnt in person.facts if learnt.fact.key != key]
    values, sources = {fact.value for fact in forgotten}, {fact.number for fact in forgotten}
    blanking = Blanking.of_fact(key, values)
    person.messages = [
        replace(
            message,
            text=(blanking.source if message.number in sources else blanking.text)(message.text),
            buttons=tuple(replace(each, title=blanking.text(each.title)) for each in message.buttons),
        )
        for message in person.messages
    ]
    person.cases = {
        key: replace(
            case,
            title=blanking.text(case.title),
            about={slot: blanking.text(value) for slot, value in case.about.items()},
        )
        for key, case in person.cases.items()
    }
    person.given = [
        replace(given, label=blanking.text(given.label), value=blanking.text(given.value)) for given in person.given
    ]
    person.handoffs = {key: _without(handoff, blanking) for key, handoff in person.handoffs.items()}
    if person.dialogue is not None:
        collected = {label: value for label, value in person.dialogue.collected.items() if value not in values}
        snapshot = str(blanking.json(person.dialogue.snapshot))
        person.dialogue = replace(person.dialogue, snapshot=snapshot, collected=collected)


def _without(handoff: Handoff, blanking: Blanking) -> Handoff:
    """The handoff, what was agreed at its end being blanked."""
    agreed = handoff.ending.agreed
    if agreed is None:
        return handoff
    text = None if agreed.text is None else blanking.text(agreed.text)
    blanked = Agreed(text, {slot: blanking.text(words) for slot, words in agreed.values.items()})
    return replace(handoff, ending=replace(handoff.ending, agreed=blanked))


def _forget_routes(world: World, person: Person) -> None:
    for routes in (world.routes, world.route_sides, world.closed_routes):
        for key, owner in list(routes.items()):
            if owner == person.customer.id:
                del routes[key]


def _successor(world: World, person: Person) -> Person:
    old = person.customer
    successor = world.create()
    successor.customer = replace(successor.customer, subject=old.subject, name=old.name, email=old.email)
    successor.addresses = dict(person.addresses)
    wishes = {wish.value for wish in Wish}
    successor.facts = [
        replace(learnt, side=_side(learnt, old.id, successor), fact=replace(learnt.fact, number=Cursor(0)))
        for learnt in person.facts
        if learnt.fact.key in wishes and learnt.holds
    ]
    successor.side_of = {
        address: successor.customer.id if side == old.id else side
        for address, side in person.side_of.items()
        if isinstance(address, Address)
    }
    for routes in (world.routes, world.route_sides, world.closed_routes):
        for key, owner in list(routes.items()):
            if owner == old.id:
                routes[key] = successor.customer.id
    for tie in world.ties:
        if tie.link.customer_id == old.id:
            into = successor.customer.id if tie.link.into == old.id else tie.link.into
            tie.link = replace(tie.link, customer_id=successor.customer.id, into=into)
            tie.last_number = 0
    for code in world.codes.values():
        if code.customer_id == old.id:
            code.customer_id = successor.customer.id
    return successor


def _side(learnt: Learnt, old: CustomerId, successor: Person) -> CustomerId:
    """Whose a fact is, now that their own have another customer."""
    return successor.customer.id if learnt.side == old else learnt.side


def _hand_over(world: World, person: Person, to: Person, which: Callable[[Arrival], bool]) -> None:
    for arrival in world.arrivals.values():
        if arrival.customer_id == person.customer.id and which(arrival):
            arrival.customer_id = arrival.side = to.customer.id


def _delete(world: World, person: Person) -> None:
    gone = person.customer.id
    del world.people[gone]
    world.arrivals = {key: arrival for key, arrival in world.arrivals.items() if arrival.customer_id != gone}
    world.postings = {key: posting for key, posting in world.postings.items() if posting.customer_id != gone}
    world.codes = {sealed: code for sealed, code in world.codes.items() if code.customer_id != gone}
    for tie in [tie for tie in world.ties if tie.link.customer_id == gone]:
        world.absorbed.pop(tie.link.absorbed, None)
        world.ties.remove(tie)
    world.exports = {link: owned for link, owned in world.exports.items() if owned[0] != gone}
    for handoff_id in person.handoffs:
        world.notes.pop(handoff_id, None)
        world.moves.pop(handoff_id, None)
    world.unread = [called for called in world.unread if called[1] not in person.handoffs]
    world.bell.ring(["desk", "inbox", f"customer:{gone}"])


class FakeCustody:
    """What may be done with all of a customer."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def export(self, customer_id: CustomerId) -> Export:
        """All that is kept. Raises UnknownCustomer."""
        export = self._read(self._person(customer_id))
        self._world.audit.append(AuditEntry(self._world.clock(), Deed.EXPORTED, Doer.OPERATOR))
        return export

    async def redeem(self, export_id: str) -> Export | None:
        """What an offered export holds now, once."""
        owned = self._world.exports.pop(hash_of(export_id), None)
        if owned is None or owned[1] <= self._world.clock():
            return None
        self._world.audit.append(AuditEntry(self._world.clock(), Deed.EXPORTED, Doer.CUSTOMER))
        return self._read(self._person(owned[0]))

    async def erase(self, customer_id: CustomerId, reference: str) -> None:
        """Erase all of a customer. Raises UnknownCustomer."""
        person = self._person(customer_id)
        await self._world.until_free(customer_id)
        erase(self._world, person)
        entry = AuditEntry(self._world.clock(), Deed.ERASED_CUSTOMER, Doer.OPERATOR, reference=reference)
        self._world.audit.append(entry)

    async def expire(self, silent_since: datetime, limit: int) -> int:
        """Let those go who have been silent for long; returns how many."""
        due = [person for person in self._world.people.values() if self._is_due(person, silent_since)][:limit]
        for person in due:
            erase(self._world, person)
            if person.last_contact_at is not None:
                entry = AuditEntry(self._world.clock(), Deed.ERASED_CUSTOMER, Doer.RETENTION)
                self._world.audit.append(entry)
        return len(due)

    async def audit(self, limit: int) -> Sequence[AuditEntry]:
        """The latest entries, the newest first."""
        return self._world.audit[::-1][:limit]

    def _person(self, customer_id: CustomerId) -> Person:
        if customer_id not in self._world.people:
            raise UnknownCustomer
        return self._world.people[customer_id]

    def _is_due(self, person: Person, silent_since: datetime) -> bool:
        waits = any(a.customer_id == person.customer.id and not a.handled for a in self._world.arrivals.values())
        if waits or person.open_handoff is not None:
            return False
        if person.last_contact_at is None:
            return person.customer.created_at < self._world.clock() - UNHEARD_FOR
        return person.last_contact_at < silent_since

    def _read(self, person: Person) -> Export:
        customer = person.customer
        who = {"subject": customer.subject, "name": customer.name, "email": customer.email}
        sections = [
            Section("customers", "Who you are", [{key: value for key, value in who.items() if value}]),
            Section(
                "facts",
                "What was learnt about you",
                [{"key": each.fact.key, "value": each.fact.value} for each in person.facts],
            ),
            Section("messages", "What was said", [{"text": message.text} for message in person.messages]),
        ]
        return Export(self._world.clock(), [section for section in sections if section.rows])
