"""The fake's merging of two customers, by the same rules as `memory.sql.merge`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from memory.errors import TwoIdentities
from memory.fakes.person import KeptDialogue, Learnt, Person, Tie, Told
from memory.fakes.renumber import renumber
from memory.fakes.world import World
from memory.model import BOT, Author, Cursor, CustomerId, Grounds, HandoffState, Link, LinkId
from memory.moves import MERGED, Wanted
from memory.rules import Scope, dialogue_moves, handoff_to_keep
from memory.weaving import Said, weave


def merge(world: World, absorbed: Person, kept: Person, on: Grounds) -> Person:
    """Weave an anonymous customer's thread into another's; returns who remains."""
    if absorbed.customer.subject is not None:
        raise TwoIdentities
    link_id, woven = LinkId(next(world.ids)), weave(_said(kept), _said(absorbed))
    for person, numbering in zip((kept, absorbed), woven, strict=True):
        person.mark()
        renumber(world, person, numbering)
    _merge_dialogue(absorbed, kept, link_id)
    _merge_handoffs(world, absorbed, kept)
    _merge_messages(world, absorbed, kept)
    kept.facts = settled(sorted([*kept.facts, *absorbed.facts], key=_learnt_at), world.clock())
    kept.side_of = {**absorbed.side_of, **kept.side_of}
    kept.cases |= absorbed.cases
    kept.handed_over |= absorbed.handed_over
    kept.attempts += absorbed.attempts
    kept.files |= absorbed.files
    kept.given = sorted([*kept.given, *absorbed.given], key=lambda given: given.at)
    kept.promises += [replace(promise, customer_id=kept.customer.id) for promise in absorbed.promises]
    kept.notices = dict(sorted([*absorbed.notices.items(), *kept.notices.items()], key=_told_at))
    kept.addresses = {**absorbed.addresses, **kept.addresses}
    _tie(world, absorbed, kept, on, link_id)
    _merge_customer(absorbed, kept, renumbered=woven[0].changes)
    _lead_on(world, absorbed.customer.id, kept)
    world.absorbed[absorbed.customer.id] = absorbed.customer
    del world.people[absorbed.customer.id]
    world.bell.ring([f"customer:{absorbed.customer.id}", f"customer:{kept.customer.id}", "desk", "inbox"])
    return kept


def _said(person: Person) -> list[Said]:
    """What decides the places of messages."""
    return [
        Said(message.number, message.at, message.author is Author.BOT and message.number in person.reply_to)
        for message in person.messages
    ]


def _tie(world: World, absorbed: Person, kept: Person, on: Grounds, link_id: LinkId) -> None:
    for tie in world.ties:
        if tie.link.customer_id == absorbed.customer.id:
            tie.link = replace(tie.link, customer_id=kept.customer.id)
    fields = ("name", "email")
    has, lacks = ({name: getattr(person.customer, name) for name in fields} for person in (absorbed, kept))
    lent = {name: has[name] for name in fields if has[name] is not None and lacks[name] is None}
    ids = (kept.customer.id, absorbed.customer.id, kept.customer.id)
    link = Link(link_id, *ids, on.proof, on.why, on.by, world.clock(), on.address)
    world.ties.append(Tie(link, kept.customer.last_number, lent))


def _told_at(item: tuple[str, Told]) -> datetime:
    return item[1].at


def _learnt_at(learnt: Learnt) -> datetime:
    return learnt.fact.at


def _merge_dialogue(absorbed: Person, kept: Person, link_id: LinkId) -> None:
    copies = [
        KeptDialogue(
            person.customer.id,
            link_id,
            person.dialogue,
            person.dialogue_at,
            person.task_ended_by_person,
            person.heard,
            person.given_back_from,
        )
        for person in (absorbed, kept)
    ]
    kept.kept_dialogues += [*absorbed.kept_dialogues, *copies]
    kept.dialogue_is_of = kept.dialogue_is_of or kept.customer.id
    if dialogue_moves(_state(absorbed), _state(kept)):
        kept.dialogue, kept.dialogue_at = absorbed.dialogue, absorbed.dialogue_at
        kept.task_ended_by_person = absorbed.task_ended_by_person
        kept.heard, kept.given_back_from = absorbed.heard, absorbed.given_back_from
        kept.dialogue_is_of = absorbed.dialogue_is_of or absorbed.customer.id


def _state(person: Person) -> tuple[datetime, str | None] | None:
    if person.dialogue is None or person.dialogue_at is None:
        return None
    return person.dialogue_at, person.dialogue.task


def _merge_handoffs(world: World, absorbed: Person, kept: Person) -> None:
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
        kept.handoffs[handoff.id] = replace(handoff, customer_id=kept.customer.id)


def _merge_messages(world: World, absorbed: Person, kept: Person) -> None:
    theirs = [replace(message, customer_id=kept.customer.id) for message in absorbed.messages]
    kept.messages = sorted([*kept.messages, *theirs], key=lambda message: message.number)
    kept.sides |= absorbed.sides
    kept.reply_to |= absorbed.reply_to
    kept.customer = replace(kept.customer, last_number=Cursor(len(kept.messages)))
    for posting in world.postings.values():
        if posting.customer_id == absorbed.customer.id:
            posting.customer_id = kept.customer.id
    for arrival in world.arrivals.values():
        if arrival.customer_id == absorbed.customer.id:
            arrival.customer_id = kept.customer.id


def settled(facts: Sequence[Learnt], now: datetime) -> list[Learnt]:
    """The facts, in order of time, with the youngest of those of a key that hold superseding the others."""
    youngest = {learnt.fact.key: learnt for learnt in facts if learnt.holds}
    return [_settled(learnt, youngest.get(learnt.fact.key, learnt), now) for learnt in facts]


def _settled(learnt: Learnt, youngest: Learnt, now: datetime) -> Learnt:
    if not learnt.holds or learnt is youngest:
        return learnt
    return replace(learnt, fact=replace(learnt.fact, valid_until=now), by=youngest.id)


def _merge_customer(absorbed: Person, kept: Person, *, renumbered: bool) -> None:
    other = absorbed.customer
    kept.customer = replace(
        kept.customer,
        name=kept.customer.name or other.name,
        email=kept.customer.email or other.email,
        renumbered=kept.customer.renumbered + renumbered,
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
