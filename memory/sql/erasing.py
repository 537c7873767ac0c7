"""Erases customers, conversations and facts, as `holdings` says. Called by `commit`, `records` and `custody`.

A customer whose conversation is forgotten goes on under a new id: whatever still knows the old one (a stream, a
delivery on its way, another process) finds nothing there, and browsers notice that theirs is another thread now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from memory.blanking import Blanking
from memory.model import Address, AuditEntry, Customer, CustomerId, Deed, Extent, Inbound, Proof, Wish
from memory.rules import scope_of
from memory.sql import tables as t
from memory.sql.engine import Tx
from memory.sql.holdings import HOLDINGS
from memory.sql.people import create_customer, customer_from, first_route, use_address
from memory.sql.words import gather_again

REDELIVERED_WITHIN: Final = timedelta(days=1)
"""How long a provider may repeat a message: its id, without the words, stays that long where it was sent from."""

_CUSTOMERS = t.customers.c
_INBOX = t.inbox.c
_OF_A_PERSON = [table for table in reversed(t.metadata.sorted_tables) if table in HOLDINGS]
"""Children before the customers they refer to."""


def erase(tx: Tx, customer_id: CustomerId) -> None:
    """Erase all of a customer whom nobody is busy with. What waits to be answered is a stranger's from now on."""
    tx.hold(customer_id)
    _hand_waiting_to_strangers(tx, customer_id)
    _delete(tx, customer_id, with_who=True)
    _ring(tx, customer_id)


def erase_in_turn(tx: Tx, customer_id: CustomerId, inbound: Inbound, extent: Extent) -> Customer:
    """Erase the customer whose turn this is; returns who is there instead, to be told so.

    What waits from the same address, and the ids by which a repeated message is known, go over to the new customer.
    """
    tx.held |= {customer_id}  # by this very turn
    tx.hold(customer_id)
    if extent is Extent.CONVERSATION:
        successor = _successor(tx, customer_id)
        _hand_over(tx, customer_id, successor.id, _INBOX.customer_id == customer_id)
    else:
        successor = create_customer(tx)
        _hand_over(tx, customer_id, successor.id, _from(inbound.address))
        _hand_waiting_to_strangers(tx, customer_id)
    _delete(tx, customer_id, with_who=extent is Extent.EVERYTHING)
    if extent is Extent.EVERYTHING:
        first_route(tx, scope_of(inbound.proof), inbound.address, successor.id)
        use_address(tx, successor.id, inbound.address, inbound.proof)
    _ring(tx, customer_id, successor.id)
    return successor


def forget_fact(tx: Tx, customer_id: CustomerId, key: str) -> None:
    """Erase a fact with its history, and blank its values in everything else that is kept of the customer."""
    facts = t.facts.c
    known = sa.and_(facts.customer_id == customer_id, facts.key == key)
    rows = tx.run(sa.select(facts.value, facts.number).where(known)).all()
    tx.run(sa.delete(t.facts).where(known))
    blanking = Blanking.of_fact(key, [row.value for row in rows])
    _blank_sources(tx, customer_id, blanking, [row.number for row in rows])
    for table, holding in HOLDINGS.items():
        if holding.words and table is not t.facts:
            _blank(tx, table, _of(table, customer_id), holding.words, blanking)
    gather_again(tx, customer_id)
    tx.erases = True
    tx.ring(f"customer:{customer_id}", "desk")


def note(tx: Tx, entry: AuditEntry) -> None:
    """Write to the audit log."""
    row = {"id": tx.ids(t.audit_log)[0], "at": entry.at, "deed": entry.deed.value, "by": entry.by.value}
    more = {"channel": entry.channel, "what": entry.what, "reference": entry.reference}
    tx.run(sa.insert(t.audit_log), {**row, **more})


DEED_OF = {Extent.CONVERSATION: Deed.ERASED_CONVERSATION, Extent.EVERYTHING: Deed.ERASED_CUSTOMER}


def _of(table: sa.Table, customer_id: CustomerId) -> sa.ColumnElement[bool]:
    column: sa.ColumnElement[str] = table.c.customer_id
    return column == customer_id


def _delete(tx: Tx, customer_id: CustomerId, *, with_who: bool) -> None:
    """Also those who were merged into the customer, whose names stand in rows of their own."""
    gone = [customer_id, *(_merged_into(tx, customer_id) if with_who else ())]
    for table in _OF_A_PERSON:
        tx.run(sa.delete(table).where(table.c.customer_id.in_(gone)))
    tx.erases = True


def _merged_into(tx: Tx, customer_id: CustomerId) -> Sequence[CustomerId]:
    """All whose thread went over into this one, also by way of others."""
    found: list[CustomerId] = []
    latest = [customer_id]
    while latest:
        absorbed = sa.select(_CUSTOMERS.customer_id).where(_CUSTOMERS.merged_into.in_(latest))
        latest = [CustomerId(row) for row in tx.run(absorbed).scalars()]
        found += latest
    return found


