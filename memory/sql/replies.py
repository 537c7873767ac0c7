"""Agents' replies that are not with the customer yet: edited, taken back, sent again. Called by the desk.

Each is decided by one statement on the outbox row: whoever has it in hand, this transaction or a dispatcher's, wins.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from memory.errors import NotYours, TooLate, UnknownMessage
from memory.model import Address, AgentId, Author, Cursor, CustomerId, DeliveryState, HandoffId, Message
from memory.rules import RETRIED, WAITING_TO_GO, storable
from memory.sql import tables as t
from memory.sql.engine import Database, Tx
from memory.sql.handoffs import found_handoff, written
from memory.sql.outbox import mark_closed, waiting_again
from memory.sql.transcript import message_numbered
from memory.sql.words import gather_again

_o, _m = t.outbox.c, t.messages.c


class SqlReplies:
    """What agents have written, on its way."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def edit(self, handoff_id: HandoffId, by: AgentId, number: Cursor, text: str) -> Message:
        """Say it in other words. Raises UnknownHandoff, NotYours, UnknownMessage, TooLate."""
        return await written(self._database, lambda tx: _edit(tx, (handoff_id, by, number), storable(text)))

    async def withdraw(self, handoff_id: HandoffId, by: AgentId, number: Cursor) -> Message:
        """Take it back. Raises UnknownHandoff, NotYours, UnknownMessage, TooLate."""
        return await written(self._database, lambda tx: _withdraw(tx, (handoff_id, by, number)))

    async def retry(self, handoff_id: HandoffId, by: AgentId, number: Cursor) -> Message:
        """Send it again. Raises UnknownHandoff, NotYours, UnknownMessage, TooLate."""
        return await written(self._database, lambda tx: _retry(tx, (handoff_id, by, number)))


_Which = tuple[HandoffId, AgentId, Cursor]


def _edit(tx: Tx, which: _Which, text: str) -> Message:
    before = _found(tx, which)
    _settle(tx, before, WAITING_TO_GO, {"reason": None})
    tx.run(_this_message(before).values(text=text))
    gather_again(tx, before.customer_id)
    gather_again(tx, CustomerId(before.customer_id))
    return _told(tx, before)


def _withdraw(tx: Tx, which: _Which) -> Message:
    before = _found(tx, which)
    gone = {"state": DeliveryState.WITHDRAWN.value, "settled_at": tx.now, "reason": None}
    _settle(tx, before, WAITING_TO_GO, gone)
    tx.run(_this_message(before).values(text=""))
    gather_again(tx, before.customer_id)
    gather_again(tx, CustomerId(before.customer_id))
    return _told(tx, before)


def _retry(tx: Tx, which: _Which) -> Message:
    before = _found(tx, which)
    anew = {**waiting_again(tx), "attempts": 0, "last_try": False}
    _settle(tx, before, RETRIED, anew)
    row = tx.run(sa.select(_o.channel, _o.address_id).where(_row_of(before))).one()
    mark_closed(tx, before.customer_id, Address(row.channel, row.address_id), None)
    return _told(tx, before)


def _found(tx: Tx, which: _Which) -> Message:
    handoff_id, by, number = which
    handoff = found_handoff(tx, handoff_id, numbering=True)
    if not handoff.state.owned_by_person or handoff.agent_id != by:
        raise NotYours(handoff.agent_name)
    message = message_numbered(tx, handoff.customer_id, number)
    if message is None or message.author is not Author.AGENT:
        raise UnknownMessage
    return message


def _settle(tx: Tx, message: Message, states: frozenset[DeliveryState], values: dict[str, Any]) -> None:
    """Change the row if it is in one of these states at this very moment."""
    row = _row_of(message)
    allowed = _o.state.in_([state.value for state in states])
    if tx.run(sa.update(t.outbox).where(row, allowed).values(**values)).rowcount == 0:
        raise TooLate(_state_now(tx, message))


def _row_of(message: Message) -> sa.ColumnElement[bool]:
    return sa.and_(_o.customer_id == message.customer_id, _o.number == message.number)


def _state_now(tx: Tx, message: Message) -> DeliveryState | None:
    now = message_numbered(tx, message.customer_id, message.number)
    return now.delivery if now else None


def _this_message(message: Message) -> sa.Update:
    return sa.update(t.messages).where(_m.customer_id == message.customer_id, _m.number == message.number)


def _told(tx: Tx, before: Message) -> Message:
    tx.ring("outbox", "desk", f"customer:{before.customer_id}")
    message = message_numbered(tx, CustomerId(before.customer_id), before.number)
    assert message is not None
    return message
