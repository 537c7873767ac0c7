"""Who waits for a person, offers whose time is up, and how long others waited. Called by the desk's usher."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from memory.errors import UnknownHandoff
from memory.model import TIMER, AgentId, Handoff, HandoffId, HandoffMove, HandoffState, Wait, Waiting
from memory.moves import GIVEN_UP, LAPSED, Wanted, waiting_of
from memory.sql import tables as t
from memory.sql.engine import Database, Tx
from memory.sql.handoff_rows import HANDOFFS, handoff_from, move_from
from memory.sql.handoffs import found_handoff, moved_on, written

_h, _m = t.handoffs.c, t.handoff_moves.c
_before = t.handoffs.alias("before")
_knew = (
    sa.select(_before.c.agent_id)
    .where(
        _before.c.customer_id == _h.customer_id,
        _before.c.id != _h.id,
        _before.c.agent_id.is_not(None),
    )
    .order_by(_before.c.requested_at.desc())
    .limit(1)
    .correlate(t.handoffs)
    .scalar_subquery()
)
_QUEUED = _h.state == HandoffState.QUEUED.value
_WAITING = (
    HANDOFFS.join(t.customers, t.customers.c.customer_id == _h.customer_id)
    .add_columns(t.customers.c.valued, _knew.label("knew"))
    .where(_QUEUED)
    .order_by(_h.requested_at, _h.id)
)
_MOVES = (
    sa.select(t.handoff_moves)
    .join(t.handoffs, sa.and_(_h.customer_id == _m.customer_id, _h.id == _m.handoff_id))
    .where(
        _QUEUED,
        _m.from_state != HandoffState.REQUESTED.value,  # all begin so, when they were requested
        _m.to_state.in_([HandoffState.OFFERED.value, HandoffState.QUEUED.value]),
    )
    .order_by(_m.id)
)
"""What has befallen those who wait."""
# As literals, so that the partial indexes are used, and run through from the earliest on.
_OFFER_ENDS = sa.text("offered_until IS NOT NULL")
_PATIENCE_ENDS = sa.text("waits_until IS NOT NULL")
_NEXT_OFFER = sa.select(sa.func.min(_h.offered_until)).where(_OFFER_ENDS)
_NEXT_LEAVING = sa.select(sa.func.min(_h.waits_until)).where(_PATIENCE_ENDS)
_DUE = sa.union_all(
    sa.select(_h.id).where(_OFFER_ENDS, _h.offered_until <= sa.bindparam("now")),
    sa.select(_h.id).where(_PATIENCE_ENDS, _h.waits_until <= sa.bindparam("now")),
)


class SqlOffers:
    """Rows of handoffs that wait."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def waiting(self) -> Sequence[Waiting]:
        """The queued handoffs, those asked for first coming first."""
        return await self._database.read(_waiting)

    async def lapse(self) -> Sequence[Handoff]:
        """Make the moves whose time has come, each in a transaction of its own, which is the one that counts."""
        due = await self._database.read(_due)
        made = [await self._lapse(handoff_id) for handoff_id in due]
        return [handoff for handoff in made if handoff is not None]

    async def next_due(self) -> datetime | None:
        """When `lapse` will next have something to do."""
        return await self._database.read(_next_due)

    async def waits(self, department: str | None, limit: int) -> Sequence[Wait]:
        """How long the last customers waited, the latest accepted first."""
        return await self._database.read(lambda tx: _waits(tx, department, limit))

    async def _lapse(self, handoff_id: HandoffId) -> Handoff | None:
        try:
            return await written(self._database, lambda tx: _lapse(tx, handoff_id))
        except UnknownHandoff:
            return None  # its customer was erased meanwhile


def _waiting(tx: Tx) -> Sequence[Waiting]:
    moves: dict[str, list[HandoffMove]] = {}
    for row in tx.run(_MOVES):
        moves.setdefault(row.handoff_id, []).append(move_from(row))
    return [_waiting_from(row, moves.get(row.id, ())) for row in tx.run(_WAITING)]


def _waiting_from(row: Any, moves: Sequence[HandoffMove]) -> Waiting:
    knew = AgentId(row.knew) if row.knew else None
    return waiting_of(handoff_from(row), moves, is_valued=row.valued, knew=knew)


def _due(tx: Tx) -> Sequence[HandoffId]:
    return [HandoffId(row.id) for row in tx.run(_DUE, {"now": tx.now})]


def _lapse(tx: Tx, handoff_id: HandoffId) -> Handoff | None:
    """Move it, unless somebody else has, or has taken it, since it was seen to be due."""
    handoff = found_handoff(tx, handoff_id)
    if handoff.is_given_up(tx.now):
        return moved_on(tx, handoff, Wanted(HandoffState.ABANDONED, TIMER, GIVEN_UP))
    if handoff.is_due(tx.now):
        return moved_on(tx, handoff, Wanted(HandoffState.QUEUED, TIMER, LAPSED))
    return None


def _next_due(tx: Tx) -> datetime | None:
    times = [tx.conn.scalar(_NEXT_OFFER), tx.conn.scalar(_NEXT_LEAVING)]
    return min((time for time in times if time is not None), default=None)


def _waits(tx: Tx, department: str | None, limit: int) -> Sequence[Wait]:
    waited = sa.select(_h.requested_at, _h.first_accepted_at).where(sa.text("first_accepted_at IS NOT NULL"))
    if department is not None:
        waited = waited.where(_h.department == department)
    rows = tx.run(waited.order_by(_h.first_accepted_at.desc()).limit(limit))
    return [Wait(row.requested_at, row.first_accepted_at) for row in rows]
