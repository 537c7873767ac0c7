"""Two customers who turn out to be one: the thread of one continues in the other's. Called by the inbox and `links`.

Every row keeps the side it came from, and what gives way is set aside, so that `unlink` can give each their own back.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from memory.errors import TwoIdentities
from memory.model import BOT, Customer, CustomerId, Grounds, Handoff, HandoffState
from memory.moves import MERGED, Wanted
from memory.rules import Scope, dialogue_moves, handoff_to_keep
from memory.sql import tables as t
from memory.sql.casework import move_handoff, open_handoff
from memory.sql.engine import MergedMeanwhile, Tx
from memory.sql.moving import keep_copy, move_in, put_aside
from memory.sql.people import email_key, find_customer
from memory.sql.words import gather_again


def merge(tx: Tx, from_id: CustomerId, *, into: CustomerId, on: Grounds) -> Customer:
    """Move all of an anonymous customer to another, in order of acceptance; returns who remains.

    Raises TwoIdentities when the one to be moved is identified.
    """
    tx.hold(from_id, into)
    absorbed, kept = find_customer(tx, from_id), find_customer(tx, into)
    if absorbed is None or kept is None:
        raise MergedMeanwhile  # or erased
    if absorbed.subject is not None:
        raise TwoIdentities
    (link_id,) = tx.ids(t.merges)
    _settle_dialogues(tx, absorbed.id, kept.id, link_id)
    _settle_handoffs(tx, absorbed.id, kept.id)
    _settle_facts(tx, absorbed.id, kept.id)
    _settle_cases(tx, absorbed.id, kept.id)
    _settle_inbox(tx, absorbed.id, kept.id)
    renumbered = move_in(tx, absorbed.id, kept.id)
    _lead_on(tx, absorbed.id, kept)
    lent = _move_customer(tx, absorbed, kept, renumbered=renumbered)
    _record(tx, link_id, (absorbed, kept), on, lent)
    for customer_id in (absorbed.id, kept.id):
        gather_again(tx, customer_id)
    tx.ring(f"customer:{absorbed.id}", f"customer:{kept.id}", "desk", "inbox")
    merged = find_customer(tx, into)
    assert merged is not None
    return merged


def _record(tx: Tx, link_id: int, both: tuple[Customer, Customer], on: Grounds, lent: dict[str, str]) -> None:
    absorbed, kept = both
    address = {"channel": on.address.channel, "address_id": on.address.id} if on.address else {}
    who = {"customer_id": kept.id, "from_customer_id": absorbed.id, "into_customer_id": kept.id}
    said = {"last_number": kept.last_number + absorbed.last_number, "lent": lent, "at": tx.now}
    how = {"proof": on.proof.value, "why": on.why, "by": on.by}
    tx.run(sa.insert(t.merges), {"id": link_id, **who, **how, **said, **address})


def _move_customer(tx: Tx, absorbed: Customer, kept: Customer, *, renumbered: bool) -> dict[str, str]:
    """Join the two rows of customers. Returns what the one lent to the other, who had none: {"name": "Ana"}."""
    here = t.customers.c
    gone = tx.first(sa.select(t.customers).where(here.customer_id == absorbed.id))
    stays = tx.first(sa.select(t.customers).where(here.customer_id == kept.id))
    lent = {
        field: value
        for field in ("name", "email")
        if (value := getattr(absorbed, field)) is not None and getattr(kept, field) is None
    }
    values: dict[str, Any] = {
        "last_number": kept.last_number + absorbed.last_number,
        "renumbered": kept.renumbered + renumbered,
        **lent,
    }
    if "email" in lent:
        values["email_key"] = email_key(lent["email"])
    if gone.last_contact_at and (stays.last_contact_at is None or gone.last_contact_at > stays.last_contact_at):
        values |= {name: getattr(gone, name) for name in ("last_contact_at", "last_channel", "last_address_id")}
    tx.run(sa.update(t.customers).where(here.customer_id == kept.id).values(**values))
    emptied = {"merged_into": kept.id, "last_number": 0}
    tx.run(sa.update(t.customers).where(here.customer_id == absorbed.id).values(**emptied))
    return lent


def _lead_on(tx: Tx, absorbed_id: CustomerId, kept: Customer) -> None:
    """Let addresses and codes of the one lead to the other.

    What anybody may claim must not lead to somebody with a proved identity: such an address is set aside.
    """
    routes = t.routes.c
    if kept.subject is not None:
        unproved = sa.and_(routes.customer_id == absorbed_id, routes.scope == Scope.UNPROVED.value)
        for row in tx.run(sa.select(t.routes).where(unproved)).mappings().all():
            put_aside(tx, t.routes, {**row, "customer_id": kept.id, "original_customer_id": _side(row)})
    side = sa.func.coalesce(routes.original_customer_id, routes.customer_id)
    leads = sa.update(t.routes).where(routes.customer_id == absorbed_id)
    tx.run(leads.values(customer_id=kept.id, original_customer_id=side))
    codes = sa.update(t.link_codes).where(t.link_codes.c.customer_id == absorbed_id)
    tx.run(codes.values(customer_id=kept.id))


def _side(row: Any) -> str:
    return str(row["original_customer_id"] or row["customer_id"])


def _settle_dialogues(tx: Tx, from_id: CustomerId, into: CustomerId, link_id: int) -> None:
    """One dialogue goes on. Both are kept as they were, for the day when the two are parted again."""
    states = t.dialogue_states.c
    rows = tx.run(sa.select(t.dialogue_states).where(states.customer_id.in_((from_id, into)))).mappings().all()
    for row in rows:
        keep_copy(tx, t.dialogue_states, {**row, "link": link_id})
    if len(rows) < 2:
        return
    absorbed, kept = sorted(rows, key=lambda row: row["customer_id"] == into)
    moves = dialogue_moves((absorbed["updated_at"], absorbed["task"]), (kept["updated_at"], kept["task"]))
    tx.run(sa.delete(t.dialogue_states).where(states.customer_id == (into if moves else from_id)))


def _settle_handoffs(tx: Tx, from_id: CustomerId, into: CustomerId) -> None:
    """One customer waits for one person only."""
    both = [found for found in (open_handoff(tx, from_id), open_handoff(tx, into)) if found is not None]
    if len(both) < 2:
        return
    going_on = handoff_to_keep(both)
    (ending,) = (handoff for handoff in both if handoff is not going_on)
    _keep_handoff(tx, ending, going_on)
    along = sa.and_(t.cases.c.customer_id == ending.customer_id, t.cases.c.handoff_id == ending.id)
    tx.run(sa.update(t.cases).where(along).values(handoff_id=going_on.id))
    move_handoff(tx, ending, Wanted(HandoffState.ABANDONED, BOT, MERGED))


def _keep_handoff(tx: Tx, ending: Handoff, going_on: Handoff) -> None:
    same = sa.and_(t.handoffs.c.customer_id == ending.customer_id, t.handoffs.c.id == ending.id)
    row = tx.run(sa.select(t.handoffs).where(same)).mappings().one()
    keep_copy(tx, t.handoffs, {**row, "in_favour_of": going_on.id})


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


def _settle_cases(tx: Tx, from_id: CustomerId, into: CustomerId) -> None:
    """Cases that both dialogues gave the same name are two."""
    theirs, mine = t.cases.c, t.cases.alias("mine")
    known = sa.exists().where(mine.c.customer_id == into, mine.c.key == theirs.key)
    apart = theirs.key + "@" + sa.cast(theirs.id, sa.Text)
    tx.run(sa.update(t.cases).where(theirs.customer_id == from_id, known).values(key=apart))


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
