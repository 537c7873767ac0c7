"""The ledger of promises, and what happens when their times come. Called by the desk and its timekeeper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import sqlalchemy as sa

from memory.errors import UnknownCustomer, UnknownMessage, UnknownPromise
from memory.model import (
    AgentId,
    Author,
    Closing,
    HandoffId,
    NewPromise,
    Notice,
    Owed,
    Promise,
    PromiseId,
    PromiseState,
    Topic,
    Ways,
)
from memory.promises import MOST_OWED, is_to_tell, key_of_promise, lapsed, put_off, told
from memory.rules import storable
from memory.sql import tables as t
from memory.sql.casework import open_handoff
from memory.sql.engine import Database, T, Tx
from memory.sql.handoffs import found_handoff, written
from memory.sql.notices import NewNotice, notice_number, post_notice
from memory.sql.people import customer_from
from memory.sql.promise_rows import PROMISES, add_promise, end_promise, promise_from, store_promise
from memory.sql.transcript import message_numbered

_p, _h, _c = t.promises.c, t.handoffs.c, t.customers.c
_BY_ID = PROMISES.where(_p.id == sa.bindparam("promise_id"))
_LOCK = sa.select(_p.id).where(_p.id == sa.bindparam("promise_id")).with_for_update()
_latest_handoff = (
    sa.select(_h.id)
    .where(_h.customer_id == _p.customer_id)
    .order_by(_h.requested_at.desc())
    .limit(1)
    .correlate(t.promises)
    .scalar_subquery()
)
_LISTED = (
    PROMISES.join(t.customers, _c.customer_id == _p.customer_id)
    .add_columns(
        _c.subject,
        _c.name,
        _c.email,
        _c.created_at,
        _c.last_number,
        _c.renumbered,
        _c.valued,
        _latest_handoff.label("handoff_id"),
    )
    .where(_p.state.in_(sa.bindparam("states", expanding=True)))
    .order_by(_p.due_at, _p.id)
    .limit(MOST_OWED)
)
_SIDE = sa.select(t.messages.c.original_customer_id).where(
    t.messages.c.customer_id == sa.bindparam("customer_id"), t.messages.c.number == sa.bindparam("number")
)
_COMING = PROMISES.where(_p.state == PromiseState.OPEN.value, _p.due_at <= sa.bindparam("until"))
# As a literal, so that the partial index is used.
_UNTOLD = PROMISES.where(sa.text("tell_at IS NOT NULL"), _p.tell_at <= sa.bindparam("now"))


class SqlPromises:
    """Rows of promises, as agents see them."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def listed(self, states: Sequence[PromiseState], owner: AgentId | None = None) -> Sequence[Owed]:
        """Promises in these states (of this owner), the earliest due first."""
        return await self._database.read(lambda tx: _listed(tx, states, owner))

    async def find(self, promise_id: PromiseId) -> Promise:
        """Raises UnknownPromise."""
        return await self._database.read(lambda tx: _promise(tx, promise_id))

    async def record(self, handoff_id: HandoffId, by: AgentId, new: NewPromise) -> Promise:
        """Note what an agent has promised. Raises UnknownHandoff, UnknownMessage."""
        return await written(self._database, lambda tx: _record(tx, handoff_id, by, new))

    async def close(self, promise_id: PromiseId, closing: Closing) -> Promise:
        """End it. Raises UnknownPromise, IllegalPromiseMove, UnknownMessage."""
        return await written(self._database, lambda tx: _close(tx, promise_id, closing))


