"""Who read in whose conversation. Called by the desk and the CLI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from memory.model import AgentId, HandoffId, ReadBy, Reading
from memory.rules import NOTED_AGAIN_AFTER
from memory.sql import tables as t
from memory.sql.engine import Database, Tx

_r, _h, _c = t.readings.c, t.handoffs.c, t.customers.c
_LATELY = (
    sa.select(_r.handoff_id)
    .where(
        _r.handoff_id.in_(sa.bindparam("handoff_ids", expanding=True)),
        _r.agent_id == sa.bindparam("agent_id"),
        _r.at > sa.bindparam("since"),
        _r.by == sa.bindparam("by"),
    )
    .distinct()
)
_LATEST = (
    sa.select(
        _r.id,
        _r.at,
        _r.agent_id,
        t.agents.c.name.label("agent_name"),
        _r.handoff_id,
        _r.by,
        _h.customer_id,
        sa.func.coalesce(_c.name, _c.email).label("customer_name"),
    )
    .select_from(t.readings)
    .outerjoin(t.agents, t.agents.c.agent_id == _r.agent_id)
    .outerjoin(t.handoffs, _h.id == _r.handoff_id)
    .outerjoin(t.customers, _c.customer_id == _h.customer_id)
    .where(_r.id < sa.bindparam("before", type_=sa.BigInteger))
    .order_by(_r.id.desc())
    .limit(sa.bindparam("count", type_=sa.Integer))
)
_BEYOND_ALL = 2**62


class SqlReadings:
    """Rows of readings."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def note(self, agent_id: AgentId, *handoff_ids: HandoffId, by: ReadBy = ReadBy.OPENED) -> None:
        """Once an hour at most for the same agent, handoff and route."""
        if await self._database.read(lambda tx: _new(tx, agent_id, handoff_ids, by)):
            await self._database.write(lambda tx: _note(tx, agent_id, handoff_ids, by))

    async def latest(self, limit: int, *, before: int | None = None) -> Sequence[Reading]:
        """The last `limit` below an id, the newest first."""
        values = {"before": before or _BEYOND_ALL, "count": limit}
        return await self._database.read(lambda tx: [_reading(row) for row in tx.run(_LATEST, values).mappings()])


def _reading(row: Any) -> Reading:
    return Reading(**{**row, "by": ReadBy(row["by"])})


def _new(tx: Tx, agent_id: AgentId, handoff_ids: Sequence[HandoffId], by: ReadBy) -> Sequence[HandoffId]:
    """Those of these that were not noted lately."""
    lately = {"handoff_ids": handoff_ids, "agent_id": agent_id, "since": tx.now - NOTED_AGAIN_AFTER, "by": by.value}
    known = set(tx.run(_LATELY, lately).scalars()) if handoff_ids else set()
    return [handoff_id for handoff_id in dict.fromkeys(handoff_ids) if handoff_id not in known]


def _note(tx: Tx, agent_id: AgentId, handoff_ids: Sequence[HandoffId], by: ReadBy) -> None:
    new = _new(tx, agent_id, handoff_ids, by)
    rows = [
        {"id": row_id, "agent_id": agent_id, "handoff_id": handoff_id, "at": tx.now, "by": by.value}
        for row_id, handoff_id in zip(tx.ids(t.readings, len(new)), new, strict=True)
    ]
    if rows:
        tx.run(sa.insert(t.readings), rows)
