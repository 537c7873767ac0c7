"""Rows of promises: made, found, and ended. Called by turns (`records`), handoffs and their briefs, and `promises`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from memory.model import (
    AgentId,
    Closing,
    Cursor,
    CustomerId,
    DeliveryState,
    NewPromise,
    Promise,
    PromiseId,
    PromiseState,
)
from memory.promises import THEY_LEFT, closed, owned_up
from memory.rules import COMES_BACK_WITHIN
from memory.sql import tables as t
from memory.sql.engine import Tx

_p, _o = t.promises.c, t.outbox.c

PROMISES = sa.select(t.promises, t.agents.c.name.label("owner_name")).outerjoin(
    t.agents, t.agents.c.agent_id == _p.owner
)
_OF_CUSTOMER = PROMISES.where(_p.customer_id == sa.bindparam("customer_id"))
_SHOWN = _OF_CUSTOMER.where(sa.or_(_p.closed_at.is_(None), _p.closed_at > sa.bindparam("since"))).order_by(
    _p.due_at, _p.id
)
_OWED = _OF_CUSTOMER.where(_p.closed_at.is_(None)).order_by(_p.due_at, _p.id).with_for_update(of=t.promises)
_WITHHOLD = (
    sa.update(t.outbox)
    .where(
        _o.customer_id == sa.bindparam("the_customer"),
        _o.number == sa.bindparam("told_in"),
        _o.state.in_([DeliveryState.PENDING.value, DeliveryState.HELD.value]),
    )
    .values(state=DeliveryState.WITHHELD.value, settled_at=sa.bindparam("now"), reason="it was dealt with meanwhile")
)


def promise_from(row: Any) -> Promise:
    """A row of `PROMISES` as a value."""
    return Promise(
        id=PromiseId(row.id),
        customer_id=CustomerId(row.customer_id),
        text=row.text,
        due_at=row.due_at,
        made_at=row.made_at,
        number=_cursor(row.number),
        owner=AgentId(row.owner),
        owner_name=row.owner_name,
        state=PromiseState(row.state),
        by_reply=row.by_reply,
        closed_at=row.closed_at,
        kept_in=_cursor(row.kept_number),
        why=row.why,
        reminded_at=row.reminded_at,
        tell_at=row.tell_at,
        told_in=_cursor(row.told_number),
        channel=row.channel,
    )


def add_promise(
    tx: Tx, customer_id: CustomerId, new: NewPromise, owner: AgentId, *, by_reply: bool = False
) -> PromiseId:
    """Write down what was promised; the list of the desk hears of it."""
    (row_id,) = tx.ids(t.promises)
    row = {"customer_id": customer_id, "id": row_id, "text": new.text, "due_at": new.due_at, "made_at": tx.now}
    tx.run(sa.insert(t.promises), {**row, "number": new.number, "owner": owner, "by_reply": by_reply})
    tx.ring(f"customer:{customer_id}", "desk")
    return PromiseId(row_id)


def shown_promises(tx: Tx, customer_id: CustomerId) -> Sequence[Promise]:
    """What a brief shows of them, the earliest due first."""
    rows = tx.run(_SHOWN, {"customer_id": customer_id, "since": tx.now - COMES_BACK_WITHIN})
    return [promise_from(row) for row in rows]


def keep_by_reply(tx: Tx, customer_id: CustomerId, number: int) -> None:
    """An agent has written: what the bot had promised of that is kept, and this message is the evidence."""
    for promise in _owed_by_reply(tx, customer_id):
        end_promise(tx, promise, Closing(number=Cursor(number)))


def drop_by_reply(tx: Tx, customer_id: CustomerId, why: str = THEY_LEFT, number: int | None = None) -> None:
    """The customer has left, or says so in the message of this number: nobody owes them a reply any more."""
    for promise in _owed_by_reply(tx, customer_id):
        end_promise(tx, promise, Closing(cancelled=True, number=_cursor(number), why=why))


def turn_to(tx: Tx, customer_id: CustomerId, channel: str) -> None:
    """The customer has chosen where they want to hear what the bot had promised."""
    for promise in _owed_by_reply(tx, customer_id):
        store_promise(tx, replace(promise, channel=channel))


def own_up(tx: Tx, customer_id: CustomerId, number: int) -> None:
    """The bot has admitted in this message what was broken: it needs no news of its own any more."""
    for promise in _owed(tx, customer_id):
        if (after := owned_up(promise, Cursor(number), tx.now)) is not None:
            store_promise(tx, after)


def end_promise(tx: Tx, promise: Promise, closing: Closing) -> Promise:
    """Close it; what was to tell of its being broken goes out no more. Raises IllegalPromiseMove."""
    after = closed(promise, closing, tx.now)
    store_promise(tx, after)
    if after.told_in is not None:
        tx.run(_WITHHOLD, {"the_customer": after.customer_id, "told_in": after.told_in, "now": tx.now})
    return after


def store_promise(tx: Tx, promise: Promise) -> None:
    """Write down what may change of it."""
    same = sa.and_(_p.customer_id == promise.customer_id, _p.id == promise.id)
    values = {"state": promise.state.value, "closed_at": promise.closed_at, "kept_number": promise.kept_in}
    values |= {"why": promise.why, "reminded_at": promise.reminded_at}
    values |= {"tell_at": promise.tell_at, "told_number": promise.told_in, "channel": promise.channel}
    tx.run(sa.update(t.promises).where(same).values(**values))
    tx.ring(f"customer:{promise.customer_id}", "desk")


def _owed_by_reply(tx: Tx, customer_id: CustomerId) -> Sequence[Promise]:
    return [promise for promise in _owed(tx, customer_id) if promise.by_reply]


def _owed(tx: Tx, customer_id: CustomerId) -> Sequence[Promise]:
    return [promise_from(row) for row in tx.run(_OWED, {"customer_id": customer_id}).all()]


def _cursor(number: int | None) -> Cursor | None:
    return None if number is None else Cursor(number)
