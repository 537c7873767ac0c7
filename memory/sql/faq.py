"""The FAQ entries with all their versions. Called by the FAQ engine, the desk and the CLI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from memory.errors import FaqConflict
from memory.model import FaqRecord
from memory.rules import storable
from memory.sql import tables as t
from memory.sql.engine import Database, Tx

_f = t.faq_entries.c
_ALL = sa.select(t.faq_entries).where(_f.deleted.is_(False)).order_by(_f.faq_id)
_ONE = sa.select(t.faq_entries).where(_f.faq_id == sa.bindparam("the_id"))


class SqlFaqEntries:
    """Entries by id; deleted ones are kept, so that seeding does not bring them back."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[FaqRecord]:
        """Those not deleted, by id."""
        return await self._database.read(lambda tx: [_record_from(row) for row in tx.run(_ALL)])

    async def save(self, record: FaqRecord) -> FaqRecord:
        """Insert or replace. Raises FaqConflict on another stored version."""
        try:
            return await self._database.write(lambda tx: _save(tx, record))
        except sa.exc.IntegrityError as error:  # two inserted at once
            raise FaqConflict from error

    async def delete(self, faq_id: str) -> bool:
        """Whether there was one."""
        return await self._database.write(lambda tx: _delete(tx, faq_id))

    async def seed(self, records: Sequence[FaqRecord]) -> int:
        """Insert those not seen before; replace those never edited. Returns how many."""
        try:
            return await self._database.write(partial(_seed_all, records=records))
        except sa.exc.IntegrityError:  # another process started at the same time: now its entries can be seen
            return await self._database.write(partial(_seed_all, records=records))


def _save(tx: Tx, record: FaqRecord) -> FaqRecord:
    stored = tx.first(_ONE.with_for_update(), {"the_id": record.id})
    if stored is None or stored.deleted:
        if record.version != 1:
            raise FaqConflict  # somebody deleted it meanwhile
    elif stored.version != record.version:
        raise FaqConflict
    return _put(tx, record, stored, edited=True)


def _seed_all(tx: Tx, records: Sequence[FaqRecord]) -> int:
    return sum(_seed(tx, record) for record in records)


def _seed(tx: Tx, record: FaqRecord) -> bool:
    stored = tx.first(_ONE.with_for_update(), {"the_id": record.id})
    if stored is not None:
        wanted = _content(record)
        if stored.deleted or stored.edited or wanted == {name: getattr(stored, name) for name in wanted}:
            return False
    _put(tx, record, stored, edited=False)
    return True


def _put(tx: Tx, record: FaqRecord, stored: Any, *, edited: bool) -> FaqRecord:
    version = 1 if stored is None else stored.version + 1
    content = _content(record)
    state = {"version": version, "edited": edited, "deleted": False, "updated_at": tx.now}
    if stored is None:
        tx.run(sa.insert(t.faq_entries), {"faq_id": record.id, **content, **state})
    else:
        tx.run(sa.update(t.faq_entries).where(_f.faq_id == record.id).values(**content, **state))
    _keep_version(tx, record.id, version, content, deleted=False)
    found = tx.first(_ONE, {"the_id": record.id})
    return _record_from(found)


def _delete(tx: Tx, faq_id: str) -> bool:
    stored = tx.first(_ONE.with_for_update(), {"the_id": faq_id})
    if stored is None or stored.deleted:
        return False
    version = stored.version + 1
    gone = {"deleted": True, "edited": True, "version": version, "updated_at": tx.now}
    tx.run(sa.update(t.faq_entries).where(_f.faq_id == faq_id).values(**gone))
    _keep_version(tx, faq_id, version, _content(_record_from(stored)), deleted=True)
    return True


def _keep_version(tx: Tx, faq_id: str, version: int, content: Mapping[str, Any], *, deleted: bool) -> None:
    row = {"faq_id": faq_id, "version": version, "deleted": deleted, "at": tx.now}
    tx.run(sa.insert(t.faq_versions), {**row, **content})
    tx.ring("faq")


def _content(record: FaqRecord) -> dict[str, Any]:
    return {
        "question": storable(record.question),
        "answer": storable(record.answer),
        "department": record.department,
        "phrasings": [storable(phrasing) for phrasing in record.phrasings],
        "tags": [storable(tag) for tag in record.tags],
    }


def _record_from(row: Any) -> FaqRecord:
    return FaqRecord(
        id=row.faq_id,
        question=row.question,
        phrasings=tuple(row.phrasings),
        answer=row.answer,
        tags=tuple(row.tags),
        department=row.department,
        version=row.version,
    )
