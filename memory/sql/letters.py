"""What did not arrive or could not be handled, and what was done about it. Called by the desk.

As with replies, one statement on the row decides: whoever was quicker, an agent or a dispatcher, has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from memory.errors import AlreadySeenTo, PersonHasIt, UnknownLetter
from memory.model import (
    Address,
    AgentId,
    Author,
    Box,
    CustomerId,
    DeadLetter,
    HandoffId,
    LetterDeed,
    LetterDone,
    Pile,
)
from memory.rules import RETRIED, storable
from memory.sql import tables as t
from memory.sql.casework import open_handoff
from memory.sql.engine import Database, Tx
from memory.sql.outbox import mark_closed, waiting_again
from memory.sql.transcript import message_from

_o, _i, _m, _h, _c, _d = t.outbox.c, t.inbox.c, t.messages.c, t.handoffs.c, t.customers.c, t.letter_deeds.c
_NAME = sa.func.coalesce(_c.name, _c.email).label("customer_name")


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the boxes: what is dead in it (as its partial index has it), and where its rows have what letters tell."""

    table: sa.Table
    dead: sa.TextClause
    number: sa.ColumnElement[Any]
    given_up_at: sa.ColumnElement[Any]
    reason: sa.ColumnElement[Any]
    delivery: sa.ColumnElement[Any]

    def letters(self) -> sa.Select[Any]:
        """The latest ones, as many as `count`."""
        box = self.table.c
        return (
            sa.select(
                t.messages,
                self.delivery.label("delivery"),
                self.reason.label("reason"),
                box.id.label("letter_id"),
                box.attempts,
                self.given_up_at.label("given_up_at"),
                box.channel.label("way"),
                _NAME,
                _latest_handoff(box.customer_id).label("handoff_id"),
            )
            .select_from(self.table)
            .join(t.messages, sa.and_(_m.customer_id == box.customer_id, _m.number == self.number))
            .join(t.customers, _c.customer_id == box.customer_id)
            .where(self.dead)
            .order_by(self.given_up_at.desc(), box.id.desc())
            .limit(sa.bindparam("count", type_=sa.Integer))
        )

    def pile(self) -> sa.Select[Any]:
        """How many, and when the latest was given up."""
        return sa.select(sa.func.count(), sa.func.max(self.given_up_at)).select_from(self.table).where(self.dead)


def _latest_handoff(customer_id: sa.ColumnElement[str]) -> sa.ScalarSelect[str]:
    """The conversation with people in which an agent finds the letter's customer."""
    theirs = sa.select(_h.id).where(_h.customer_id == customer_id)
    return theirs.order_by(_h.requested_at.desc()).limit(1).scalar_subquery()


_SIDES: Mapping[Box, _Side] = {
    Box.OUT: _Side(
        t.outbox,
        sa.text("outbox.state IN ('failed', 'unknown') AND outbox.dismissed_at IS NULL"),
        _o.number,
        _o.settled_at,
        _o.reason,
        _o.state,
    ),
    Box.IN: _Side(
        t.inbox,
        sa.text("inbox.given_up_number IS NOT NULL AND inbox.dismissed_at IS NULL"),
        _i.given_up_number,
        _i.handled_at,
        _i.broke_with,
        sa.null(),
    ),
}
_LETTERS = {box: side.letters() for box, side in _SIDES.items()}
_PILES = [side.pile() for side in _SIDES.values()]
_DONE = (
    sa.select(
        _d.customer_id,
        _d.at,
        _d.deed,
        _d.channel,
        _d.why,
        sa.func.coalesce(t.agents.c.name, _d.agent_id).label("agent_name"),
        _NAME,
    )
    .select_from(t.letter_deeds)
    .join(t.customers, _c.customer_id == _d.customer_id)
    .outerjoin(t.agents, t.agents.c.agent_id == _d.agent_id)
    .order_by(_d.id.desc())
    .limit(sa.bindparam("count", type_=sa.Integer))
)


