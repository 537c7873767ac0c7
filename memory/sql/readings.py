"""Who opened whose conversation. Called by the desk and the CLI."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from memory.model import AgentId, HandoffId, Reading
from memory.rules import NOTED_AGAIN_AFTER
from memory.sql import tables as t
from memory.sql.engine import Database, Tx

_r, _h, _c = t.readings.c, t.handoffs.c, t.customers.c
_LATELY = (
    sa.select(_r.id)
    .where(
        _r.handoff_id == sa.bindparam("handoff_id"),
        _r.agent_id == sa.bindparam("agent_id"),
        _r.at > sa.bindparam("since"),
    )
    .limit(1)
)
_LATEST = (
    sa.select(
        _r.id,
        _r.at,
        _r.agent_id,
        t.agents.c.name.label("agent_name"),
        _r.handoff_id,
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

    async def note(self, agent_id: AgentId, handoff_id: HandoffId) -> None:
        """Once an hour at most for the same agent and handoff."""
        if not await self._database.read(lambda tx: _is_known(tx, agent_id, handoff_id)):
            await self._database.write(lambda tx: _note(tx, agent_id, handoff_id))

    async def latest(self, limit: int, *, before: int | None = None) -> Sequence[Reading]:
        """The last `limit` below an id, the newest first."""
        values = {"before": before or _BEYOND_ALL, "count": limit}
        return await self._database.read(lambda tx: [Reading(**row) for row in tx.run(_LATEST, values).mappings()])


def _is_known(tx: Tx, agent_id: AgentId, handoff_id: HandoffId) -> bool:
    lately = {"handoff_id": handoff_id, "agent_id": agent_id, "since": tx.now - NOTED_AGAIN_AFTER}
    return tx.first(_LATELY, lately) is not None


def _note(tx: Tx, agent_id: AgentId, handoff_id: HandoffId) -> None:
    if not _is_known(tx, agent_id, handoff_id):
        row = {"id": tx.ids(t.readings)[0], "agent_id": agent_id, "handoff_id": handoff_id, "at": tx.now}
        tx.run(sa.insert(t.readings), row)
