"""The fake's merging of two customers, by the same rules as `memory.sql.merge`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from memory.errors import TwoIdentities
from memory.fakes.world import KeptDialogue, Person, Tie, Told, World
from memory.model import BOT, Attempt, Cursor, CustomerId, Fact, Grounds, HandoffState, Link, LinkId
from memory.moves import MERGED, Wanted
from memory.rules import Scope, dialogue_moves, handoff_to_keep

Numbered = TypeVar("Numbered", Fact, Attempt, Told)


def merge(world: World, absorbed: Person, kept: Person, on: Grounds) -> Person:
    """Put an anonymous customer's thread behind another's; returns who remains."""
    if absorbed.customer.subject is not None:
        raise TwoIdentities
    offset, link_id = kept.customer.last_number, LinkId(next(world.ids))
    for person in (absorbed, kept):
        person.mark()
    _merge_dialogue(absorbed, kept, link_id)
    _merge_handoffs(world, absorbed, kept, offset)
    _merge_messages(world, absorbed, kept, offset)
    _merge_facts(absorbed, kept, offset, world.clock())
    kept.side_of = {**absorbed.side_of, **kept.side_of}
    kept.cases |= absorbed.cases
    kept.handed_over |= absorbed.handed_over
    kept.attempts += [(at, _shifted(attempt, offset)) for at, attempt in absorbed.attempts]
    kept.promises += absorbed.promises
    theirs = {key: _shifted(told, offset) for key, told in absorbed.notices.items()}
    kept.notices = dict(sorted([*theirs.items(), *kept.notices.items()], key=_told_at))
    kept.addresses = {**absorbed.addresses, **kept.addresses}
    _tie(world, absorbed, kept, on, link_id)
    _merge_customer(absorbed, kept)
    _lead_on(world, absorbed.customer.id, kept)
    world.absorbed[absorbed.customer.id] = absorbed.customer
    del world.people[absorbed.customer.id]
    world.bell.ring([f"customer:{absorbed.customer.id}", f"customer:{kept.customer.id}", "desk", "inbox"])
    return kept


def _tie(world: World, absorbed: Person, kept: Person, on: Grounds, link_id: LinkId) -> None:
    offset = kept.customer.last_number - absorbed.customer.last_number
    for tie in world.ties:
        if tie.link.customer_id == absorbed.customer.id:
            tie.link = replace(tie.link, customer_id=kept.customer.id)
            tie.last_number += offset
    fields = ("name", "email")
    has, lacks = ({name: getattr(person.customer, name) for name in fields} for person in (absorbed, kept))
    lent = {name: has[name] for name in fields if has[name] is not None and lacks[name] is None}
    ids = (kept.customer.id, absorbed.customer.id, kept.customer.id)
    link = Link(link_id, *ids, on.proof, on.why, on.by, world.clock(), on.address)
    world.ties.append(Tie(link, kept.customer.last_number, lent))


def _told_at(item: tuple[str, Told]) -> datetime:
    return item[1].at


def _shifted(record: Numbered, offset: int) -> Numbered:
    shifted = replace(record, number=Cursor(record.number + offset))
    if isinstance(shifted, Fact) and shifted.superseded_by is not None:
        return replace(shifted, superseded_by=Cursor(shifted.superseded_by + offset))
    return shifted


def _merge_dialogue(absorbed: Person, kept: Person, link_id: LinkId) -> None:
    copies = [
        KeptDialogue(person.customer.id, link_id, person.dialogue, person.dialogue_at, person.task_ended_by_person)
        for person in (absorbed, kept)
    ]
    kept.kept_dialogues += [*absorbed.kept_dialogues, *copies]
    kept.dialogue_is_of = kept.dialogue_is_of or kept.customer.id
    if dialogue_moves(_state(absorbed), _state(kept)):
        kept.dialogue, kept.dialogue_at = absorbed.dialogue, absorbed.dialogue_at
        kept.task_ended_by_person = absorbed.task_ended_by_person
        kept.dialogue_is_of = absorbed.dialogue_is_of or absorbed.customer.id


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
                kept.ended_handoffs.append((person.handoffs[key], going_on.id))
                for case, along in list(person.handed_over.items()):
                    person.handed_over[case] = going_on.id if along == key else along
                world.move(person, person.handoffs[key], Wanted(HandoffState.ABANDONED, BOT, MERGED))
    kept.ended_handoffs += absorbed.ended_handoffs
    for handoff in absorbed.handoffs.values():
        number = Cursor(handoff.requested_number + offset)
        kept.handoffs[handoff.id] = replace(handoff, customer_id=kept.customer.id, requested_number=number)


def _merge_messages(world: World, absorbed: Person, kept: Person, offset: int) -> None:
    for message in absorbed.messages:
        reply_to = absorbed.reply_to.get(message.number)
        kept.writes_for = absorbed.sides[message.number]
        kept.add(replace(message, customer_id=kept.customer.id), reply_to)
    kept.writes_for = None
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
    for key, customer_id in list(world.routes.items()):
        if customer_id != absorbed_id:
            continue
        side = world.route_sides.pop(key, absorbed_id)
        if kept.customer.subject is not None and key[0] is Scope.UNPROVED:
            del world.routes[key]
            world.closed_routes[key] = side
        else:
            world.routes[key] = kept.customer.id
            world.route_sides[key] = side
    for code in world.codes.values():
        if code.customer_id == absorbed_id:
            code.customer_id = kept.customer.id
