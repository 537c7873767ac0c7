"""All that is kept about a customer: handed out, erased, and let go when they have been silent for long.

Called by the operators' commands, the gateway's page for exports, and the retention job.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from memory.errors import UnknownCustomer
from memory.model import AuditEntry, CustomerId, Deed, Doer, Export, Section
from memory.rules import UNHEARD_FOR, hash_of
from memory.sql import tables as t
from memory.sql.engine import Database, Tx
from memory.sql.erasing import erase, note
from memory.sql.holdings import HOLDINGS, SECRETS
from memory.sql.people import find_customer

RETIRING = 7_316_845_202
"""The advisory lock under which one of several gateways lets customers go."""

_c = t.customers.c
_NOBODY_ACTS = sa.and_(
    ~sa.exists().where(t.handoffs.c.customer_id == _c.customer_id, t.handoffs.c.closed_at.is_(None)),
    ~sa.exists().where(t.inbox.c.customer_id == _c.customer_id, t.inbox.c.handled_at.is_(None)),
)
_PRESENT = sa.and_(_c.merged_into.is_(None), _NOBODY_ACTS)
_SILENT = (
    sa.select(_c.customer_id)
    .where(_c.last_contact_at < sa.bindparam("silent_since"), _PRESENT)
    .order_by(_c.last_contact_at)
    .limit(sa.bindparam("count", type_=sa.Integer))
)
_UNHEARD = (
    sa.select(_c.customer_id)
    .where(_c.last_contact_at.is_(None), _c.created_at < sa.bindparam("unheard_since"), _PRESENT)
    .order_by(_c.created_at)
    .limit(sa.bindparam("count", type_=sa.Integer))
)
_LET_GO = sa.text("SELECT pg_try_advisory_xact_lock(:key)")


class SqlCustody:
    """What may be done with all of a customer."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def export(self, customer_id: CustomerId) -> Export:
        """All that is kept. Raises UnknownCustomer."""
        return await self._database.write(lambda tx: _export_for_operator(tx, customer_id))

    async def redeem(self, export_id: str) -> Export | None:
        """What an offered export holds now, once."""
        return await self._database.write(lambda tx: _redeem(tx, hash_of(export_id)))

    async def erase(self, customer_id: CustomerId, reference: str) -> None:
        """Erase all of a customer. Raises UnknownCustomer."""
        await self._database.write(lambda tx: _erase(tx, customer_id, reference))

    async def expire(self, silent_since: datetime, limit: int) -> int:
        """Let those go who have been silent for long, each in a transaction of their own; returns how many."""
        due = await self._database.read(lambda tx: _due(tx, silent_since, limit))
        gone = 0
        for customer_id in due:
            gone += await self._database.write(partial(_let_go, customer_id=customer_id, silent_since=silent_since))
        if gone:
            await self._database.scrub()
        return gone

    async def audit(self, limit: int) -> Sequence[AuditEntry]:
        """The latest entries, the newest first."""
        newest = sa.select(t.audit_log).order_by(t.audit_log.c.id.desc()).limit(limit)
        return await self._database.read(lambda tx: [_entry(row) for row in tx.run(newest)])


def _export_for_operator(tx: Tx, customer_id: CustomerId) -> Export:
    export = read_export(tx, customer_id)
    note(tx, AuditEntry(tx.now, Deed.EXPORTED, Doer.OPERATOR))
    return export


def _redeem(tx: Tx, link_hash: str) -> Export | None:
    links = t.export_links.c
    row = tx.first(sa.select(t.export_links).where(links.link_hash == link_hash))
    if row is None:
        return None
    tx.run(sa.delete(t.export_links).where(links.customer_id == row.customer_id, links.link_hash == link_hash))
    if row.expires_at <= tx.now:
        return None
    export = read_export(tx, CustomerId(row.customer_id))
    note(tx, AuditEntry(tx.now, Deed.EXPORTED, Doer.CUSTOMER))
    return export


def read_export(tx: Tx, customer_id: CustomerId) -> Export:
    """Every table's rows of the customer. Raises UnknownCustomer."""
    if find_customer(tx, customer_id) is None:
        raise UnknownCustomer
    sections = [Section(table.name, held.title, _rows(tx, table, customer_id)) for table, held in HOLDINGS.items()]
    return Export(tx.now, [section for section in sections if section.rows])


def _rows(tx: Tx, table: sa.Table, customer_id: CustomerId) -> Sequence[dict[str, Any]]:
    columns = [column for column in table.columns if column.name not in SECRETS]
    rows = tx.run(sa.select(*columns).where(table.c.customer_id == customer_id).order_by(*table.primary_key))
    return [{name: _plain(value) for name, value in row.items() if value is not None} for row in rows.mappings()]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _erase(tx: Tx, customer_id: CustomerId, reference: str) -> None:
    if find_customer(tx, customer_id) is None:
        raise UnknownCustomer
    erase(tx, customer_id)
    note(tx, AuditEntry(tx.now, Deed.ERASED_CUSTOMER, Doer.OPERATOR, reference=reference))


def _due(tx: Tx, silent_since: datetime, limit: int) -> Sequence[CustomerId]:
    silent = tx.run(_SILENT, {"silent_since": silent_since, "count": limit}).scalars().all()
    left = limit - len(silent)
    unheard = tx.run(_UNHEARD, {"unheard_since": tx.now - UNHEARD_FOR, "count": left}).scalars().all()
    return [CustomerId(row) for row in (*silent, *unheard)]


def _let_go(tx: Tx, customer_id: CustomerId, silent_since: datetime) -> int:
    """Erase one of those who were due, unless they have written since, or another process is at it."""
    if tx.postgres and not tx.conn.scalar(_LET_GO, {"key": RETIRING}):
        return 0
    tx.hold(customer_id)
    same = sa.and_(_c.customer_id == customer_id, _PRESENT)
    row = tx.first(sa.select(_c.last_contact_at).where(same))
    if row is None or (row.last_contact_at is not None and row.last_contact_at >= silent_since):
        return 0
    erase(tx, customer_id)
    if row.last_contact_at is not None:  # else all of it was erased and noted before
        note(tx, AuditEntry(tx.now, Deed.ERASED_CUSTOMER, Doer.RETENTION))
    return 1


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(row.at, Deed(row.deed), Doer(row.by), row.channel, row.what, row.reference)
