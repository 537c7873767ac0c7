"""A link undone: each side gets its own messages, facts, cases, addresses and dialogue back. Called by `links`.

What was said after the merge belongs to the side at whose address it was said. Whoever was merged into the leaving
side earlier leaves with it, so links can be undone in any order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from memory.errors import UnknownLink
from memory.model import BOT, Author, CaseState, CustomerId, HandoffId, HandoffMove, HandoffState, LinkId
from memory.moves import MERGED, PARTED
from memory.sql import tables as t
from memory.sql.cases import move_cases
from memory.sql.casework import audit_move, open_handoff
from memory.sql.engine import MergedMeanwhile, Tx
from memory.sql.learning import mend_facts
from memory.sql.moving import (
    Numbers,
    forget_copy,
    kept_of,
    move_out,
    put_back,
    read_numbers,
    restore,
    unpacked,
)
from memory.sql.words import gather_again

_WHERE_IT_STOOD = ("state", "agent_id", "accepted_at", "closed_at", "offered_to", "offered_until", "waits_until")
"""Columns of a handoff that gave way to another, as they are when it goes on."""


def unlink(tx: Tx, link_id: LinkId, *, why: str, by: str) -> CustomerId:
    """Part two customers again; returns the one who stays. Raises UnknownLink, also when it was undone before."""
    row = _find(tx, link_id)
    tx.hold(CustomerId(row.customer_id), CustomerId(row.from_customer_id))
    if _find(tx, link_id).customer_id != row.customer_id:
        raise MergedMeanwhile
    stays, leaves = CustomerId(row.customer_id), CustomerId(row.from_customer_id)
    sides = _with_all_merged_into(tx, stays, leaves)
    numbers = read_numbers(tx, stays, sides)
    _part_dialogues(tx, row, sides)
    same = sa.and_(t.merges.c.customer_id == stays, t.merges.c.id == link_id)
    tx.run(sa.update(t.merges).where(same).values(undone_at=tx.now, undone_by=by, undone_why=why))
    _part_routes(tx, stays, leaves, sides)
    move_out(tx, stays, leaves, sides, numbers)
    _part_customers(tx, row, numbers)
    for customer_id in (stays, leaves):
        _mend(tx, customer_id, link_id)
        gather_again(tx, customer_id)
    tx.ring(f"customer:{stays}", f"customer:{leaves}", "desk", "inbox", "outbox")
    return stays


def _find(tx: Tx, link_id: LinkId) -> Any:
    row = tx.first(sa.select(t.merges).where(t.merges.c.id == link_id, t.merges.c.undone_at.is_(None)))
    if row is None:
        raise UnknownLink
    return row


def _with_all_merged_into(tx: Tx, customer_id: CustomerId, side: CustomerId) -> frozenset[CustomerId]:
    """A side, and those that came by it."""
    merges = t.merges.c
    held = sa.select(merges.from_customer_id, merges.into_customer_id).where(
        merges.customer_id == customer_id, merges.undone_at.is_(None)
    )
    links = tx.run(held).all()
    sides, grown = {side}, True
    while grown:
        more = {CustomerId(row.from_customer_id) for row in links if row.into_customer_id in sides} - sides
        sides, grown = sides | more, bool(more)
    return frozenset(sides)


def _mend(tx: Tx, customer_id: CustomerId, link_id: LinkId) -> None:
    """What gave way to the other side is in force again."""
    put_back(tx, customer_id)
    _mend_dialogue(tx, customer_id, link_id)
    _mend_handoff(tx, customer_id)
    mend_facts(tx, customer_id, _with_all_merged_into(tx, customer_id, customer_id))
    _mend_cases(tx, customer_id)
    _mend_inbox(tx, customer_id)


# Dialogues


def _part_dialogues(tx: Tx, link: Any, sides: Collection[CustomerId]) -> None:
    """A dialogue that both sides went on with is nobody's: it knows what either said. Each gets the one from before,
    or, having spoken since, begins afresh; only where the other side was silent it stays with whom it was.
    """
    live = tx.first(sa.select(t.dialogue_states).where(t.dialogue_states.c.customer_id == link.customer_id))
    stayed, left = _spoke_since(tx, link, sides)
    was_theirs = live is not None and live.original_customer_id in sides
    if live is not None and (stayed if was_theirs else left):
        tx.run(sa.delete(t.dialogue_states).where(t.dialogue_states.c.customer_id == link.customer_id))
    for kept in kept_of(tx, link.customer_id, t.dialogue_states):
        this, other = (left, stayed) if kept.original_customer_id in sides else (stayed, left)
        if this if kept.row["link"] == link.id else other and kept.row["link"] > link.id:
            forget_copy(tx, kept)


def _spoke_since(tx: Tx, link: Any, sides: Collection[CustomerId]) -> tuple[bool, bool]:
    """Whether those who stay, and those who leave, have said something since the link."""
    said = t.messages.c
    since = sa.select(said.original_customer_id).where(
        said.customer_id == link.customer_id,
        said.author == Author.CUSTOMER.value,
        said.number > link.last_number,
    )
    speakers = {side for (side,) in tx.run(since.distinct())}
    return bool(speakers - set(sides)), bool(speakers & set(sides))


def _mend_dialogue(tx: Tx, customer_id: CustomerId, link_id: LinkId) -> None:
    live = tx.first(sa.select(t.dialogue_states.c.customer_id).where(t.dialogue_states.c.customer_id == customer_id))
    for kept in kept_of(tx, customer_id, t.dialogue_states):
        if kept.row["link"] == link_id and live is None and kept.original_customer_id is None:
            restore(tx, t.dialogue_states, kept)
        elif kept.row["link"] == link_id:
            forget_copy(tx, kept)


# Addresses


def _part_routes(tx: Tx, stays: CustomerId, leaves: CustomerId, sides: Collection[CustomerId]) -> None:
    """Addresses lead to their own side again; a code made meanwhile might lead to the wrong one, and is void."""
    routes = t.routes.c
    theirs = sa.update(t.routes).where(routes.customer_id == stays, routes.original_customer_id.in_(sides))
    tx.run(theirs.values(customer_id=leaves, original_customer_id=sa.func.nullif(routes.original_customer_id, leaves)))
    tx.run(sa.delete(t.link_codes).where(t.link_codes.c.customer_id == stays, t.link_codes.c.used_at.is_(None)))
    for kept in kept_of(tx, stays, t.routes):
        if kept.original_customer_id in sides:
            _lead_back(tx, leaves, kept)


def _lead_back(tx: Tx, leaves: CustomerId, kept: Any) -> None:
    """Unless somebody new has begun to write from there."""
    routes, row = t.routes.c, kept.row
    taken = (routes[name] == row[name] for name in ("scope", "channel", "address_id"))
    if tx.first(sa.select(routes.customer_id).where(*taken)) is None:
        side = None if kept.original_customer_id == leaves else kept.original_customer_id
        tx.run(sa.insert(t.routes), {**row, "customer_id": leaves, "original_customer_id": side})
    forget_copy(tx, kept)


# Customers


def _part_customers(tx: Tx, link: Any, numbers: Numbers) -> None:
    here = t.customers.c
    for customer_id, said in ((link.customer_id, numbers.stay), (link.from_customer_id, numbers.leave)):
        values = {"merged_into": None, "last_number": len(said), "renumbered": here.renumbered + 1}
        last = _last_contact(tx, customer_id)
        tx.run(sa.update(t.customers).where(here.customer_id == customer_id).values(**values, **last))
    for field, value in link.lent.items():
        borrowed = sa.and_(here.customer_id.in_((link.customer_id, link.into_customer_id)), here[field] == value)
        key = {"email_key": None} if field == "email" else {}
        tx.run(sa.update(t.customers).where(borrowed).values({field: None, **key}))


def _last_contact(tx: Tx, customer_id: CustomerId) -> dict[str, Any]:
    """When and where they last wrote, by their own messages alone."""
    arrived = t.inbox.c
    handled = sa.select(arrived.received_at, arrived.channel, arrived.address_id).where(
        arrived.customer_id == customer_id, arrived.handled_at.is_not(None)
    )
    row = tx.first(handled.order_by(arrived.id.desc()).limit(1))
    at, channel, address_id = row or (None, None, None)
    return {"last_contact_at": at, "last_channel": channel, "last_address_id": address_id}


# Handoffs, cases, and what arrived


def _mend_handoff(tx: Tx, customer_id: CustomerId) -> None:
    """Who waited for a person waits again, unless the handoff in whose favour theirs ended has been dealt with."""
    for kept in kept_of(tx, customer_id, t.handoffs):
        other = tx.first(sa.select(t.handoffs).where(t.handoffs.c.id == kept.row["in_favour_of"]))
        if other is not None and other.customer_id == customer_id:
            continue  # still one customer
        if other is not None and not _is_dealt_with(tx, other) and open_handoff(tx, customer_id) is None:
            _reopen(tx, customer_id, kept.row)
        forget_copy(tx, kept)


def _is_dealt_with(tx: Tx, handoff: Any) -> bool:
    """Whether a handoff came to its own end, and not just to one in favour of another."""
    moves = t.handoff_moves.c
    gave_way = sa.select(moves.id).where(
        moves.customer_id == handoff.customer_id, moves.handoff_id == handoff.id, moves.why == MERGED
    )
    return handoff.closed_at is not None and tx.first(gave_way) is None


def _reopen(tx: Tx, customer_id: CustomerId, kept: dict[str, Any]) -> None:
    was = unpacked(t.handoffs, kept)
    values = {name: was.get(name) for name in _WHERE_IT_STOOD}
    same = sa.and_(t.handoffs.c.customer_id == customer_id, t.handoffs.c.id == was["id"])
    before: HandoffState | None = HandoffState.ABANDONED
    if tx.run(sa.update(t.handoffs).where(same).values(**values)).rowcount == 0:  # they only asked along
        tx.run(sa.insert(t.handoffs), {**was, "customer_id": customer_id})
        before = None
    along = sa.and_(t.cases.c.customer_id == customer_id, t.cases.c.handoff_id == kept["in_favour_of"])
    tx.run(sa.update(t.cases).where(along).values(handoff_id=was["id"]))
    again = HandoffMove(before, HandoffState(was["state"]), BOT, tx.now, PARTED, was.get("offered_to"))
    audit_move(tx, customer_id, HandoffId(was["id"]), again)


def _mend_cases(tx: Tx, customer_id: CustomerId) -> None:
    """What went along with a handoff of the other side is open again; each case has its own name."""
    cases, mine = t.cases.c, sa.select(t.handoffs.c.id).where(t.handoffs.c.customer_id == customer_id)
    stranded = sa.select(t.cases).where(
        cases.customer_id == customer_id,
        cases.state == CaseState.HANDED_OVER.value,
        cases.handoff_id.not_in(mine),
    )
    move_cases(tx, tx.run(stranded).all(), CaseState.OPEN)
    ending = sa.literal("%@") + sa.cast(cases.id, sa.Text)
    for row in tx.run(sa.select(t.cases).where(cases.customer_id == customer_id, cases.key.like(ending))).all():
        key = row.key.removesuffix(f"@{row.id}")
        if tx.first(sa.select(cases.id).where(cases.customer_id == customer_id, cases.key == key)) is None:
            same = sa.and_(cases.customer_id == customer_id, cases.id == row.id)
            tx.run(sa.update(t.cases).where(same).values(key=key))


def _mend_inbox(tx: Tx, customer_id: CustomerId) -> None:
    """What was told apart from a message of the other side has its provider's id again."""
    for row in _told_apart(tx, customer_id):
        key = row.provider_key.removesuffix(f"@{row.id}")
        same = (t.inbox.c.channel == row.channel, t.inbox.c.address_id == row.address_id)
        taken = sa.select(t.inbox.c.id).where(
            t.inbox.c.customer_id == customer_id, *same, t.inbox.c.provider_key == key
        )
        if tx.first(taken) is None:
            mine = sa.and_(t.inbox.c.customer_id == customer_id, t.inbox.c.id == row.id)
            tx.run(sa.update(t.inbox).where(mine).values(provider_key=key))


def _told_apart(tx: Tx, customer_id: CustomerId) -> Sequence[Any]:
    ending = sa.literal("%@") + sa.cast(t.inbox.c.id, sa.Text)
    return tx.run(
        sa.select(t.inbox).where(t.inbox.c.customer_id == customer_id, t.inbox.c.provider_key.like(ending))
    ).all()
