"""Replies on their way to channels that are pushed to. Called by the outbox's dispatcher."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from memory.model import Address, Author, CustomerId, Delivery, DeliveryState, HandoffState
from memory.rules import BETWEEN_TWO, COME_BACK, JUST_ASKED, ONCE_A_PERSON_IS_DONE, RETRIED, storable
from memory.sql import tables as t
from memory.sql.engine import Database, Tx
from memory.sql.notices import wishes_of
from memory.sql.transcript import SAID, message_from

_o, _a = t.outbox.c, t.addresses.c
_PENDING: sa.ColumnElement[str] = sa.literal_column("'pending'")  # literal, so that the partial indexes are used
_SENDING: sa.ColumnElement[str] = sa.literal_column("'sending'")
_HELD: sa.ColumnElement[str] = sa.literal_column("'held'")
_earlier = t.outbox.alias("earlier")
_behind = t.outbox.alias("behind")
_AWAITED = sa.or_(
    _o.topic.is_(None),
    sa.exists().where(
        _behind.c.customer_id == _o.customer_id, _behind.c.topic.is_(None), sa.text("behind.state = 'pending'")
    ),
)
"""Answers, and what stands before one: whoever has just written does not wait for news to a thousand others."""
_last = t.outbox.alias("last")
_OTHERS_JUST_SENT = sa.exists().where(
    _last.c.customer_id == _o.customer_id,
    _last.c.id
    == sa.select(sa.func.max(_earlier.c.id))
    .where(_earlier.c.customer_id == _o.customer_id, _earlier.c.id < _o.id)
    .correlate(t.outbox)
    .scalar_subquery(),
    _last.c.channel == _o.channel,
    _last.c.address_id == _o.address_id,
    _last.c.settled_at > sa.bindparam("just_now"),
    _last.c.sender != sa.bindparam("by"),
)
"""Another process has just sent something to the same address; who sent it keeps the pace between two by itself."""
_DUE = (
    sa.select(_o.customer_id, _o.id, _o.author, _o.topic)
    .where(
        _o.state == _PENDING,
        _o.due_at <= sa.bindparam("now"),
        _o.channel.in_(sa.bindparam("channels", expanding=True)),
        ~sa.exists().where(
            _earlier.c.customer_id == _o.customer_id,
            _earlier.c.id < _o.id,
            sa.text("earlier.state IN ('pending', 'sending')"),
        ),
        ~_OTHERS_JUST_SENT,
    )
    .order_by(sa.case((_AWAITED, 0), else_=1), _o.due_at, _o.id)
    .limit(sa.bindparam("count", type_=sa.Integer))
    .with_for_update(of=t.outbox, skip_locked=True)
)
_TAKEN = (
    sa.update(t.outbox)
    .where(_o.customer_id == sa.bindparam("the_customer"), _o.id == sa.bindparam("the_id"))
    .values(state=DeliveryState.SENDING.value, attempts=_o.attempts + 1, sender=sa.bindparam("by"))
)
_WITH_A_PERSON = sa.and_(
    t.handoffs.c.closed_at.is_(None),
    t.handoffs.c.state.in_([HandoffState.ACCEPTED.value, HandoffState.ACTIVE.value]),
)
_OWNED = sa.exists().where(t.handoffs.c.customer_id == _o.customer_id, _WITH_A_PERSON)
_TAKEN_OVER = sa.select(t.handoffs.c.id).where(t.handoffs.c.customer_id == sa.bindparam("customer_id"), _WITH_A_PERSON)
_WITHHOLD = (
    sa.update(t.outbox)
    .where(
        _o.state == _PENDING,
        _o.due_at <= sa.bindparam("now"),
        _o.author == Author.BOT.value,
        _o.topic.is_(None),
        _OWNED,
    )
    .values(state=DeliveryState.WITHHELD.value, settled_at=sa.bindparam("now"), reason="a person had taken over")
)
_CLOSED = sa.select(_a.closed_why).where(
    _a.customer_id == _o.customer_id,
    _a.channel == _o.channel,
    _a.address_id == _o.address_id,
    _a.closed_why.is_not(None),
)
_FAIL = (
    sa.update(t.outbox)
    .where(_o.state == _PENDING, _o.due_at <= sa.bindparam("now"), _CLOSED.exists())
    .values(state=DeliveryState.FAILED.value, settled_at=sa.bindparam("now"), reason=_CLOSED.scalar_subquery())
)
_JUST_WROTE = sa.exists().where(
    t.customers.c.customer_id == _o.customer_id, t.customers.c.last_contact_at > sa.bindparam("lately")
)
_AWAKE = (
    sa.update(t.outbox)
    .where(
        _o.state == _HELD,
        sa.or_(_o.due_at <= sa.bindparam("now"), sa.and_(_o.author == Author.AGENT.value, _JUST_WROTE)),
    )
    .values(state=DeliveryState.PENDING.value, due_at=sa.bindparam("now"))
)
_LAST_CONTACT = sa.select(t.customers.c.last_contact_at).where(t.customers.c.customer_id == sa.bindparam("customer_id"))
_HOLD = (
    sa.update(t.outbox)
    .where(_o.customer_id == sa.bindparam("the_customer"), _o.id == sa.bindparam("the_id"))
    .values(state=DeliveryState.HELD.value, due_at=sa.bindparam("until"))
)
_TO_SEND = SAID.add_columns(
    _o.id, _o.attempts, _o.last_try, _o.channel.label("to_channel"), _o.address_id.label("to_address")
).where(_o.customer_id == sa.bindparam("the_customer"), _o.id == sa.bindparam("the_id"))
_FOUND = sa.select(_o.customer_id, _o.channel, _o.address_id).where(
    _o.id == sa.bindparam("the_id"), _o.state == _SENDING
)
_GOES = sa.select(_o.id).where(
    _o.id == sa.bindparam("the_id"),
    _o.state == _SENDING,
    sa.or_(_o.author != Author.BOT.value, _o.topic.is_not(None), ~_OWNED),
)
_ARRIVED = sa.select(_o.customer_id).where(
    _o.id == sa.bindparam("the_id"), _o.state.in_([state.value for state in COME_BACK])
)
_SENDERS = sa.select(_o.sender).where(_o.state == _SENDING).distinct()
_LIVES_NOT = sa.text("SELECT pg_try_advisory_xact_lock(:process_id)")


class SqlOutbox:
    """Rows written by turns and agents; `process_id` names this process in the rows it is sending."""

    def __init__(self, *, database: Database, process_id: int) -> None:
        self._database = database
        self._process_id = process_id
        self._seen_dead: frozenset[int | None] = frozenset()

    async def claim(self, channels: Sequence[str], limit: int) -> Sequence[Delivery]:
        """Due rows, at most one a customer and each customer's in order; they are `sending` now."""
        return await self._database.write(lambda tx: self._claim(tx, channels, limit))

    async def may_go(self, delivery_id: int) -> bool:
        """Whether a claimed row may still be sent."""
        return await self._database.read(lambda tx: tx.first(_GOES, {"the_id": delivery_id}) is not None)

    async def settle(
        self,
        delivery_id: int,
        state: DeliveryState,
        reason: str | None = None,
        retry_at: datetime | None = None,
        *,
        closes: bool = False,
    ) -> None:
        """What became of a claimed row. `pending` needs `retry_at`; other states are final; `closes` its address."""
        if state is DeliveryState.SENDING or (state is DeliveryState.PENDING) != (retry_at is not None):
            raise ValueError(f"a delivery can't be settled as {state.value} with retry_at={retry_at}")
        closed_why = reason if closes else None
        await self._database.write(lambda tx: _settle(tx, delivery_id, state, (reason, closed_why), retry_at))

    async def returned(self, delivery_id: int, reason: str) -> bool:
        """What had counted as sent has failed after all. False where nothing had been sent."""
        return await self._database.write(lambda tx: _returned(tx, delivery_id, reason))

    async def recover(self) -> int:
        """Rows left `sending` by a dead process become pending again."""
        return await self._database.write(self._recover)

    async def adopt(self) -> int:
        """Rows of others who were dead at the last look, too, become pending again; on SQLite there are no others."""
        dead, adopted = await self._database.write(self._adopt)
        self._seen_dead = dead
        return adopted

    def _claim(self, tx: Tx, channels: Sequence[str], limit: int) -> Sequence[Delivery]:
        tx.run(_AWAKE, {"now": tx.now, "lately": tx.now - JUST_ASKED})
        tx.run(_WITHHOLD, {"now": tx.now})
        if tx.run(_FAIL, {"now": tx.now}).rowcount:
            tx.ring("desk")
        here = {"channels": list(channels), "by": self._process_id}
        due = tx.run(_DUE, {**here, "now": tx.now, "just_now": tx.now - BETWEEN_TWO, "count": limit}).all()
        return [self._take(tx, CustomerId(row.customer_id), row.id) for row in due if not _is_held(tx, row)]

    def _take(self, tx: Tx, customer_id: CustomerId, row_id: int) -> Delivery:
        key = {"the_customer": customer_id, "the_id": row_id}
        tx.run(_TAKEN, {**key, "by": self._process_id})
        row = tx.first(_TO_SEND, key)
        address = Address(row.to_channel, row.to_address)
        return Delivery(row.id, customer_id, address, message_from(row), row.attempts, row.last_try)

    def _recover(self, tx: Tx) -> int:
        return _sent_again(tx, self._dead(tx))

    def _adopt(self, tx: Tx) -> tuple[frozenset[int | None], int]:
        dead = self._dead(tx) - {self._process_id} if tx.postgres else frozenset()
        surely = dead & self._seen_dead
        return dead, _sent_again(tx, surely) if surely else 0

    def _dead(self, tx: Tx) -> frozenset[int | None]:
        """Those who have rows in hand and live no more."""
        return frozenset(sender for sender in tx.run(_SENDERS).scalars() if self._is_dead(tx, sender))

    def _is_dead(self, tx: Tx, sender: int | None) -> bool:
        """A living process holds the lock of its id; SQLite's file has one process, which has just begun."""
        if not tx.postgres or sender is None:
            return True
        return bool(tx.conn.scalar(_LIVES_NOT, {"process_id": sender}))


