"""Rows of handoffs: finding, opening, moving and closing them, each move audited.

Called by the turn's commit (`records`), the desk's side (`handoffs`) and `merge`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from memory.errors import IllegalMove
from memory.model import (
    HANDOFF_MOVES,
    AgentId,
    CaseState,
    Cursor,
    CustomerId,
    Handoff,
    HandoffId,
    HandoffReason,
    HandoffState,
)
from memory.sql import tables as t
from memory.sql.cases import cases_along, move_cases, open_cases
from memory.sql.engine import Tx

_h = t.handoffs.c
HANDOFFS = sa.select(t.handoffs, t.agents.c.name.label("agent_name")).outerjoin(
    t.agents, t.agents.c.agent_id == _h.agent_id
)
_OPEN = HANDOFFS.where(_h.customer_id == sa.bindparam("customer_id"), _h.closed_at.is_(None))
_OPEN_LOCKED = _OPEN.with_for_update(of=t.handoffs)
_MOVED = sa.insert(t.handoff_moves)


def handoff_from(row: Any) -> Handoff:
    """A row of `HANDOFFS` as a value."""
    return Handoff(
        id=HandoffId(row.id),
        customer_id=CustomerId(row.customer_id),
        state=HandoffState(row.state),
        reason=HandoffReason(row.reason),
        requested_at=row.requested_at,
        requested_number=Cursor(row.requested_number),
        agent_id=AgentId(row.agent_id) if row.agent_id else None,
        agent_name=row.agent_name,
        accepted_at=row.accepted_at,
        closed_at=row.closed_at,
    )


def open_handoff(tx: Tx, customer_id: CustomerId) -> Handoff | None:
    """The customer's open handoff, kept from others until the transaction ends."""
    row = tx.first(_OPEN_LOCKED, {"customer_id": customer_id})
    return None if row is None else handoff_from(row)


def request_handoff(tx: Tx, customer_id: CustomerId, reason: HandoffReason, number: int) -> None:
    """Put the customer into the queue; their open cases go along."""
    handoff_id = HandoffId(uuid4().hex)
    tx.run(
        sa.insert(t.handoffs),
        {
            "customer_id": customer_id,
            "id": handoff_id,
            "state": HandoffState.QUEUED.value,
            "reason": reason.value,
            "requested_at": tx.now,
            "requested_number": number,
        },
    )
    _audit(
        tx, (customer_id, handoff_id), [(None, HandoffState.REQUESTED), (HandoffState.REQUESTED, HandoffState.QUEUED)]
    )
    move_cases(tx, open_cases(tx, customer_id), CaseState.HANDED_OVER, handoff_id=handoff_id)


def move_handoff(tx: Tx, handoff: Handoff, to: HandoffState, by: AgentId | None, why: str | None = None) -> None:
    """Make a legal move, with what it means for owner, cases and task."""
    if to not in HANDOFF_MOVES[handoff.state]:
        raise IllegalMove(handoff.state, to)
    values: dict[str, Any] = {"state": to.value}
    if to is HandoffState.ACCEPTED:
        values |= {"agent_id": by, "accepted_at": tx.now}
    elif to in {HandoffState.QUEUED, HandoffState.OFFERED}:
        values |= {"agent_id": None, "accepted_at": None}
    elif not to.is_open:
        values |= {"closed_at": tx.now}
        _CLOSING[to](tx, handoff)
    same = sa.and_(_h.customer_id == handoff.customer_id, _h.id == handoff.id)
    tx.run(sa.update(t.handoffs).where(same).values(**values))
    _audit(tx, (handoff.customer_id, handoff.id), [(handoff.state, to)], by, why)


def audit_move(
    tx: Tx,
    handoff: tuple[CustomerId, HandoffId],
    before: HandoffState,
    after: HandoffState,
    why: str,
) -> None:
    """Note a move that no agent and no rule of the desk made."""
    _audit(tx, handoff, [(before, after)], why=why)


def _audit(
    tx: Tx,
    handoff: tuple[CustomerId, HandoffId],
    moves: Sequence[tuple[HandoffState | None, HandoffState]],
    by: AgentId | None = None,
    why: str | None = None,
) -> None:
    customer_id, handoff_id = handoff
    common = {"customer_id": customer_id, "handoff_id": handoff_id, "by": by, "why": why, "at": tx.now}
    rows = [
        {**common, "id": row_id, "from_state": before.value if before else None, "to_state": after.value}
        for row_id, (before, after) in zip(tx.ids(t.handoff_moves, len(moves)), moves, strict=True)
    ]
    tx.run(_MOVED, rows)


def _resolved(tx: Tx, handoff: Handoff) -> None:
    """What the bot had open is done: its task ends, the cases that went along are solved."""
    move_cases(tx, cases_along(tx, handoff), CaseState.SOLVED, handoff_id=handoff.id)
    states = t.dialogue_states.c
    busy = sa.update(t.dialogue_states).where(states.customer_id == handoff.customer_id, states.task.is_not(None))
    tx.run(busy.values(task=None, ended_by_person_at=tx.now))


def _returned(tx: Tx, handoff: Handoff) -> None:
    """The cases that went along are the bot's again, save those that were begun anew meanwhile."""
    anew = [(case.topic, case.about) for case in open_cases(tx, handoff.customer_id)]
    along = [case for case in cases_along(tx, handoff) if (case.topic, case.about) not in anew]
    move_cases(tx, along, CaseState.OPEN)


def _abandoned(tx: Tx, handoff: Handoff) -> None:
    move_cases(tx, cases_along(tx, handoff), CaseState.ABANDONED, handoff_id=handoff.id)


_CLOSING = {
    HandoffState.RESOLVED: _resolved,
    HandoffState.RETURNED: _returned,
    HandoffState.ABANDONED: _abandoned,
}
