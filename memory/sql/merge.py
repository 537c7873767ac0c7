"""Two customers who turn out to be one: the thread of one continues in the other's. Called by the inbox.

What moves keeps its origin (`original_*`) and the merge is recorded, so that it can be undone.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from memory.model import Customer, CustomerId, HandoffState
from memory.rules import Scope, dialogue_moves, handoff_to_keep
from memory.sql import tables as t
from memory.sql.casework import move_handoff, open_handoff
from memory.sql.engine import Tx
from memory.sql.people import find_customer

_NUMBERED = (t.facts, t.attempts, t.outbox)
_PLAIN = (t.cases, t.handoff_moves, t.notes, t.promises, t.inbox)


def merge(tx: Tx, from_id: CustomerId, *, into: CustomerId, why: str) -> Customer:
    """Move all of an anonymous customer to another, behind what that one has said; returns who remains."""
    tx.hold(from_id, into)
    absorbed, kept = find_customer(tx, from_id), find_customer(tx, into)
    assert absorbed is not None
    assert kept is not None
    assert absorbed.subject is None
    offset = kept.last_number
    replaced = _settle_dialogues(tx, absorbed.id, kept.id)
    _settle_handoffs(tx, absorbed.id, kept.id)
    _settle_facts(tx, absorbed.id, kept.id)
    _settle_inbox(tx, absorbed.id, kept.id)
    _settle_addresses(tx, absorbed.id, kept.id)
    _move_rows(tx, absorbed.id, kept.id, offset)
    _move_customer(tx, absorbed, kept)
    record = {"customer_id": kept.id, "from_customer_id": absorbed.id, "why": why, "at": tx.now}
    tx.run(sa.insert(t.merges), {**record, "first_number": offset + 1, "replaced_dialogue": replaced})
    tx.ring(f"customer:{absorbed.id}", f"customer:{kept.id}", "desk", "inbox")
    merged = find_customer(tx, into)
    assert merged is not None
    return merged


def _moved(table: sa.Table, from_id: CustomerId, into: CustomerId) -> sa.Update:
    origin = sa.func.coalesce(table.c.original_customer_id, table.c.customer_id)
    return sa.update(table).where(table.c.customer_id == from_id).values(customer_id=into, original_customer_id=origin)


def _move_rows(tx: Tx, from_id: CustomerId, into: CustomerId, offset: int) -> None:
    """Numbers have no gaps, so that a shift puts the whole thread behind the other's."""
    said = t.messages.c
    origin = sa.func.coalesce(said.original_number, said.number)
    moved = _moved(t.messages, from_id, into).values(number=said.number + offset, original_number=origin)
    tx.run(moved)
    for table in _NUMBERED:
        tx.run(_moved(table, from_id, into).values(number=table.c.number + offset))
    requested = t.handoffs.c.requested_number + offset
    tx.run(_moved(t.handoffs, from_id, into).values(requested_number=requested))
    for table in _PLAIN:
        tx.run(_moved(table, from_id, into))


def _move_customer(tx: Tx, absorbed: Customer, kept: Customer) -> None:
    here = t.customers.c
    gone = tx.first(sa.select(t.customers).where(here.customer_id == absorbed.id))
    stays = tx.first(sa.select(t.customers).where(here.customer_id == kept.id))
    values: dict[str, Any] = {
        "last_number": kept.last_number + absorbed.last_number,
        "name": kept.name or absorbed.name,
        "email": kept.email or absorbed.email,
    }
    if gone.last_contact_at and (stays.last_contact_at is None or gone.last_contact_at > stays.last_contact_at):
        values |= {
            "last_contact_at": gone.last_contact_at,
            "last_channel": gone.last_channel,
            "last_address_id": gone.last_address_id,
        }
    tx.run(sa.update(t.customers).where(here.customer_id == kept.id).values(**values))
    emptied = {"merged_into": kept.id, "last_number": 0}
    tx.run(sa.update(t.customers).where(here.customer_id == absorbed.id).values(**emptied))
    routes = t.routes.c
    if kept.subject is not None:
        # What anybody may claim must not lead to somebody with a proved identity.
        unproved = sa.and_(routes.customer_id == absorbed.id, routes.scope == Scope.UNPROVED.value)
        tx.run(sa.delete(t.routes).where(unproved))
    tx.run(sa.update(t.routes).where(routes.customer_id == absorbed.id).values(customer_id=kept.id))
    codes = sa.update(t.link_codes).where(t.link_codes.c.customer_id == absorbed.id)
    tx.run(codes.values(customer_id=kept.id))


