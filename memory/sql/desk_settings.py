"""Rows of what is set at the desk: hours for all, filters of each agent. Called by the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from memory.model import AgentId, KeptHours, SavedFilter, WrittenHours
from memory.rules import storable
from memory.sql import tables as t
from memory.sql.engine import Database, Tx

_h, _f = t.desk_hours.c, t.saved_filters.c


class SqlHoursBook:
    """When people answer, as admins set it."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def latest(self, limit: int) -> Sequence[KeptHours]:
        """What was set last, the latest first."""
        return await self._database.read(lambda tx: _latest(tx, limit))

    async def keep(self, written: WrittenHours, by: str) -> KeptHours:
        """From now on it is so."""
        return await self._database.write(lambda tx: _keep(tx, written, by))


class SqlFilters:
    """The filters that agents keep."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def of(self, agent_id: AgentId) -> Sequence[SavedFilter]:
        """An agent's own, as they put them."""
        return await self._database.read(lambda tx: _filters(tx, agent_id))

    async def keep(self, agent_id: AgentId, filters: Sequence[SavedFilter]) -> None:
        """Keep these in place of those there were."""
        await self._database.write(lambda tx: _replace(tx, agent_id, filters))


def _latest(tx: Tx, limit: int) -> Sequence[KeptHours]:
    rows = tx.run(sa.select(t.desk_hours).where(_h.id > 0).order_by(_h.id.desc()).limit(limit))
    return [KeptHours(WrittenHours(row.hours, row.time_zone, row.holidays), row.by, row.at) for row in rows]


def _keep(tx: Tx, written: WrittenHours, by: str) -> KeptHours:
    values = {"id": tx.ids(t.desk_hours)[0], **asdict(written), "by": storable(by), "at": tx.now}
    tx.run(sa.insert(t.desk_hours), values)
    tx.ring("hours")
    return KeptHours(written, values["by"], tx.now)


def _filters(tx: Tx, agent_id: AgentId) -> Sequence[SavedFilter]:
    row = tx.first(sa.select(t.saved_filters).where(_f.agent_id == agent_id))
    return () if row is None else tuple(SavedFilter(**each) for each in row.filters)


def _replace(tx: Tx, agent_id: AgentId, filters: Sequence[SavedFilter]) -> None:
    tx.run(sa.delete(t.saved_filters).where(_f.agent_id == agent_id))
    kept = [{key: storable(value) for key, value in asdict(each).items()} for each in filters]
    tx.run(sa.insert(t.saved_filters), {"agent_id": agent_id, "filters": kept, "at": tx.now})
