"""SQLite: one writing thread, a few reading ones, each piece of work in a single hop. Used by `open_memory`.

One process owns the file, so who is busy with which customer is kept in the process (`Holds`).
Plain sqlite3 in threads of our own: through aiosqlite every statement is a hop, at five times the price a turn.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from typing import Any

import sqlalchemy as sa

from memory.bell import Bell
from memory.model import CustomerId
from memory.sql.engine import Clock, Database, MustHold, T, Tx, to_json
from memory.sql.trouble import told

BUSY_TIMEOUT_MS = 10_000
"""How long a write waits for another process (the CLI) that is writing."""

SCRUB_TIMEOUT = 0.2
"""Seconds that emptying the log of changes waits for readers; a backup may read for minutes. The next write retries."""

READERS = 2


class Holds:
    """The customers that somebody in this process is busy with."""

    def __init__(self) -> None:
        self._held: set[CustomerId] = set()
        self._waiters: list[asyncio.Future[None]] = []
        self.choosing = asyncio.Lock()
        """Whoever looks for a free customer keeps this until it is taken."""
        self.news = 0
        """Counts when a message may wait that could not be had before."""

    @property
    def held(self) -> frozenset[CustomerId]:
        """Who is busy now."""
        return frozenset(self._held)

    def take(self, customer_ids: Iterable[CustomerId]) -> None:
        """Hold customers known to be free."""
        self._held.update(customer_ids)

    def release(self, customer_ids: Iterable[CustomerId]) -> None:
        """Let go, and wake those who wait."""
        self._held.difference_update(customer_ids)
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    @asynccontextmanager
    async def hold(self, customer_ids: frozenset[CustomerId]) -> AsyncIterator[None]:
        """Wait until all are free, and hold them meanwhile."""
        while not await self._try_take(customer_ids):
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter
        try:
            yield
        finally:
            self.release(customer_ids)
            self.news += 1

    async def _try_take(self, customer_ids: frozenset[CustomerId]) -> bool:
        async with self.choosing:
            if not self._held.isdisjoint(customer_ids):
                return False
            self.take(customer_ids)
            return True


class SqliteDatabase(Database):
    """A SQLite file in WAL mode."""

    def __init__(self, path: str, *, clock: Clock, bell: Bell) -> None:
        self.clock = clock
        self._bell = bell
        self._path = path
        self._lingers = False
        self.holds = Holds()
        self._writes = _Access(path, synchronous="FULL")
        self._marks = _Access(path, synchronous="NORMAL")
        self._reads = _Access(path, synchronous="NORMAL", begin="BEGIN")
        self._glances = _Access(path, synchronous="NORMAL", begin="BEGIN", waits=False)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="memory-write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="memory-read")

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run work that changes nothing, beside the writer (WAL)."""
        loop = asyncio.get_running_loop()
        _, result = await loop.run_in_executor(self._readers, self._run, self._reads, work, frozenset())
        return result

    async def glance(self, work: Callable[[Tx], T]) -> T:
        """Run it here and now: to hand it to a thread and back takes longer, and a reader waits for no writer (WAL)."""
        with told(), self._glances.begin() as conn:
            return work(Tx(conn, now=self.clock(), postgres=False))

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run work and commit it to disk; waits for turns under way where the work must be alone."""
        held: frozenset[CustomerId] = frozenset()
        while True:
            try:
                if not held:
                    return await self._write(self._writes, work, held)
                async with self.holds.hold(held):
                    return await self._write(self._writes, work, held)
            except MustHold as needed:
                held |= needed.customer_ids

    async def mark(self, work: Callable[[Tx], T]) -> T:
        """Run work and commit it without waiting for the disk."""
        return await self._write(self._marks, work, frozenset())

    def give_back(self, customer_ids: Iterable[CustomerId], *, again: bool) -> None:
        """Let others have these customers; `again` when something of theirs waits still."""
        self.holds.release(customer_ids)
        if again:
            self._ring(["inbox"])

    async def scrub(self) -> None:
        """Empty the log of changes; what is deleted in the file itself is overwritten at once (secure_delete)."""
        await asyncio.get_running_loop().run_in_executor(self._writer, self._empty_log)

    async def close(self) -> None:
        """Finish what is under way and close the file."""
        for executor in (self._writer, self._readers):
            await asyncio.to_thread(executor.shutdown)
        for access in (self._glances, self._reads, self._marks, self._writes):
            await asyncio.to_thread(access.close)

    async def _write(self, by: _Access, work: Callable[[Tx], T], held: frozenset[CustomerId]) -> T:
        # Shielded: once begun it commits and rings even if nobody waits any more.
        return await asyncio.shield(asyncio.ensure_future(self._write_and_ring(by, work, held)))

    async def _write_and_ring(self, by: _Access, work: Callable[[Tx], T], held: frozenset[CustomerId]) -> T:
        loop = asyncio.get_running_loop()
        topics, result = await loop.run_in_executor(self._writer, self._run, by, work, held)
        self._ring(topics)
        return result

    def _ring(self, topics: Collection[str]) -> None:
        if "inbox" in topics:
            self.holds.news += 1
        self._bell.ring(topics)

    def _run(self, by: _Access, work: Callable[[Tx], T], held: frozenset[CustomerId]) -> tuple[set[str], T]:
        with told(), by.begin() as conn:
            tx = Tx(conn, now=self.clock(), postgres=False, held=held)
            result = work(tx)
        if tx.erases or self._lingers:
            self._empty_log()
        return tx.topics, result

    def _empty_log(self) -> None:
        """The log still holds pages as they were before; SQLite itself empties it only when it has grown."""
        with closing(sqlite3.connect(self._path, timeout=SCRUB_TIMEOUT)) as connection:
            (self._lingers, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


class _Access:
    """A way to the file: a connection for each thread that comes, kept, and how its transactions begin.

    To take one from a pool costs as much as a statement, and so, for each statement, does an event when one begins.
    """

    def __init__(self, path: str, *, synchronous: str, begin: str = "BEGIN IMMEDIATE", waits: bool = True) -> None:
        self._begin = begin
        self._engine = sa.create_engine(
            sa.URL.create("sqlite", database=path), json_serializer=to_json, connect_args={"check_same_thread": False}
        )
        self._of_thread = threading.local()
        self._open: list[sa.Connection] = []

        @sa.event.listens_for(self._engine, "connect")
        def _connected(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # the driver must not begin transactions of its own
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {synchronous}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS if waits else 0}")
            connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only unlinked

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction, committed at the end or rolled back."""
        connection = getattr(self._of_thread, "connection", None)
        if connection is None:
            connection = self._of_thread.connection = self._engine.connect()
            self._open.append(connection)
        with connection.begin():
            connection.exec_driver_sql(self._begin)
            yield connection

    def close(self) -> None:
        """Close the connections of all threads; none may be in use."""
        for connection in self._open:
            connection.close()
        self._engine.dispose()
