"""The fake's merging of two customers, by the same rules as `memory.sql.merge`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from memory.fakes.world import Person, World
from memory.model import Attempt, Cursor, CustomerId, Fact, HandoffState
from memory.rules import Scope, dialogue_moves, handoff_to_keep

Numbered = TypeVar("Numbered", Fact, Attempt)


def merge(world: World, absorbed: Person, kept: Person) -> Person:
    """Put an anonymous customer's thread behind another's; returns who remains."""
    offset = kept.customer.last_number
    _merge_dialogue(absorbed, kept)
    _merge_handoffs(world, absorbed, kept, offset)
    _merge_messages(world, absorbed, kept, offset)
    _merge_facts(absorbed, kept, offset, world.clock())
    kept.cases |= absorbed.cases
    kept.handed_over |= absorbed.handed_over
    kept.attempts += [(at, _shifted(attempt, offset)) for at, attempt in absorbed.attempts]
    kept.promises += absorbed.promises
    kept.addresses = {**absorbed.addresses, **kept.addresses}
    _merge_customer(absorbed, kept)
    _lead_on(world, absorbed.customer.id, kept)
    del world.people[absorbed.customer.id]
    world.bell.ring([f"customer:{absorbed.customer.id}", f"customer:{kept.customer.id}", "desk", "inbox"])
    return kept


def _shifted(record: Numbered, offset: int) -> Numbered:
    shifted = replace(record, number=Cursor(record.number + offset))
    if isinstance(shifted, Fact) and shifted.superseded_by is not None:
        return replace(shifted, superseded_by=Cursor(shifted.superseded_by + offset))
    return shifted


def _merge_dialogue(absorbed: Person, kept: Person) -> None:
    if dialogue_moves(_state(absorbed), _state(kept)):
        kept.dialogue, kept.dialogue_at = absorbed.dialogue, absorbed.dialogue_at
        kept.task_ended_by_person = absorbed.task_ended_by_person


def _state(person: Person) -> tuple[datetime, str | None] | None:
    if person.dialogue is None or person.dialogue_at is None:
        return None
    return person.dialogue_at, person.dialogue.task


def _merge_handoffs(world: World, absorbed: Person, kept: Person, offset: int) -> None:
    owners = {h.id: person for person in (absorbed, kept) if (h := person.open_handoff) is not None}
    if len(owners) > 1:
        going_on = handoff_to_keep([person.handoffs[key] for key, person in owners.items()])
        for key, person in owners.items():
            if key != going_on.id:
                for case, along in list(person.handed_over.items()):
                    person.handed_over[case] = going_on.id if along == key else along
                world.move(person, person.handoffs[key], HandoffState.ABANDONED, None)
    for handoff in absorbed.handoffs.values():
        number = Cursor(handoff.requested_number + offset)
        kept.handoffs[handoff.id] = replace(handoff, customer_id=kept.customer.id, requested_number=number)


def _merge_messages(world: World, absorbed: Person, kept: Person, offset: int) -> None:
    for message in absorbed.messages:
        reply_to = absorbed.reply_to.get(message.number)
        kept.add(replace(message, customer_id=kept.customer.id), reply_to)
    for posting in world.postings.values():
        if posting.customer_id == absorbed.customer.id:
            posting.customer_id, posting.number = kept.customer.id, posting.number + offset
    for arrival in world.arrivals.values():
        if arrival.customer_id == absorbed.customer.id:
            arrival.customer_id = kept.customer.id


def _merge_facts(absorbed: Person, kept: Person, offset: int, now: datetime) -> None:
    """Of two current values of a key the younger stays current."""
    theirs = [_shifted(fact, offset) for fact in absorbed.facts]
    facts = sorted([*kept.facts, *theirs], key=lambda fact: fact.at)
    youngest = {fact.key: fact for fact in facts if fact.valid_until is None}
    kept.facts = [_settled(fact, youngest.get(fact.key, fact), now) for fact in facts]


def _settled(fact: Fact, youngest: Fact, now: datetime) -> Fact:
    if fact.valid_until is not None or fact is youngest:
        return fact
    return replace(fact, valid_until=now, superseded_by=youngest.number)


def _merge_customer(absorbed: Person, kept: Person) -> None:
    other = absorbed.customer
    kept.customer = replace(
        kept.customer, name=kept.customer.name or other.name, email=kept.customer.email or other.email
    )
    at = absorbed.last_contact_at
    if at is not None and (kept.last_contact_at is None or at > kept.last_contact_at):
        kept.last_contact_at, kept.last_address = at, absorbed.last_address


def _lead_on(world: World, absorbed_id: CustomerId, kept: Person) -> None:
    """What anybody may claim must not lead to somebody with a proved identity."""
    for (scope, address), customer_id in list(world.routes.items()):
        if customer_id != absorbed_id:
            continue
        if kept.customer.subject is not None and scope is Scope.UNPROVED:
            del world.routes[scope, address]
        else:
            world.routes[scope, address] = kept.customer.id
    for code, (owner, expires_at) in list(world.codes.items()):
        if owner == absorbed_id:
            world.codes[code] = (kept.customer.id, expires_at)
