"""The FAQ entries with all their versions. Called by the FAQ engine, the desk and the CLI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from memory.errors import FaqConflict
from memory.model import FaqRecord, FaqVersion
from memory.rules import storable
from memory.sql import tables as t
from memory.sql.engine import Database, Tx

_f = t.faq_entries.c
_v = t.faq_versions.c
_ALL = sa.select(t.faq_entries).where(_f.deleted.is_(False)).order_by(_f.faq_id)
_THESE = sa.select(t.faq_entries).where(_f.faq_id.in_(sa.bindparam("ids", expanding=True))).order_by(_f.faq_id)
_REPLACE = sa.update(t.faq_entries).where(_f.faq_id == sa.bindparam("the_id"))
_VERSIONS = sa.select(t.faq_versions).where(_v.faq_id == sa.bindparam("the_id")).order_by(_v.version.desc())


class SqlFaqEntries:
    """Entries by id; deleted ones are kept, so that seeding does not bring them back."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[FaqRecord]:
        """Those not deleted, by id."""
        return await self._database.read(lambda tx: [_record_from(row) for row in tx.run(_ALL)])

    async def save(self, records: Sequence[FaqRecord], by: str) -> Sequence[FaqRecord]:
        """Insert or replace, all or none. Raises FaqConflict on another stored version."""
        try:
            return await self._database.write(lambda tx: _save(tx, records, by))
        except sa.exc.IntegrityError as error:  # two inserted at once
            raise FaqConflict from error

    async def delete(self, faq_id: str, by: str) -> bool:
        """Whether there was one."""
        return await self._database.write(lambda tx: _delete(tx, faq_id, by))

    async def versions(self, faq_id: str) -> Sequence[FaqVersion]:
        """All that an entry ever was, the newest first."""
        found = {"the_id": faq_id}
        return await self._database.read(lambda tx: [_version_from(row) for row in tx.run(_VERSIONS, found)])

    async def seed(self, records: Sequence[FaqRecord]) -> int:
        """Insert those not seen before; replace those never edited. Returns how many."""
        try:
            return await self._database.write(partial(_seed, records=records))
        except sa.exc.IntegrityError:  # another process started at the same time: now its entries can be seen
            return await self._database.write(partial(_seed, records=records))


def _save(tx: Tx, records: Sequence[FaqRecord], by: str) -> Sequence[FaqRecord]:
    stored = _stored(tx, records)
    for record in records:
        there = stored.get(record.id)
        expected = 1 if there is None or there.deleted else there.version
        if record.version != expected:
            raise FaqConflict  # somebody edited or deleted it meanwhile
    return _put(tx, records, stored, by)


def _seed(tx: Tx, records: Sequence[FaqRecord]) -> int:
    stored = _stored(tx, records)
    wanted = [record for record in records if _wants(stored.get(record.id), record)]
    _put(tx, wanted, stored, by=None)
    return len(wanted)


def _wants(stored: Any, record: FaqRecord) -> bool:
    if stored is None:
        return True
    content = _content(record)
    return not (stored.deleted or stored.edited or content == {name: getattr(stored, name) for name in content})


def _stored(tx: Tx, records: Sequence[FaqRecord]) -> dict[str, Any]:
    """The rows there are of these entries, deleted ones too, kept from others until the end."""
    ids = {"ids": sorted({record.id for record in records})}
    return {row.faq_id: row for row in tx.run(_THESE.with_for_update(), ids)}


def _put(tx: Tx, records: Sequence[FaqRecord], stored: Mapping[str, Any], by: str | None) -> Sequence[FaqRecord]:
    new, changed, kept = [], [], []
    for record in records:
        there = stored.get(record.id)
        version = 1 if there is None else there.version + 1
        state = {"version": version, "edited": by is not None, "deleted": False, "updated_at": tx.now}
        values = {**_content(record), **state}
        if there is None:
            new.append({"faq_id": record.id, **values})
        else:
            changed.append({"the_id": record.id, **values})
        kept.append(_kept(record, version))
    if new:
        tx.run(sa.insert(t.faq_entries), new)
    if changed:
        tx.run(_REPLACE, changed)
    _keep_versions(tx, kept, by, deleted=False)
    return kept


def _delete(tx: Tx, faq_id: str, by: str) -> bool:
    stored = tx.first(_THESE.with_for_update(), {"ids": [faq_id]})
    if stored is None or stored.deleted:
        return False
    record = replace(_record_from(stored), version=stored.version + 1)
    gone = {"deleted": True, "edited": True, "version": record.version, "updated_at": tx.now}
    tx.run(_REPLACE, [{"the_id": faq_id, **gone}])
    _keep_versions(tx, [record], by, deleted=True)
    return True


def _keep_versions(tx: Tx, records: Sequence[FaqRecord], by: str | None, *, deleted: bool) -> None:
    if not records:
        return
    written = {"by": by, "deleted": deleted, "at": tx.now}
    rows = [{"faq_id": record.id, "version": record.version, **written, **_content(record)} for record in records]
    tx.run(sa.insert(t.faq_versions), rows)
    tx.ring("faq")


def _content(record: FaqRecord) -> dict[str, Any]:
    return {
        "question": storable(record.question),
        "answer": storable(record.answer),
        "department": record.department,
        "language": record.language,
        "phrasings": [storable(phrasing) for phrasing in record.phrasings],
        "tags": [storable(tag) for tag in record.tags],
        "tests": [storable(test) for test in record.tests],
        "valid_from": record.valid_from,
        "valid_until": record.valid_until,
    }


def _kept(record: FaqRecord, version: int) -> FaqRecord:
    """The entry as it is read back."""
    content: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in _content(record).items()
    }
    return FaqRecord(id=record.id, version=version, **content)


def _record_from(row: Any) -> FaqRecord:
    return FaqRecord(
        id=row.faq_id,
        question=row.question,
        phrasings=tuple(row.phrasings),
        answer=row.answer,
        tags=tuple(row.tags),
        department=row.department,
        version=row.version,
        language=row.language,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        tests=tuple(row.tests),
    )


def _version_from(row: Any) -> FaqVersion:
    return FaqVersion(_record_from(row), at=row.at, by=row.by, deleted=row.deleted)