def _sent_again(tx: Tx, senders: frozenset[int | None]) -> int:
    left = sa.update(t.outbox).where(_o.state == _SENDING, _o.sender.in_(senders))
    tx.ring("outbox")
    return tx.run(left.values(state=DeliveryState.PENDING.value, sender=None)).rowcount


def _is_held(tx: Tx, row: Any) -> bool:
    """Put off what the customer did not just ask for while they want quiet, and a notice while a person talks."""
    until = _quiet_until(tx, row)
    if until is not None:
        tx.run(_HOLD, {"the_customer": row.customer_id, "the_id": row.id, "until": until})
        tx.ring(f"customer:{row.customer_id}", "desk")
    return until is not None


def _quiet_until(tx: Tx, row: Any) -> datetime | None:
    if row.topic is None and row.author == Author.BOT.value:
        return None  # an answer
    customer_id = CustomerId(row.customer_id)
    if row.topic is not None:
        if tx.first(_TAKEN_OVER, {"customer_id": customer_id}) is not None:
            return tx.now + ONCE_A_PERSON_IS_DONE
    elif _just_wrote(tx, customer_id):
        return None
    return wishes_of(tx, customer_id).silent_until(tx.now)


def _just_wrote(tx: Tx, customer_id: CustomerId) -> bool:
    (last,) = tx.first(_LAST_CONTACT, {"customer_id": customer_id})
    return last is not None and last > tx.now - JUST_ASKED


