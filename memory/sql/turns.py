"""Hands waiting messages to turns, one customer at a time. Called by the turn's workers.

On SQLite the process remembers who is claimed and a turn's writes are one short transaction at its end; on PostgreSQL
the customer's row is locked and the turn is one transaction, so that any number of workers may share the work.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.model import CustomerId, Inbound, InboxId, Outcome, Thread, Ways
from memory.sql import tables as t
from memory.sql.commit import commit_turn
from memory.sql.engine import Tx
from memory.sql.postgres import PostgresDatabase
from memory.sql.sqlite import SqliteDatabase
from memory.sql.thread import Waiting, read_waiting
from memory.sql.trouble import told

_OLDEST = sa.select(t.inbox.c.customer_id).where(t.inbox.c.handled_at.is_(None)).order_by(t.inbox.c.id).limit(1)
_OLDEST_FREE = _OLDEST.where(t.inbox.c.customer_id.not_in(sa.bindparam("held", expanding=True)))
_begun = t.inbox.alias("begun")
_NOT_BEGUN = ~sa.exists().where(
    _begun.c.customer_id == t.inbox.c.customer_id, _begun.c.handled_at.is_(None), _begun.c.attempts > 0
)
_OLDEST_UNLOCKED = (
    sa.select(t.customers.c.customer_id)
    .join(t.inbox, t.inbox.c.customer_id == t.customers.c.customer_id)
    .where(t.inbox.c.handled_at.is_(None))
    .order_by(t.inbox.c.id)
    .limit(1)
    .with_for_update(of=t.customers, key_share=True, skip_locked=True)
)
_TRIED = (
    sa.update(t.inbox)
    .where(t.inbox.c.customer_id == sa.bindparam("the_customer"), t.inbox.c.id == sa.bindparam("inbox_id"))
    .values(attempts=t.inbox.c.attempts + 1)
)

Commit = Callable[[Waiting, Outcome], Awaitable[None]]


class SqlClaimedTurn:
    """One message, held for one turn."""

    def __init__(self, waiting: Waiting, commit: Commit) -> None:
        self._waiting = waiting
        self._commit = commit
        self.committed = False

    @property
    def inbox_id(self) -> InboxId:
        """Whose turn it is."""
        return self._waiting.inbox_id

    @property
    def inbound(self) -> Inbound:
        """What arrived."""
        return self._waiting.inbound

    @property
    def thread(self) -> Thread:
        """What is known of its customer."""
        return self._waiting.thread

    @property
    def attempt(self) -> int:
        """1 at the first try."""
        return self._waiting.attempts + 1

    async def commit(self, outcome: Outcome) -> None:
        """Write everything or nothing. Raises OwnerChanged."""
        if self.committed:
            raise RuntimeError("a turn is committed once")
        await self._commit(self._waiting, outcome)
        self.committed = True


def _tried(tx: Tx, waiting: Waiting) -> None:
    """Count the attempt when it begins: a turn that kills its process can't count afterwards."""
    tx.run(_TRIED, {"the_customer": waiting.thread.customer.id, "inbox_id": waiting.inbox_id})


class Begun:
    """Lets those whose turn was begun before have theirs one at a time, while others go on beside them.

    A message that ends its process takes with it whatever was in hand. Tried again together, all of them would soon
    have been tried too often; one by one, only the one it is.
    """

    def __init__(self) -> None:
        self.has_its_turn = False

    def lets(self, waiting: Waiting) -> bool:
        """Whether this one may have its turn now; if it was begun before, no other one may until it is over."""
        if waiting.attempts and self.has_its_turn:
            return False
        self.has_its_turn = self.has_its_turn or waiting.attempts > 0
        return True

    def over(self, waiting: Waiting) -> None:
        """A turn has ended."""
        if waiting.attempts:
            self.has_its_turn = False


class SqliteTurns:
    """Claims kept in the process that owns the file."""

    def __init__(self, *, database: SqliteDatabase, ways: Ways) -> None:
        self._database = database
        self._ways = ways
        self._begun = Begun()

    @asynccontextmanager
    async def claim(self) -> AsyncIterator[SqlClaimedTurn | None]:
        """The next message of a customer whom nobody is busy with, or None."""
        waiting = await self._next()
        if waiting is None:
            yield None
            return
        turn = SqlClaimedTurn(waiting, self._commit)
        try:
            yield turn
        finally:
            self._begun.over(waiting)
            self._database.give_back([waiting.thread.customer.id], again=not turn.committed)

    async def _next(self) -> Waiting | None:
        holds = self._database.holds
        async with holds.choosing:
            held, begun_too = holds.held, not self._begun.has_its_turn
            waiting = await self._database.mark(lambda tx: _choose(tx, held, begun_too=begun_too))
            if waiting is not None:
                self._begun.lets(waiting)
                holds.take([waiting.thread.customer.id])
            return waiting

    async def _commit(self, waiting: Waiting, outcome: Outcome) -> None:
        await self._database.write(lambda tx: commit_turn(tx, waiting, outcome, self._ways))


def _choose(tx: Tx, held: frozenset[CustomerId], *, begun_too: bool) -> Waiting | None:
    oldest = _OLDEST_FREE if held else _OLDEST
    row = tx.first(oldest if begun_too else oldest.where(_NOT_BEGUN), {"held": list(held)} if held else None)
    if row is None:
        return None
    waiting = read_waiting(tx, CustomerId(row.customer_id))
    if waiting is not None:
        _tried(tx, waiting)
    return waiting


class PostgresTurns:
    """Claims are row locks, so any number of workers in any number of processes get along."""

    def __init__(self, *, database: PostgresDatabase, ways: Ways) -> None:
        self._database = database
        self._ways = ways
        self._begun = Begun()

    @asynccontextmanager
    async def claim(self) -> AsyncIterator[SqlClaimedTurn | None]:
        """The next message of a customer whom nobody is busy with, or None."""
        async with self._database.engine.connect() as connection:
            with told():
                waiting = await self._next(connection)
            if waiting is None:
                yield None
                return
            turn = SqlClaimedTurn(waiting, self._committing(connection))
            try:
                yield turn
            finally:
                self._begun.over(waiting)
                await connection.rollback()  # nothing, after a commit
                if not turn.committed:
                    await self._database.write(lambda tx: tx.ring("inbox"))

    async def _next(self, connection: AsyncConnection) -> Waiting | None:
        while True:
            begun_too = not self._begun.has_its_turn
            oldest = _OLDEST_UNLOCKED if begun_too else _OLDEST_UNLOCKED.where(_NOT_BEGUN)
            row = (await connection.execute(oldest)).first()
            if row is None:
                return None
            # Read anew: the first look may be from before another worker's commit.
            read = partial(read_waiting, customer_id=CustomerId(row.customer_id))
            waiting = await self._database.run(connection, read)
            if waiting is not None and self._begun.lets(waiting):
                return await self._counted(waiting)
            await connection.rollback()

    async def _counted(self, waiting: Waiting) -> Waiting:
        try:
            await self._database.mark(partial(_tried, waiting=waiting))
        except BaseException:
            self._begun.over(waiting)
            raise
        return waiting

    def _committing(self, connection: AsyncConnection) -> Commit:
        async def _commit(waiting: Waiting, outcome: Outcome) -> None:
            with told():
                await self._database.run(connection, lambda tx: commit_turn(tx, waiting, outcome, self._ways))
                await connection.commit()

        return _commit
