"""Links between customers: on what grounds, made by operators, and undone. Called by the CLI and the turn's commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from memory.errors import TwoIdentities, UnknownCustomer, UnknownLink
from memory.model import Address, CustomerId, Grounds, Link, LinkId, Proof
from memory.sql import tables as t
from memory.sql.engine import Database, MergedMeanwhile, Tx
from memory.sql.merge import merge
from memory.sql.people import find_customer
from memory.sql.unlink import unlink

RACES = 5
_m, _a = t.merges.c, t.addresses.c


class SqlLinks:
    """Who was linked with whom."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def of(self, customer_id: CustomerId) -> Sequence[Link]:
        """All links of a customer, the latest first; undone ones too."""
        return await self._database.read(lambda tx: links_of(tx, customer_id))

    async def merge(self, from_id: CustomerId, *, into: CustomerId, on: Grounds) -> Link:
        """Link two customers. Raises UnknownCustomer, TwoIdentities."""
        return await self._database.write(lambda tx: _merge(tx, from_id, into, on))

    async def undo(self, link_id: LinkId, *, why: str, by: str) -> Link:
        """Give each side its own back. Raises UnknownLink."""
        for _ in range(RACES - 1):
            try:
                return await self._database.write(lambda tx: _undo(tx, link_id, why, by))
            except MergedMeanwhile:
                continue
        return await self._database.write(lambda tx: _undo(tx, link_id, why, by))


def links_of(tx: Tx, customer_id: CustomerId) -> Sequence[Link]:
    """All links of a customer, the latest first; undone ones too."""
    addresses: dict[str, list[Address]] = {}
    for row in tx.run(sa.select(t.addresses).where(_a.customer_id == customer_id).order_by(_a.linked_at)):
        addresses.setdefault(row.original_customer_id, []).append(Address(row.channel, row.address_id))
    rows = tx.run(sa.select(t.merges).where(_m.customer_id == customer_id).order_by(_m.id.desc()))
    return tuple(_link(row, addresses.get(row.from_customer_id, ())) for row in rows)


def _link(row: Any, addresses: Sequence[Address]) -> Link:
    return Link(
        id=LinkId(row.id),
        customer_id=CustomerId(row.customer_id),
        absorbed=CustomerId(row.from_customer_id),
        into=CustomerId(row.into_customer_id),
        proof=Proof(row.proof),
        why=row.why,
        by=row.by,
        at=row.at,
        address=Address(row.channel, row.address_id) if row.channel else None,
        addresses=tuple(addresses),
        undone_at=row.undone_at,
        undone_by=row.undone_by,
        undone_why=row.undone_why,
    )


def _merge(tx: Tx, from_id: CustomerId, into: CustomerId, on: Grounds) -> Link:
    absorbed, kept = find_customer(tx, from_id), find_customer(tx, into)
    if absorbed is None or kept is None or from_id == into:
        raise UnknownCustomer
    if absorbed.subject is not None:
        raise TwoIdentities
    merge(tx, from_id, into=into, on=on)
    return links_of(tx, into)[0]


def _undo(tx: Tx, link_id: LinkId, why: str, by: str) -> Link:
    stays = unlink(tx, link_id, why=why, by=by)
    undone = next((link for link in links_of(tx, stays) if link.id == link_id), None)
    if undone is None:
        raise UnknownLink
    return undone