class SqlDeadLetters:
    """Rows of both boxes that are dead, and of what was done with them."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def pile(self) -> Pile:
        """How many there are, and when the latest came."""
        return await self._database.read(_pile)

    async def all(self, limit: int) -> Sequence[DeadLetter]:
        """The latest ones, the latest first."""
        return await self._database.read(lambda tx: _all(tx, limit))

    async def send_again(self, letter_id: int, by: AgentId) -> None:
        """Try one of ours exactly once more. Raises UnknownLetter, AlreadySeenTo, PersonHasIt."""
        await self._database.write(lambda tx: _send_again(tx, letter_id, by))

    async def dismiss(self, box: Box, letter_id: int, by: AgentId, why: str) -> None:
        """Nothing more is to be done with it. Raises UnknownLetter, AlreadySeenTo."""
        await self._database.write(lambda tx: _dismiss(tx, box, letter_id, (by, storable(why))))

    async def done(self, limit: int) -> Sequence[LetterDone]:
        """Who has done what with them, the latest first."""
        return await self._database.read(lambda tx: [_done(row) for row in tx.run(_DONE, {"count": limit}).mappings()])


def _pile(tx: Tx) -> Pile:
    piles = [tx.run(statement).one() for statement in _PILES]
    return Pile(sum(count for count, _ in piles), max((latest for _, latest in piles if latest), default=None))


def _all(tx: Tx, limit: int) -> Sequence[DeadLetter]:
    letters = [_letter(box, row) for box, statement in _LETTERS.items() for row in tx.run(statement, {"count": limit})]
    return sorted(letters, key=lambda letter: letter.at, reverse=True)[:limit]


def _letter(box: Box, row: Any) -> DeadLetter:
    return DeadLetter(
        box=box,
        id=row.letter_id,
        at=row.given_up_at,
        channel=row.way,
        message=message_from(row),
        attempts=row.attempts,
        reason=row.reason,
        customer_name=row.customer_name,
        handoff_id=HandoffId(row.handoff_id) if row.handoff_id else None,
    )


def _send_again(tx: Tx, letter_id: int, by: AgentId) -> None:
    row = _found(tx, Box.OUT, letter_id)
    customer_id = CustomerId(row.customer_id)
    tx.lock(customer_id)
    handoff = open_handoff(tx, customer_id)
    if row.author == Author.BOT.value and row.topic is None and handoff and handoff.state.owned_by_person:
        raise PersonHasIt(handoff.agent_name)
    _change(tx, Box.OUT, row, {**waiting_again(tx), "last_try": True})
    mark_closed(tx, customer_id, Address(row.channel, row.address_id), None)
    _note(tx, Box.OUT, row, (LetterDeed.SENT_AGAIN, by, None))
    tx.ring("outbox")


def _dismiss(tx: Tx, box: Box, letter_id: int, who_and_why: tuple[AgentId, str]) -> None:
    row = _found(tx, box, letter_id)
    _change(tx, box, row, {"dismissed_at": tx.now})
    _note(tx, box, row, (LetterDeed.DISMISSED, *who_and_why))


def _found(tx: Tx, box: Box, letter_id: int) -> Any:
    table = _SIDES[box].table
    row = tx.first(sa.select(table).where(table.c.id == letter_id))
    if row is None or (box is Box.IN and row.given_up_number is None):
        raise UnknownLetter
    return row


def _change(tx: Tx, box: Box, row: Any, values: dict[str, Any]) -> None:
    """Change the row if it is dead at this very moment, and not dismissed."""
    columns = _SIDES[box].table.c
    same = sa.and_(columns.customer_id == row.customer_id, columns.id == row.id, columns.dismissed_at.is_(None))
    if box is Box.OUT:
        same = sa.and_(same, _o.state.in_([state.value for state in RETRIED]))
    if tx.run(sa.update(_SIDES[box].table).where(same).values(**values)).rowcount == 0:
        raise AlreadySeenTo


def _note(tx: Tx, box: Box, row: Any, done: tuple[LetterDeed, AgentId, str | None]) -> None:
    deed, by, why = done
    place = {"customer_id": row.customer_id, "original_customer_id": row.original_customer_id, "channel": row.channel}
    kept = {"box": box.value, "letter_id": row.id, "deed": deed.value, "agent_id": by, "why": why, "at": tx.now}
    tx.run(sa.insert(t.letter_deeds), {**place, **kept, "id": tx.ids(t.letter_deeds)[0]})
    tx.ring("desk", f"customer:{row.customer_id}")


def _done(row: Any) -> LetterDone:
    return LetterDone(**{**row, "deed": LetterDeed(row["deed"])})