def _settle(
    tx: Tx, delivery_id: int, state: DeliveryState, why: tuple[str | None, str | None], retry_at: datetime | None
) -> None:
    """`why` is the row's reason, and that for which its address is closed, if it is."""
    reason, closed_why = why
    found = tx.first(_FOUND, {"the_id": delivery_id})
    if found is None:
        return  # another process took this one for dead
    values: dict[str, Any] = {"state": state.value, "reason": reason, "settled_at": tx.now}
    if state is DeliveryState.PENDING:
        values |= {"sender": None, "settled_at": None, "due_at": retry_at}
    same = sa.and_(_o.customer_id == found.customer_id, _o.id == delivery_id)
    tx.run(sa.update(t.outbox).where(same).values(**values))
    if closed_why is not None:
        mark_closed(tx, CustomerId(found.customer_id), Address(found.channel, found.address_id), closed_why)
    tx.ring("outbox", f"customer:{found.customer_id}", *(["desk"] if state in RETRIED else []))


def waiting_again(tx: Tx) -> dict[str, Any]:
    """The values of a row that was given up and is sent again after all."""
    nothing_yet = dict.fromkeys(("settled_at", "reason", "dismissed_at"))
    return {"state": DeliveryState.PENDING.value, "due_at": tx.now, **nothing_yet}


def mark_closed(tx: Tx, customer_id: CustomerId, address: Address, why: str | None) -> None:
    """Let nothing go to an address, or (None) let things go there again."""
    same = sa.and_(_a.customer_id == customer_id, _a.channel == address.channel, _a.address_id == address.id)
    tx.run(sa.update(t.addresses).where(same).values(closed_why=why))


def _returned(tx: Tx, delivery_id: int, reason: str) -> bool:
    found = tx.first(_ARRIVED, {"the_id": delivery_id})
    if found is None:
        return False
    same = sa.and_(_o.customer_id == found.customer_id, _o.id == delivery_id)
    failed = {"state": DeliveryState.FAILED.value, "reason": storable(reason), "settled_at": tx.now}
    tx.run(sa.update(t.outbox).where(same).values(**failed))
    tx.ring(f"customer:{found.customer_id}", "desk")
    return True
