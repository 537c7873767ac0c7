"""Everything that was said. Read by the channels that are asked (web, REST) and by the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from memory.model import Author, Button, Cursor, CustomerId, DeliveryState, InboxId, Message, attached_from
from memory.rules import LOOKED_THROUGH
from memory.sql import tables as t
from memory.sql.engine import Database, Tx

_m = t.messages.c
SAID = sa.select(t.messages, t.outbox.c.state.label("delivery"), t.outbox.c.reason).outerjoin(
    t.outbox, sa.and_(t.outbox.c.customer_id == _m.customer_id, t.outbox.c.number == _m.number)
)
"""Messages with what became of them on channels that are pushed to."""

_OF_CUSTOMER = SAID.where(_m.customer_id == sa.bindparam("customer_id"))
_AFTER = (
    _OF_CUSTOMER.where(_m.number > sa.bindparam("cursor"))
    .order_by(_m.number)
    .limit(sa.bindparam("count", type_=sa.Integer))
)
_BEFORE = (
    _OF_CUSTOMER.where(_m.number < sa.bindparam("cursor"))
    .order_by(_m.number.desc())
    .limit(sa.bindparam("count", type_=sa.Integer))
)
_REPLIES = _OF_CUSTOMER.where(_m.reply_to == sa.bindparam("inbox_id")).order_by(_m.number)
_NUMBERED = _OF_CUSTOMER.where(_m.number == sa.bindparam("number"))
_last = sa.select(t.customers.c.last_number).where(t.customers.c.customer_id == sa.bindparam("customer_id"))
_LOOKED_THROUGH = _OF_CUSTOMER.where(_m.number > _last.scalar_subquery() - LOOKED_THROUGH)

BEYOND_ALL = 2**62


class SqlTranscript:
    """The customer's messages by number, across channels."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def after(self, customer_id: CustomerId, cursor: Cursor, limit: int) -> Sequence[Message]:
        """The messages with a number above `cursor`, oldest first, at most `limit`."""
        values = {"customer_id": customer_id, "cursor": cursor, "count": limit}
        return await self._database.read(lambda tx: _messages(tx, _AFTER, values))

    async def before(self, customer_id: CustomerId, cursor: Cursor | None, limit: int) -> Sequence[Message]:
        """The last `limit` messages below `cursor` (None: the newest), oldest first."""
        return await self._database.read(lambda tx: latest(tx, customer_id, cursor, limit))

    async def holding(self, customer_id: CustomerId, words: Sequence[str], limit: int) -> Sequence[Message]:
        """The last `limit` messages that hold one of the words, in any case, oldest first."""
        return await self._database.read(lambda tx: holding(tx, customer_id, words, limit))


def latest(tx: Tx, customer_id: CustomerId, cursor: Cursor | None, limit: int) -> Sequence[Message]:
    """The last messages below `cursor`, oldest first."""
    below = BEYOND_ALL if cursor is None else cursor
    return _messages(tx, _BEFORE, {"customer_id": customer_id, "cursor": below, "count": limit})[::-1]


def replies_to(tx: Tx, customer_id: CustomerId, inbox_id: InboxId) -> Sequence[Message]:
    """What a turn answered, in order."""
    return _messages(tx, _REPLIES, {"customer_id": customer_id, "inbox_id": inbox_id})


def message_numbered(tx: Tx, customer_id: CustomerId, number: int) -> Message | None:
    """One message."""
    row = tx.first(_NUMBERED, {"customer_id": customer_id, "number": number})
    return None if row is None else message_from(row)


def _messages(tx: Tx, statement: sa.Select[Any], values: dict[str, Any]) -> Sequence[Message]:
    return [message_from(row) for row in tx.run(statement, values)]


def message_from(row: Any) -> Message:
    """A row of `SAID` as a value."""
    return Message(
        customer_id=CustomerId(row.customer_id),
        number=Cursor(row.number),
        author=Author(row.author),
        channel=row.channel,
        text=row.text,
        at=row.at,
        buttons=buttons_from(row.buttons),
        custom=row.custom,
        payload=row.payload,
        client_id=row.client_id,
        agent_name=row.agent_name,
        delivery=DeliveryState(row.delivery) if row.delivery else None,
        reason=row.reason,
        attachments=tuple(attached_from(kept) for kept in row.attachments or ()),
    )


def buttons_from(stored: Sequence[Sequence[str]] | None) -> tuple[Button, ...]:
    """Buttons as values; stored as pairs of title and payload."""
    return tuple(Button(title, payload) for title, payload in stored or ())


def buttons_to(buttons: Sequence[Button]) -> list[tuple[str, str]] | None:
    """Buttons as stored."""
    return [(button.title, button.payload) for button in buttons] or None


def holding(tx: Tx, customer_id: CustomerId, words: Sequence[str], limit: int) -> Sequence[Message]:
    """The last `limit` messages that hold one of the words, in any case, oldest first."""
    holds = sa.or_(sa.false(), *(_m.text.icontains(word, autoescape=True) for word in words))
    found = _LOOKED_THROUGH.where(holds).order_by(_m.number.desc()).limit(limit)
    return _messages(tx, found, {"customer_id": customer_id})[::-1]