class SqlPromiseTimes:
    """Promises whose times come; each is looked at again in the transaction that counts."""

    def __init__(self, *, database: Database, ways: Ways) -> None:
        self._database = database
        self._ways = ways

    async def lapse(self, remind_before: timedelta) -> Sequence[Promise]:
        """Note what is to be reminded of, and what was broken."""
        coming = await self._database.read(lambda tx: _coming(tx, remind_before))
        made = [await self._each(one, lambda tx, promise: _lapse(tx, promise, remind_before)) for one in coming]
        return [promise for promise in made if promise is not None]

    async def untold(self) -> Sequence[Promise]:
        """The broken promises of which the customer is to be told now."""
        return await self._database.read(lambda tx: [promise_from(row) for row in tx.run(_UNTOLD, {"now": tx.now})])

    async def tell(self, promise_id: PromiseId, text: str) -> Notice | None:
        """Tell the customer that it was broken, unless they were told or it was kept meanwhile."""
        return await self._each(promise_id, lambda tx, promise: self._tell(tx, promise, text))

    async def _each(self, promise_id: PromiseId, work: Callable[[Tx, Promise], T | None]) -> T | None:
        """Do something with a promise that is locked; None when it has gone with its customer."""
        try:
            return await written(self._database, lambda tx: work(tx, _locked(tx, promise_id)))
        except (UnknownPromise, UnknownCustomer):
            return None

    def _tell(self, tx: Tx, promise: Promise, text: str) -> Notice | None:
        if not is_to_tell(promise, tx.now):
            return None
        handoff = open_handoff(tx, promise.customer_id)
        if handoff is not None and handoff.state.owned_by_person:
            store_promise(tx, put_off(promise, tx.now))
            return None
        key = key_of_promise(promise)
        new = NewNotice(Topic.PROMISES, storable(text), key, channel=promise.channel)
        notice = post_notice(tx, promise.customer_id, new, self._ways)
        store_promise(tx, told(promise, notice, notice_number(tx, promise.customer_id, key)))
        return notice


def _listed(tx: Tx, states: Sequence[PromiseState], owner: AgentId | None) -> Sequence[Owed]:
    listed = _LISTED if owner is None else _LISTED.where(_p.owner == owner)
    rows = tx.run(listed, {"states": [state.value for state in states]})
    return [
        Owed(promise_from(row), customer_from(row), HandoffId(row.handoff_id) if row.handoff_id else None)
        for row in rows
    ]


def _promise(tx: Tx, promise_id: PromiseId) -> Promise:
    row = tx.first(_BY_ID, {"promise_id": promise_id})
    if row is None:
        raise UnknownPromise
    return promise_from(row)


def _locked(tx: Tx, promise_id: PromiseId) -> Promise:
    """The promise, kept from others: first its customer (as merging does), then itself."""
    customer_id = _promise(tx, promise_id).customer_id
    tx.lock(customer_id)
    tx.stay(customer_id)
    tx.first(_LOCK, {"promise_id": promise_id})
    return _promise(tx, promise_id)  # by a statement of its own, which sees who was quicker


def _record(tx: Tx, handoff_id: HandoffId, by: AgentId, new: NewPromise) -> Promise:
    customer_id = found_handoff(tx, handoff_id, numbering=True).customer_id
    said = message_numbered(tx, customer_id, new.number)
    if said is None or said.author is not Author.AGENT:
        raise UnknownMessage
    new = NewPromise(storable(new.text), new.due_at, new.number)
    tx.side = tx.conn.scalar(_SIDE, {"customer_id": customer_id, "number": new.number})
    same = sa.select(_p.id).where(
        _p.customer_id == customer_id,
        _p.number == new.number,
        _p.text == new.text,
        _p.due_at == new.due_at,
    )
    known = tx.first(same)
    return _promise(tx, known.id if known else add_promise(tx, customer_id, new, by))


def _close(tx: Tx, promise_id: PromiseId, closing: Closing) -> Promise:
    promise = _locked(tx, promise_id)
    if closing.number is not None and message_numbered(tx, promise.customer_id, closing.number) is None:
        raise UnknownMessage
    return end_promise(tx, promise, closing)


def _coming(tx: Tx, within: timedelta) -> Sequence[PromiseId]:
    """Those for which a time has come; others that will be due soon have been reminded of."""
    soon = [promise_from(row) for row in tx.run(_COMING, {"until": tx.now + within})]
    return [promise.id for promise in soon if lapsed(promise, tx.now, within) is not None]


def _lapse(tx: Tx, promise: Promise, remind_before: timedelta) -> Promise | None:
    after = lapsed(promise, tx.now, remind_before)
    if after is not None:
        store_promise(tx, after)
    return after