def _settle_dialogues(tx: Tx, from_id: CustomerId, into: CustomerId) -> dict[str, Any] | None:
    """One dialogue goes on; the other is returned, to be kept with the record of the merge."""
    states = t.dialogue_states.c
    absorbed = tx.first(sa.select(t.dialogue_states).where(states.customer_id == from_id))
    kept = tx.first(sa.select(t.dialogue_states).where(states.customer_id == into))
    if absorbed is None:
        return None
    moves = dialogue_moves((absorbed.updated_at, absorbed.task), kept and (kept.updated_at, kept.task))
    loser = kept if moves else absorbed
    if loser is not None:
        tx.run(sa.delete(t.dialogue_states).where(states.customer_id == loser.customer_id))
    if moves:
        tx.run(sa.update(t.dialogue_states).where(states.customer_id == from_id).values(customer_id=into))
    if loser is None:
        return None
    return {
        "customer_id": loser.customer_id,
        "snapshot": loser.snapshot,
        "task": loser.task,
        "goal": loser.goal,
        "collected": loser.collected,
        "updated_at": loser.updated_at.isoformat(),
    }


def _settle_handoffs(tx: Tx, from_id: CustomerId, into: CustomerId) -> None:
    """One customer waits for one person only."""
    both = [found for found in (open_handoff(tx, from_id), open_handoff(tx, into)) if found is not None]
    if len(both) < 2:
        return
    going_on = handoff_to_keep(both)
    for handoff in both:
        if handoff is not going_on:
            along = sa.and_(t.cases.c.customer_id == handoff.customer_id, t.cases.c.handoff_id == handoff.id)
            tx.run(sa.update(t.cases).where(along).values(handoff_id=going_on.id))
            move_handoff(tx, handoff, HandoffState.ABANDONED, by=None, why="merged into another conversation")


def _settle_facts(tx: Tx, from_id: CustomerId, into: CustomerId) -> None:
    """Of two current values of a key the younger stays current."""
    current = sa.select(t.facts).where(t.facts.c.valid_until.is_(None))
    mine = {row.key: row for row in tx.run(current.where(t.facts.c.customer_id == into))}
    theirs = tx.run(current.where(t.facts.c.customer_id == from_id)).all()
    for other in theirs:
        own = mine.get(other.key)
        if own is None:
            continue
        older, younger = sorted((own, other), key=lambda row: row.at)
        same = sa.and_(t.facts.c.customer_id == older.customer_id, t.facts.c.id == older.id)
        tx.run(sa.update(t.facts).where(same).values(valid_until=tx.now, superseded_by=younger.id))


def _settle_inbox(tx: Tx, from_id: CustomerId, into: CustomerId) -> None:
    """A message that both threads know by the same provider id keeps apart."""
    theirs, mine = t.inbox.c, t.inbox.alias("mine")
    known = sa.exists().where(
        mine.c.customer_id == into,
        mine.c.channel == theirs.channel,
        mine.c.address_id == theirs.address_id,
        mine.c.provider_key == theirs.provider_key,
    )
    apart = theirs.provider_key + "@" + sa.cast(theirs.id, sa.Text)
    tx.run(sa.update(t.inbox).where(theirs.customer_id == from_id, known).values(provider_key=apart))


def _settle_addresses(tx: Tx, from_id: CustomerId, into: CustomerId) -> None:
    theirs, mine = t.addresses.c, t.addresses.alias("mine")
    known = sa.exists().where(
        mine.c.customer_id == into, mine.c.channel == theirs.channel, mine.c.address_id == theirs.address_id
    )
    tx.run(sa.delete(t.addresses).where(theirs.customer_id == from_id, known))
    tx.run(_moved(t.addresses, from_id, into))
