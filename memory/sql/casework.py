"""Rows of handoffs: finding, opening, moving and closing them, each move audited.

Called by the turn's commit (`records`), the desk's side (`handoffs`) and `merge`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from memory.model import (
    BOT,
    AgentId,
    AnswerFeedback,
    Awaiting,
    CaseState,
    Cursor,
    CustomerId,
    Feedback,
    Handoff,
    HandoffId,
    HandoffMove,
    HandoffState,
    RequestHandoff,
)
from memory.moves import (
    DEPARTMENT_OF_ATTEMPT_WITHIN,
    MERGED,
    WITHDRAWN,
    Wanted,
    answered,
    case_after,
    followed,
    heard_again,
    moved,
)
from memory.rules import storable
from memory.sql import tables as t
from memory.sql.cases import cases_along, cases_ended_by, move_cases, open_cases
from memory.sql.engine import Tx
from memory.sql.handoff_rows import HANDOFFS, handoff_from, move_from, values_of
from memory.sql.moving import keep_copy, kept_of
from memory.sql.promise_rows import drop_by_reply
from memory.sql.words import gather_words

_h = t.handoffs.c
RECENT_HANDOFFS = 10
"""How many handoffs back an agent is looked for who knows the customer."""

_OPEN = HANDOFFS.where(_h.customer_id == sa.bindparam("customer_id"), _h.closed_at.is_(None))
_OPEN_LOCKED = _OPEN.with_for_update(of=t.handoffs)
_LAST = (
    HANDOFFS.where(_h.customer_id == sa.bindparam("customer_id"))
    .order_by(_h.requested_at.desc())
    .limit(RECENT_HANDOFFS)
)
_MOVED = sa.insert(t.handoff_moves)


def open_handoff(tx: Tx, customer_id: CustomerId) -> Handoff | None:
    """The customer's open handoff, kept from others until the transaction ends."""
    row = tx.first(_OPEN_LOCKED, {"customer_id": customer_id})
    return None if row is None else handoff_from(row)


def last_handoffs(tx: Tx, customer_id: CustomerId) -> Sequence[Handoff]:
    """The customer's last ten, the latest asked for first."""
    return [handoff_from(found) for found in tx.run(_LAST, {"customer_id": customer_id})]


def request_handoff(tx: Tx, customer_id: CustomerId, wanted: RequestHandoff, number: int, by: AgentId = BOT) -> Handoff:
    """Put the customer into the queue; their open cases go along."""
    before = followed(last_handoffs(tx, customer_id), tx.now)
    handoff = Handoff(
        id=HandoffId(uuid4().hex),
        customer_id=customer_id,
        state=HandoffState.QUEUED,
        reason=wanted.reason,
        requested_at=tx.now,
        requested_number=Cursor(number),
        department=wanted.department or _department_tried(tx, customer_id),
        waits_until=tx.now + wanted.patience if wanted.patience else None,
    )
    row: dict[str, Any] = {"customer_id": customer_id, "id": handoff.id, "reason": handoff.reason.value}
    row |= {"requested_at": tx.now, "requested_number": number, "follows": before.id if before else None}
    patience = int(wanted.patience.total_seconds()) if wanted.patience else None
    row |= {"language": wanted.language, "patience": patience}
    tx.run(sa.insert(t.handoffs), {**row, **values_of(handoff)})
    why = f"{wanted.reason.value}, after a handoff that ended within 72 hours" if before else wanted.reason.value
    _audit(tx, handoff, HandoffMove(None, HandoffState.REQUESTED, by, tx.now, why))
    _audit(tx, handoff, HandoffMove(HandoffState.REQUESTED, HandoffState.QUEUED, by, tx.now))
    move_cases(tx, open_cases(tx, customer_id), CaseState.HANDED_OVER, handoff_id=handoff.id)
    gather_words(tx, customer_id)
    return handoff


def _department_tried(tx: Tx, customer_id: CustomerId) -> str | None:
    """That of the FAQ entry which the bot tried last, if that was just now."""
    tried = (
        sa.select(t.faq_entries.c.department)
        .join(t.attempts, t.attempts.c.faq_id == t.faq_entries.c.faq_id)
        .where(t.attempts.c.customer_id == customer_id, t.attempts.c.at > tx.now - DEPARTMENT_OF_ATTEMPT_WITHIN)
        .order_by(t.attempts.c.at.desc(), t.attempts.c.id.desc())
        .limit(1)
    )
    department: str | None = tx.conn.scalar(tried)
    return department or None


def wait_along(tx: Tx, going_on: Handoff, wanted: RequestHandoff, number: int) -> None:
    """Who is linked with the one who waits asks as well: kept, so that they wait on their own if they are parted."""
    mine = sa.select(_h.original_customer_id).where(_h.customer_id == going_on.customer_id, _h.id == going_on.id)
    sides = [kept.original_customer_id for kept in kept_of(tx, going_on.customer_id, t.handoffs)]
    if tx.side in {*sides, tx.first(mine).original_customer_id}:
        return
    asked: dict[str, Any] = {"id": uuid4().hex, "state": HandoffState.QUEUED.value, "reason": wanted.reason.value}
    asked |= {"requested_at": tx.now, "requested_number": number, "department": wanted.department}
    place = {"customer_id": going_on.customer_id, "original_customer_id": tx.side}
    keep_copy(tx, t.handoffs, {**place, **asked, "language": wanted.language, "in_favour_of": going_on.id})


