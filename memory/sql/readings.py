"""Who was shown what of whom. Called by the desk and the CLI."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from memory.model import Look, ReadBy, Reading
from memory.rules import NOTED_AGAIN_AFTER
from memory.sql import tables as t
from memory.sql.engine import Database, Tx

_r, _h, _c = t.readings.c, t.handoffs.c, t.customers.c
_LATELY = (
    sa.select(_r.agent_id, _r.seen, _r.by)
    .where(
        _r.seen.in_(sa.bindparam("seen", expanding=True)),
        _r.agent_id.in_(sa.bindparam("agent_ids", expanding=True)),
        _r.at > sa.bindparam("since"),
    )
    .distinct()
)
_LATEST = (
    sa.select(
        _r.id,
        _r.at,
        _r.agent_id,
        t.agents.c.name.label("agent_name"),
        _r.by,
        _h.id.label("handoff_id"),
        _c.customer_id,
        sa.func.coalesce(_c.name, _c.email).label("customer_name"),
    )
    .select_from(t.readings)
    .outerjoin(t.agents, t.agents.c.agent_id == _r.agent_id)
    .outerjoin(t.handoffs, _h.id == _r.seen)
    .outerjoin(t.customers, _c.customer_id == sa.func.coalesce(_h.customer_id, _r.seen))
    .where(_r.id < sa.bindparam("before", type_=sa.BigInteger))
    .order_by(_r.id.desc())
    .limit(sa.bindparam("count", type_=sa.Integer))
)
_BEYOND_ALL = 2**62


class SqlReadings:
    """Rows of readings."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def note(self, looks: Collection[Look]) -> None:
        """Keep these, each once an hour at most."""
        if looks and await self._database.read(lambda tx: _new(tx, looks)):
            await self._database.write(lambda tx: _note(tx, looks))

    async def latest(self, limit: int, *, before: int | None = None) -> Sequence[Reading]:
        """The last `limit` below an id, the newest first."""
        values = {"before": before or _BEYOND_ALL, "count": limit}
        return await self._database.read(lambda tx: [_reading(row) for row in tx.run(_LATEST, values).mappings()])


def _reading(row: Any) -> Reading:
    return Reading(**{**row, "by": ReadBy(row["by"])})


def _new(tx: Tx, looks: Collection[Look]) -> Sequence[Look]:
    """Those of these that were not noted lately."""
    seen, agents = {look.seen for look in looks}, {look.agent_id for look in looks}
    rows = tx.run(_LATELY, {"seen": list(seen), "agent_ids": list(agents), "since": tx.now - NOTED_AGAIN_AFTER})
    known = {(row.agent_id, row.seen, row.by) for row in rows}
    return [look for look in dict.fromkeys(looks) if (look.agent_id, look.seen, look.by.value) not in known]


def _note(tx: Tx, looks: Collection[Look]) -> None:
    new = _new(tx, looks)
    rows = [
        {"id": row_id, "agent_id": look.agent_id, "seen": look.seen, "at": tx.now, "by": look.by.value}
        for row_id, look in zip(tx.ids(t.readings, len(new)), new, strict=True)
    ]
    if rows:
        tx.run(sa.insert(t.readings), rows)
