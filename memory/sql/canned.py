"""Rows of the replies that agents keep to say again. Called by the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from memory.errors import DuplicateCanned, UnknownCanned
from memory.model import AgentId, CannedId, CannedReply, NewCanned
from memory.rules import storable
from memory.sql import tables as t
from memory.sql.engine import Database, Tx

_c = t.canned_replies.c
SHARED = ""
"""The owner of those that everybody has, so that the database sees to it that no two have the same name."""
_KNOWN = (
    sa.select(t.canned_replies)
    .where(_c.owner.in_((SHARED, sa.bindparam("owner"))))
    .order_by(_c.name_key, _c.owner.desc(), _c.id)
)


class SqlCanned:
    """Canned replies, everybody's and each agent's own."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def known_to(self, agent_id: AgentId) -> Sequence[CannedReply]:
        """Everybody's and this agent's own, by name."""
        return await self._database.read(lambda tx: [_reply(row) for row in tx.run(_KNOWN, {"owner": agent_id})])

    async def find(self, canned_id: CannedId) -> CannedReply:
        """Raises UnknownCanned."""
        return await self._database.read(lambda tx: _found(tx, canned_id))

    async def add(self, new: NewCanned, by: str) -> CannedReply:
        """Keep one. Raises DuplicateCanned."""
        return await self._named(lambda tx: _add(tx, new, by))

    async def change(self, canned_id: CannedId, new: NewCanned, by: str) -> CannedReply:
        """Say it otherwise, or make it another's. Raises UnknownCanned, DuplicateCanned."""
        return await self._named(lambda tx: _change(tx, canned_id, new, by))

    async def delete(self, canned_id: CannedId) -> None:
        """Raises UnknownCanned."""
        await self._database.write(lambda tx: _delete(tx, canned_id))

    async def _named(self, work: Any) -> CannedReply:
        try:
            kept: CannedReply = await self._database.write(work)
        except IntegrityError as exc:
            raise DuplicateCanned from exc
        return kept


def _values(tx: Tx, new: NewCanned, by: str) -> dict[str, Any]:
    name = storable(new.name)
    return {
        "owner": new.owner or SHARED,
        "name": name,
        "name_key": name.casefold(),
        "text": storable(new.text),
        "by": by,
        "at": tx.now,
    }


def _add(tx: Tx, new: NewCanned, by: str) -> CannedReply:
    canned_id = CannedId(tx.ids(t.canned_replies)[0])
    tx.run(sa.insert(t.canned_replies), {"id": canned_id, **_values(tx, new, by)})
    return _found(tx, canned_id)


def _change(tx: Tx, canned_id: CannedId, new: NewCanned, by: str) -> CannedReply:
    tx.run(sa.update(t.canned_replies).where(_c.id == canned_id).values(**_values(tx, new, by)))
    return _found(tx, canned_id)


def _delete(tx: Tx, canned_id: CannedId) -> None:
    if tx.run(sa.delete(t.canned_replies).where(_c.id == canned_id)).rowcount == 0:
        raise UnknownCanned


def _found(tx: Tx, canned_id: CannedId) -> CannedReply:
    row = tx.first(sa.select(t.canned_replies).where(_c.id == canned_id))
    if row is None:
        raise UnknownCanned
    return _reply(row)


def _reply(row: Any) -> CannedReply:
    return CannedReply(CannedId(row.id), row.name, row.text, AgentId(row.owner) if row.owner else None, row.by)