def move_handoff(tx: Tx, handoff: Handoff, wanted: Wanted) -> None:
    """Make a legal move, with what it means for owner, cases and task. Raises IllegalMove."""
    after = moved(handoff, wanted, tx.now)
    if not after.state.is_open:
        _CLOSING[after.state](tx, after)
    if after.state is HandoffState.ABANDONED and wanted.why != MERGED:
        drop_by_reply(tx, handoff.customer_id)
    _store(tx, after)
    offered_to = after.offer.agent_id if after.offer else None
    why = None if wanted.why is None else storable(wanted.why)
    _audit(tx, handoff, HandoffMove(handoff.state, after.state, wanted.by, tx.now, why, offered_to))


def hear_again(tx: Tx, handoff: Handoff) -> None:
    """The customer has written once more while they wait."""
    if (after := heard_again(handoff, tx.now)) != handoff:
        _store(tx, after)


def note_awaiting(tx: Tx, handoff: Handoff, awaiting: Awaiting) -> None:
    """The customer has chosen how to hear from a person."""
    _store(tx, replace(handoff, awaiting=awaiting))
    tx.ring("desk")


def note_place(tx: Tx, handoff: Handoff, number: int) -> None:
    """The customer is known to have come to this place in the line."""
    _store(tx, replace(handoff, told_place=number))


def withdraw_request(tx: Tx, handoff: Handoff, number: Cursor) -> None:
    """The customer wants nobody any more, as they say in this message; their cases are the bot's again."""
    _give_cases_back(tx, handoff)
    drop_by_reply(tx, handoff.customer_id, WITHDRAWN, number)
    move_handoff(tx, handoff, Wanted(HandoffState.ABANDONED, BOT, WITHDRAWN))
    tx.ring("desk")


def note_question(tx: Tx, handoff: Handoff, number: Cursor) -> Handoff:
    """The customer has been asked how it was, in the message of this number."""
    asked = replace(handoff, feedback=Feedback(number))
    _store(tx, asked)
    return asked


def note_feedback(tx: Tx, customer_id: CustomerId, record: AnswerFeedback, asked: Cursor, replied: Cursor) -> None:
    """Note what the customer says of it; nothing for a handoff that they were not asked about."""
    row = tx.first(HANDOFFS.where(_h.customer_id == customer_id, _h.id == record.handoff_id))
    handoff = handoff_from(row) if row is not None else None
    if handoff is None or handoff.feedback is None:
        return
    _store(tx, replace(handoff, feedback=answered(handoff.feedback, record, asked, replied)))
    if record.solved is False:
        move_cases(tx, cases_ended_by(tx, handoff), CaseState.CAME_BACK)
    tx.ring(f"customer:{customer_id}", "desk")


def audit_move(tx: Tx, customer_id: CustomerId, handoff_id: HandoffId, move: HandoffMove) -> None:
    """Note a move that undoing a link made, past the table of moves."""
    row = {"customer_id": customer_id, "handoff_id": handoff_id, "id": tx.ids(t.handoff_moves)[0]}
    row |= {"from_state": move.before.value if move.before else None, "to_state": move.after.value}
    tx.run(_MOVED, {**row, "by": move.by, "why": move.why, "at": move.at, "agent_id": move.agent_id})


def moves_of(tx: Tx, handoff: Handoff) -> Sequence[HandoffMove]:
    """Its history, the oldest first."""
    moves = t.handoff_moves.c
    mine = (
        sa.select(t.handoff_moves, t.agents.c.name.label("by_name"))
        .outerjoin(t.agents, t.agents.c.agent_id == moves.by)
        .where(moves.customer_id == handoff.customer_id, moves.handoff_id == handoff.id)
        .order_by(moves.id)
    )
    return [replace(move_from(row), by_name=row.by_name) for row in tx.run(mine)]


def _store(tx: Tx, handoff: Handoff) -> None:
    same = sa.and_(_h.customer_id == handoff.customer_id, _h.id == handoff.id)
    tx.run(sa.update(t.handoffs).where(same).values(**values_of(handoff)))


def _audit(tx: Tx, handoff: Handoff, move: HandoffMove) -> None:
    audit_move(tx, handoff.customer_id, handoff.id, move)


def _resolved(tx: Tx, handoff: Handoff) -> None:
    """What the bot had open is over: its task ends, and the cases that went along."""
    move_cases(tx, cases_along(tx, handoff), case_after(handoff), handoff_id=handoff.id)
    states = t.dialogue_states.c
    busy = sa.update(t.dialogue_states).where(states.customer_id == handoff.customer_id, states.task.is_not(None))
    tx.run(busy.values(task=None, ended_by_person_at=tx.now))


def _give_cases_back(tx: Tx, handoff: Handoff) -> None:
    """The cases that went along are the bot's again, save those that were begun anew meanwhile."""
    anew = [(case.topic, case.about) for case in open_cases(tx, handoff.customer_id)]
    along = [case for case in cases_along(tx, handoff) if (case.topic, case.about) not in anew]
    move_cases(tx, along, CaseState.OPEN)


def _returned(tx: Tx, handoff: Handoff) -> None:
    _give_cases_back(tx, handoff)
    states = t.dialogue_states.c
    mine = sa.update(t.dialogue_states).where(states.customer_id == handoff.customer_id)
    tx.run(mine.values(given_back_from=handoff.id))


def _abandoned(tx: Tx, handoff: Handoff) -> None:
    move_cases(tx, cases_along(tx, handoff), case_after(handoff), handoff_id=handoff.id)


_CLOSING = {
    HandoffState.RESOLVED: _resolved,
    HandoffState.RETURNED: _returned,
    HandoffState.ABANDONED: _abandoned,
}
