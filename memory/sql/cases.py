"""Rows of cases: finding, opening and moving them, each move kept as their history.

Called by the turn's commit (`records`), every turn (`thread`), handoffs (`casework`) and the brief.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from memory.model import Case, CaseMove, CaseState, CloseCase, CustomerId, Handoff, HandoffId, OpenCase
from memory.rules import COMES_BACK_WITHIN, KNOWN_CASES, PAST_CASES, check_case_move, storable
from memory.sql import tables as t
from memory.sql.engine import Tx

_c, _moves = t.cases.c, t.case_moves.c
_OF_CUSTOMER = sa.select(t.cases).where(_c.customer_id == sa.bindparam("customer_id"))
_NEWEST_FIRST = (_c.touched_at.desc(), _c.id.desc())
_OPEN = _OF_CUSTOMER.where(_c.closed_at.is_(None))
_CLOSED_SINCE = _OF_CUSTOMER.where(_c.closed_at > sa.bindparam("since"))
"""Neither is sorted by the database: asked to, SQLite reads all cases that the customer ever had, in that order."""
_TOLD = _OF_CUSTOMER.order_by(*_NEWEST_FIRST).limit(PAST_CASES)
_KEYED = _OF_CUSTOMER.where(_c.key == sa.bindparam("key"))
_ALONG = _OF_CUSTOMER.where(_c.handoff_id == sa.bindparam("handoff_id"))
_MOVES = (
    sa.select(t.case_moves)
    .where(
        _moves.customer_id == sa.bindparam("customer_id"),
        _moves.case_id.in_(sa.bindparam("case_ids", expanding=True)),
    )
    .order_by(_moves.id)
)


def known_cases(tx: Tx, customer_id: CustomerId) -> Sequence[Case]:
    """The open cases and those that may still come back, open ones first, of each the last touched first."""
    closed = tx.run(_CLOSED_SINCE, {"customer_id": customer_id, "since": tx.now - COMES_BACK_WITHIN})
    rows = [*open_cases(tx, customer_id), *_newest_first(closed)]
    return tuple(_case(row) for row in rows[:KNOWN_CASES])


def told_cases(tx: Tx, customer_id: CustomerId) -> Sequence[Case]:
    """The cases a brief tells, with their history, the last touched first."""
    rows = tx.run(_TOLD, {"customer_id": customer_id}).all()
    moves: dict[int, list[CaseMove]] = {}
    for row in tx.run(_MOVES, {"customer_id": customer_id, "case_ids": [row.id for row in rows]}):
        moves.setdefault(row.case_id, []).append(CaseMove(CaseState(row.to_state), row.at))
    return tuple(_case(row, moves.get(row.id, ())) for row in rows)


def open_cases(tx: Tx, customer_id: CustomerId) -> Sequence[Any]:
    """The rows of the open cases, the last touched first."""
    return _newest_first(tx.run(_OPEN, {"customer_id": customer_id}))


def _newest_first(rows: Iterable[Any]) -> Sequence[Any]:
    return sorted(rows, key=lambda row: (row.touched_at, row.id), reverse=True)


def cases_along(tx: Tx, handoff: Handoff) -> Sequence[Any]:
    """The rows of the cases that went along with a handoff and are not settled for good."""
    rows = tx.run(_ALONG, {"customer_id": handoff.customer_id, "handoff_id": handoff.id})
    return [row for row in rows if row.state == CaseState.HANDED_OVER.value]


def cases_ended_by(tx: Tx, handoff: Handoff) -> Sequence[Any]:
    """The rows of the cases that ended with a handoff and have stayed so."""
    rows = tx.run(_ALONG, {"customer_id": handoff.customer_id, "handoff_id": handoff.id})
    return [row for row in rows if row.state in {CaseState.SOLVED.value, CaseState.ABANDONED.value}]


def open_case(tx: Tx, customer_id: CustomerId, channel: str, record: OpenCase) -> None:
    """Begin a case or go on with it. Raises IllegalCaseMove."""
    known = _meant(tx, customer_id, record)
    if known is None:
        _insert(tx, customer_id, channel, record)
        return
    values = {"title": storable(record.title), "about": dict(record.about), "touched_at": tx.now}
    tx.run(_this(known).values(**values))
    if known.closed_at is not None and known.state != CaseState.HANDED_OVER.value:
        move_cases(tx, [known], CaseState.CAME_BACK)


def close_case(tx: Tx, customer_id: CustomerId, record: CloseCase) -> None:
    """End a case; nothing happens when there is none, or when it ended so before. Raises IllegalCaseMove."""
    known = _meant(tx, customer_id, record)
    if known is not None and known.state != record.state.value:
        move_cases(tx, [known], record.state, handoff_id=known.handoff_id)


def move_cases(tx: Tx, cases: Sequence[Any], to: CaseState, handoff_id: HandoffId | None = None) -> None:
    """Move these rows and write it down. Raises IllegalCaseMove."""
    for case in cases:
        check_case_move(CaseState(case.state), to)
        closed_at = None if to.is_open else tx.now
        tx.run(_this(case).values(state=to.value, closed_at=closed_at, touched_at=tx.now, handoff_id=handoff_id))
        side = {"customer_id": case.customer_id, "original_customer_id": case.original_customer_id}
        move = {"id": tx.ids(t.case_moves)[0], "case_id": case.id, "from_state": case.state, "to_state": to.value}
        tx.run(sa.insert(t.case_moves), {**side, **move, "at": tx.now})


def _meant(tx: Tx, customer_id: CustomerId, record: OpenCase | CloseCase) -> Any:
    if record.key is not None:
        return tx.first(_KEYED, {"customer_id": customer_id, "key": record.key})
    return next((case for case in open_cases(tx, customer_id) if case.topic == record.topic), None)


def _insert(tx: Tx, customer_id: CustomerId, channel: str, record: OpenCase) -> None:
    (case_id,) = tx.ids(t.cases)
    row = {
        "customer_id": customer_id,
        "id": case_id,
        "key": record.key or f"case-{case_id}",
        "topic": record.topic,
        "title": storable(record.title),
        "about": dict(record.about),
        "channel": channel,
        "opened_at": tx.now,
        "touched_at": tx.now,
        "state": CaseState.OPEN.value,
    }
    tx.run(sa.insert(t.cases), row)


def _this(case: Any) -> sa.Update:
    return sa.update(t.cases).where(_c.customer_id == case.customer_id, _c.id == case.id)


def _case(row: Any, moves: Sequence[CaseMove] = ()) -> Case:
    return Case(
        id=row.id,
        key=row.key,
        topic=row.topic,
        title=row.title,
        opened_at=row.opened_at,
        touched_at=row.touched_at,
        channel=row.channel,
        state=CaseState(row.state),
        closed_at=row.closed_at,
        about=row.about,
        moves=tuple(moves),
    )