def _successor(tx: Tx, customer_id: CustomerId) -> Customer:
    """The same person without their past; how they wish to be written to stays as well."""
    stays = tx.run(sa.select(t.customers).where(_of(t.customers, customer_id))).one()
    successor = create_customer(tx)
    same = {name: stays._mapping[name] for name in ("subject", "name", "email", "email_key", "created_at")}
    tx.run(sa.update(t.customers).where(_of(t.customers, successor.id)).values(**same))
    tx.run(sa.update(t.customers).where(_CUSTOMERS.merged_into == customer_id).values(merged_into=successor.id))
    for table, holding in HOLDINGS.items():
        if holding.stays and table is not t.customers:
            tx.run(sa.update(table).where(_of(table, customer_id)).values(customer_id=successor.id))
    facts = t.facts.c
    wishes = sa.and_(
        _of(t.facts, customer_id), facts.key.in_([wish.value for wish in Wish]), facts.valid_until.is_(None)
    )
    tx.run(sa.update(t.facts).where(wishes).values(customer_id=successor.id, number=0))  # of no message any more
    links = sa.update(t.merges).where(_of(t.merges, successor.id))
    tx.run(links.values(last_number=0))  # nothing that was said is left to be parted again
    tx.run(links.where(t.merges.c.into_customer_id == customer_id).values(into_customer_id=successor.id))
    return customer_from(tx.run(sa.select(t.customers).where(_of(t.customers, successor.id))).one())


def _from(address: Address) -> sa.ColumnElement[bool]:
    return sa.and_(_INBOX.channel == address.channel, _INBOX.address_id == address.id)


def _hand_over(tx: Tx, customer_id: CustomerId, to: CustomerId, which: sa.ColumnElement[bool]) -> None:
    """Let arrivals be another customer's: those that wait, and the emptied ones that a provider may repeat."""
    needed = sa.or_(_INBOX.handled_at.is_(None), _INBOX.received_at > tx.now - REDELIVERED_WITHIN)
    moved = sa.update(t.inbox).where(_of(t.inbox, customer_id), which, needed)
    tx.run(moved.values(customer_id=to, original_customer_id=None))


def _hand_waiting_to_strangers(tx: Tx, customer_id: CustomerId) -> None:
    """Accepted is accepted: whoever wrote from elsewhere meanwhile is answered, as somebody nobody knows."""
    waiting = sa.select(_INBOX.channel, _INBOX.address_id, _INBOX.body).where(
        _of(t.inbox, customer_id), _INBOX.handled_at.is_(None)
    )
    proofs = {(row.channel, row.address_id): Proof(row.body["proof"]) for row in tx.run(waiting)}
    tx.run(sa.delete(t.routes).where(_of(t.routes, customer_id)))
    for (channel, address_id), proof in proofs.items():
        address, stranger = Address(channel, address_id), create_customer(tx)
        first_route(tx, scope_of(proof), address, stranger.id)
        use_address(tx, stranger.id, address, proof)
        _hand_over(tx, customer_id, stranger.id, sa.and_(_from(address), _INBOX.handled_at.is_(None)))


def _ring(tx: Tx, *customer_ids: CustomerId) -> None:
    tx.ring("desk", "inbox", *(f"customer:{customer_id}" for customer_id in customer_ids))


def _blank_sources(tx: Tx, customer_id: CustomerId, blanking: Blanking, numbers: Sequence[int]) -> None:
    """The messages that gave the values say in that place that something was removed."""
    said = t.messages.c
    gave = sa.select(said.number, said.text).where(_of(t.messages, customer_id), said.number.in_(numbers))
    for row in tx.run(gave).all():
        same = sa.and_(_of(t.messages, customer_id), said.number == row.number)
        tx.run(sa.update(t.messages).where(same).values(text=blanking.source(row.text)))


def _blank(tx: Tx, table: sa.Table, which: sa.ColumnElement[bool], names: Sequence[str], blanking: Blanking) -> None:
    columns = [table.c[name] for name in names]
    key = list(table.primary_key)
    for row in tx.run(sa.select(*key, *columns).where(which)).mappings().all():
        blanked = {column.name: _blanked(row[column.name], column, blanking) for column in columns}
        changed = {name: value for name, value in blanked.items() if value != row[name]}
        if changed:
            same = sa.and_(*(column == row[column.name] for column in key))
            tx.run(sa.update(table).where(same).values(**changed))


def _blanked(value: Any, column: sa.Column[Any], blanking: Blanking) -> Any:
    """Null where the whole value was that, and the column allows it; a label whose value is gone goes along."""
    blanked = blanking.json(value, column.name) if column.nullable else blanking.json(value)
    return {key: item for key, item in blanked.items() if item is not None} if isinstance(blanked, dict) else blanked
