"""Conversations found by words, names and numbers. Called by the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from memory.model import CustomerId, HandoffId, HandoffOutcome, HandoffState, Message
from memory.ports import Course, Found
from memory.rules import asked_words, words_in
from memory.sql import tables as t
from memory.sql.engine import Database, Tx
from memory.sql.handoffs import read_queue
from memory.sql.transcript import holding

_w, _h = t.said_words.c, t.handoffs.c
_after = t.handoffs.alias("after")
_LATER = (
    sa.select(_after.c.id)
    .where(_after.c.customer_id == _h.customer_id, _after.c.requested_at > _h.requested_at)
    .correlate(t.handoffs)
    .exists()
)
"""A customer has one conversation: it is shown once, by the latest handoff."""
_LAST_SIGN = "\U0010ffff"
"""Sorts behind every other: so that a word is found by its beginning, by the index."""


class SqlSearch:
    """Looks words up."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def conversations(self, query: str, limit: int, *, before: HandoffId | None = None) -> Sequence[Found]:
        """The latest `limit` asked for before the handoff `before`, the newest first."""
        words = asked_words(query)
        if not words:
            return ()
        return await self._database.read(lambda tx: _found(tx, words, limit, before))

    async def courses(self, since: datetime, limit: int) -> Sequence[Course]:
        """How the last `limit` requests went that were made since then, the newest first."""
        return await self._database.read(lambda tx: _courses(tx, since, limit))


def _courses(tx: Tx, since: datetime, limit: int) -> Sequence[Course]:
    names = (_h.requested_at, _h.first_accepted_at, _h.closed_at, _h.state, _h.outcome, _h.asked_number, _h.solved)
    lately = sa.select(*names).where(_h.state.in_([state.value for state in HandoffState]), _h.requested_at >= since)
    return [
        Course(
            requested_at=row.requested_at,
            first_accepted_at=row.first_accepted_at,
            closed_at=row.closed_at,
            state=HandoffState(row.state),
            outcome=HandoffOutcome(row.outcome) if row.outcome else None,
            asked=row.asked_number is not None,
            solved=row.solved,
        )
        for row in tx.run(lately.order_by(_h.requested_at.desc()).limit(limit))
    ]


def _found(tx: Tx, words: Sequence[str], limit: int, before: HandoffId | None) -> Sequence[Found]:
    matching = sa.and_(*(_h.customer_id.in_(_with_word(word)) for word in words))
    matching_ids = sa.select(_h.id, _h.requested_at).where(matching, ~_LATER).cte("matching")
    ids, last = sa.select(matching_ids.c.id), None
    if before is not None:
        last = tx.first(sa.select(_h.requested_at, _h.id).where(_h.id == before))
    if last is not None:
        ids = ids.where(sa.tuple_(matching_ids.c.requested_at, matching_ids.c.id) < _place(last))
    newest = ids.order_by(matching_ids.c.requested_at.desc(), matching_ids.c.id.desc()).limit(limit)
    wanted = list(tx.run(newest).scalars())
    summaries = {each.handoff.id: each for each in read_queue(tx, list(HandoffState), wanted)} if wanted else {}
    return [
        Found(summary, _said(tx, summary.handoff.customer_id, words))
        for handoff_id in wanted
        if (summary := summaries.get(HandoffId(handoff_id))) is not None
    ]


def _place(row: Any) -> sa.Tuple:
    return sa.tuple_(sa.literal(row.requested_at, t.Utc), sa.literal(row.id, sa.Text))


def _with_word(word: str) -> sa.Select[tuple[str]]:
    return sa.select(_w.customer_id).where(_w.word >= word, _w.word < word + _LAST_SIGN)


def _said(tx: Tx, customer_id: CustomerId, words: Sequence[str]) -> Message | None:
    """The latest message that has most of the words; None where only the name has them."""
    held = holding(tx, customer_id, words, 50)
    counts = {message.number: sum(_has(message, word) for word in words) for message in held}
    best = [message for message in held if counts[message.number] == max(counts.values()) > 0]
    return best[-1] if best else None


def _has(message: Message, word: str) -> bool:
    return any(said.startswith(word) for said in words_in(message.text))
