"""Hands waiting messages to turns, one customer at a time. Called by the turn's workers.

On SQLite the process remembers who is claimed and a turn's writes are one short transaction at its end; on PostgreSQL
the customer's row is locked and the turn is one transaction, so that any number of workers may share the work.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.model import CustomerId, Inbound, InboxId, Outcome, Thread, Ways
from memory.rules import fault_of
from memory.sql import tables as t
from memory.sql.commit import commit_turn
from memory.sql.engine import Clock, Database, Tx
from memory.sql.postgres import PostgresDatabase
from memory.sql.sqlite import Holds, SqliteDatabase
from memory.sql.thread import Waiting, read_waiting
from memory.sql.trouble import told

_OLDEST = sa.select(t.inbox.c.customer_id).where(t.inbox.c.handled_at.is_(None)).order_by(t.inbox.c.id).limit(2)
"""The first and, if there is one, another that may be had."""
_OLDEST_FREE = _OLDEST.where(t.inbox.c.customer_id.not_in(sa.bindparam("held", expanding=True)))
_begun = t.inbox.alias("begun")
_LESS_BEGUN = ~sa.exists().where(
    _begun.c.customer_id == t.inbox.c.customer_id,
    _begun.c.handled_at.is_(None),
    _begun.c.attempts > sa.bindparam("at_most"),
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

_BROKE = (
    sa.update(t.inbox)
    .where(t.inbox.c.customer_id == sa.bindparam("the_customer"), t.inbox.c.id == sa.bindparam("inbox_id"))
    .values(broke_with=sa.bindparam("fault"))
)

LIVES_AFTER = timedelta(seconds=3)
"""Of its life, after which a process is known to live without the messages that were in hand at the last deaths."""

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


async def _note_fault(database: Database, waiting: Waiting, broke: Exception | None) -> None:
    """Keep with the message what broke its turn, for whoever reads it when it is given up."""
    fault = fault_of(broke) if broke is not None else None
    if fault is not None:
        key = {"the_customer": waiting.thread.customer.id, "inbox_id": waiting.inbox_id}
        await database.mark(lambda tx: _broke(tx, {**key, "fault": fault}))


def _broke(tx: Tx, values: Mapping[str, Any]) -> None:
    tx.run(_BROKE, values)


class Begun:
    """Lets those whose turn was begun before have theirs one at a time, while others go on beside them.

    A message that ends its process takes with it whatever was in hand. Tried again together, all of them would soon
    have been tried too often; one by one, only the one it is. And what was in hand at two deaths waits until the
    process has lived for a while without it: else whatever ends processes as they begin would count against it.
    """

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._begins_at = clock()
        self.has_its_turn = False

    @property
    def at_most(self) -> int | None:
        """How often the turn of the next message may have been begun before; None: as often as may be."""
        if self.has_its_turn:
            return 0
        return 1 if self._clock() - self._begins_at < LIVES_AFTER else None

    def lets(self, waiting: Waiting) -> bool:
        """Whether this one may have its turn now; if it was begun before, no other one may until it is over."""
        if self.at_most is not None and waiting.attempts > self.at_most:
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
        self._begun = Begun(clock=database.clock)
        self._known = _Known(database.holds)

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
        except Exception as exc:
            await _note_fault(self._database, waiting, exc)
            raise
        finally:
            self._begun.over(waiting)
            self._database.give_back([waiting.thread.customer.id], again=not turn.committed)
            self._known.released(waiting.inbox_id)

    async def _next(self) -> Waiting | None:
        holds = self._database.holds
        async with holds.choosing:
            if self._known.that_nothing_waits:
                return None
            held, at_most, news = holds.held, self._begun.at_most, holds.news
            waiting, others = await self._database.mark(lambda tx: _choose(tx, held, at_most))
            if at_most is None and not others:
                self._known.nothing_waits(news)
            if waiting is not None:
                self._begun.lets(waiting)
                holds.take([waiting.thread.customer.id])
            return waiting

    async def _commit(self, waiting: Waiting, outcome: Outcome) -> None:
        """With a look at what may be had once this customer is free, so that there need not be another one then."""
        holds = self._database.holds
        held, news = holds.held - {waiting.thread.customer.id}, holds.news

        def work(tx: Tx) -> bool:
            commit_turn(tx, waiting, outcome, self._ways)
            return bool(_may_be_had(tx, held, None))

        if not await self._database.write(work):
            self._known.will_be(waiting.inbox_id, news)


class _Known:
    """That nothing can be had until there are news, so that the file is not asked three times a message.

    For a moment only: another process, the command line, may have put something in.
    """

    LASTS = 1.0
    """Seconds; fewer than after which a runner looks again."""

    def __init__(self, holds: Holds) -> None:
        self._holds = holds
        self._since: tuple[int, float] | None = None
        self._looks: dict[InboxId, int] = {}

    @property
    def that_nothing_waits(self) -> bool:
        """Whether that is known."""
        if self._since is None:
            return False
        news, at = self._since
        return news == self._holds.news and time.monotonic() - at < self.LASTS

    def nothing_waits(self, news: int) -> None:
        """A look has found nothing, begun when the news were so many."""
        self._since = news, time.monotonic()

    def will_be(self, inbox_id: InboxId, news: int) -> None:
        """The look of a turn has found nothing for when its customer is free."""
        self._looks[inbox_id] = news

    def released(self, inbox_id: InboxId) -> None:
        """The customer of a turn is free. What came while they were not, others who looked could not see."""
        if self._looks.pop(inbox_id, None) == self._holds.news:
            self.nothing_waits(self._holds.news)
        else:
            self._holds.news += 1


def _choose(tx: Tx, held: frozenset[CustomerId], at_most: int | None) -> tuple[Waiting | None, bool]:
    """A message to take, and whether there may be another."""
    rows = _may_be_had(tx, held, at_most)
    waiting = read_waiting(tx, CustomerId(rows[0].customer_id)) if rows else None
    if waiting is not None:
        _tried(tx, waiting)
    return waiting, len(rows) > 1


def _may_be_had(tx: Tx, held: frozenset[CustomerId], at_most: int | None) -> Sequence[Any]:
    oldest, values = (_OLDEST_FREE, {"held": list(held)}) if held else (_OLDEST, {})
    return tx.run(*_less_begun(oldest, values, at_most)).all()


def _less_begun(
    oldest: sa.Select[Any], values: Mapping[str, Any], at_most: int | None
) -> tuple[sa.Select[Any], Mapping[str, Any]]:
    """Only messages of customers none of whose was begun more often than that."""
    return (oldest, values) if at_most is None else (oldest.where(_LESS_BEGUN), {**values, "at_most": at_most})


class PostgresTurns:
    """Claims are row locks, so any number of workers in any number of processes get along."""

    def __init__(self, *, database: PostgresDatabase, ways: Ways) -> None:
        self._database = database
        self._ways = ways
        self._begun = Begun(clock=database.clock)

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
            broke: Exception | None = None
            try:
                yield turn
            except Exception as exc:
                broke = exc
                raise
            finally:
                self._begun.over(waiting)
                await connection.rollback()  # nothing, after a commit
                await _note_fault(self._database, waiting, broke)
                if not turn.committed:
                    await self._database.write(lambda tx: tx.ring("inbox"))

    async def _next(self, connection: AsyncConnection) -> Waiting | None:
        while True:
            row = (await connection.execute(*_less_begun(_OLDEST_UNLOCKED, {}, self._begun.at_most))).first()
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
