"""Rows of handoffs and of their moves as values, and back. Used by `casework` and whoever reads them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from memory.model import (
    BOT,
    Address,
    AgentId,
    Agreed,
    Awaiting,
    ContactReasonId,
    Cursor,
    CustomerId,
    Ending,
    Feedback,
    Handoff,
    HandoffId,
    HandoffMove,
    HandoffOutcome,
    HandoffReason,
    HandoffState,
    Offer,
)
from memory.sql import tables as t

_h = t.handoffs.c
HANDOFFS = sa.select(t.handoffs, t.agents.c.name.label("agent_name")).outerjoin(
    t.agents, t.agents.c.agent_id == sa.func.coalesce(_h.agent_id, _h.offered_to)
)
"""With the name of the agent who has it or, as long as nobody has, of the one it is offered to."""


def handoff_from(row: Any) -> Handoff:
    """A row of `HANDOFFS` as a value."""
    offer = Offer(AgentId(row.offered_to), row.offered_until, row.agent_name) if row.offered_to else None
    return Handoff(
        id=HandoffId(row.id),
        customer_id=CustomerId(row.customer_id),
        state=HandoffState(row.state),
        reason=HandoffReason(row.reason),
        requested_at=row.requested_at,
        requested_number=Cursor(row.requested_number),
        agent_id=AgentId(row.agent_id) if row.agent_id else None,
        agent_name=row.agent_name if row.agent_id else None,
        accepted_at=row.accepted_at,
        closed_at=row.closed_at,
        department=row.department,
        language=row.language,
        offer=offer,
        first_accepted_at=row.first_accepted_at,
        follows=HandoffId(row.follows) if row.follows else None,
        patience=None if row.patience is None else timedelta(seconds=row.patience),
        waits_until=row.waits_until,
        ending=Ending(
            HandoffOutcome(row.outcome) if row.outcome else None,
            ContactReasonId(row.contact_reason) if row.contact_reason else None,
            _agreed(row),
        ),
        feedback=_feedback(row),
        awaiting=_awaiting(row),
        told_place=row.told_place,
    )


def _agreed(row: Any) -> Agreed | None:
    """What a row of handoffs has of what was agreed on."""
    if row.agreed is None and row.agreed_values is None:
        return None
    return Agreed(row.agreed, row.agreed_values or {})


def _feedback(row: Any) -> Feedback | None:
    if row.asked_number is None:
        return None
    return Feedback(Cursor(row.asked_number), row.solved, row.line_asked_number, row.line_number)


def _awaiting(row: Any) -> Awaiting | None:
    if row.chosen_number is None:
        return None
    at = Address(row.reply_channel, row.reply_address_id) if row.reply_channel else None
    return Awaiting(Cursor(row.chosen_number), at)


def values_of(handoff: Handoff) -> dict[str, Any]:
    """What of a handoff may change, as columns."""
    return {
        "state": handoff.state.value,
        "agent_id": handoff.agent_id,
        "accepted_at": handoff.accepted_at,
        "closed_at": handoff.closed_at,
        "department": handoff.department,
        "offered_to": handoff.offer.agent_id if handoff.offer else None,
        "offered_until": handoff.offer.until if handoff.offer else None,
        "first_accepted_at": handoff.first_accepted_at,
        "waits_until": handoff.waits_until,
        "outcome": handoff.ending.outcome.value if handoff.ending.outcome else None,
        "contact_reason": handoff.ending.contact_reason,
        "agreed": handoff.ending.agreed.text if handoff.ending.agreed else None,
        "agreed_values": dict(handoff.ending.agreed.values) if handoff.ending.agreed else None,
        "asked_number": handoff.feedback.asked_in if handoff.feedback else None,
        "solved": handoff.feedback.solved if handoff.feedback else None,
        "line_asked_number": handoff.feedback.line_asked_in if handoff.feedback else None,
        "line_number": handoff.feedback.line_in if handoff.feedback else None,
        "told_place": handoff.told_place,
        **_values_of_awaiting(handoff.awaiting),
    }


def _values_of_awaiting(awaiting: Awaiting | None) -> dict[str, Any]:
    at = awaiting.at if awaiting else None
    return {
        "chosen_number": awaiting.said_in if awaiting else None,
        "reply_channel": at.channel if at else None,
        "reply_address_id": at.id if at else None,
    }


def move_from(row: Any) -> HandoffMove:
    """A row of moves as a value."""
    return HandoffMove(
        before=HandoffState(row.from_state) if row.from_state else None,
        after=HandoffState(row.to_state),
        by=AgentId(row.by) if row.by else BOT,
        at=row.at,
        why=row.why,
        agent_id=AgentId(row.agent_id) if row.agent_id else None,
    )
