"""PostgreSQL over asyncpg: row locks give each customer to one worker, LISTEN/NOTIFY carries the bell.

Used by `open_memory`. Any number of processes may share one database.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import asyncpg
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from memory.bell import Bell
from memory.errors import CannotOpen
from memory.sql.engine import Clock, Database, T, Tx, to_json
from memory.sql.holdings import HOLDINGS
from memory.sql.schema import upgrade
from memory.sql.trouble import told

CHANNEL = "threadkeeper"
POOL = {"pool_size": 10, "max_overflow": 10, "pool_timeout": 30, "pool_pre_ping": True}
"""Connections: a turn holds one for as long as it lasts. Four processes, with what else each needs, get along with the
hundred that a PostgreSQL has unless told otherwise. Seconds.
"""

DEADLOCK = "40P01"
DEADLOCKS = 3

RECONNECT_AFTER = 1.0
"""Seconds between attempts to listen again when the server went away."""

_SHARE = "SELECT pg_advisory_lock_shared($1::int, $2::int)"
_NOTIFY = sa.text("SELECT pg_notify(:channel, :topics)")
_log = structlog.get_logger(__name__)


class PostgresDatabase(Database):
    """A PostgreSQL database, shared with other processes."""

    def __init__(self, url: sa.URL, *, clock: Clock) -> None:
        self.clock = clock
        self.engine = create_async_engine(url, json_serializer=to_json, **POOL)
        # Marks are made while a turn holds a connection of the first pool: from one pool that could lock up.
        self._marks = create_async_engine(
            url,
            json_serializer=to_json,
            pool_size=2,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args={"server_settings": {"synchronous_commit": "off"}},
        )

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run work that changes nothing."""
        return await self.write(work)

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run work and commit it; once more where PostgreSQL ended it to resolve a deadlock."""
        for _ in range(DEADLOCKS):
            try:
                return await self._write(work)
            except sa.exc.DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != DEADLOCK:
                    raise
        return await self._write(work)

    async def _write(self, work: Callable[[Tx], T]) -> T:
        with told():
            async with self.engine.begin() as connection:
                return await self.run(connection, work)

    async def mark(self, work: Callable[[Tx], T]) -> T:
        """Run work and commit it without waiting for the disk."""
        with told():
            async with self._marks.begin() as connection:
                return await self.run(connection, work)

    async def run(self, connection: AsyncConnection, work: Callable[[Tx], T]) -> T:
        """Run work in a transaction that is open already; its rings go out with the commit."""

        def _work(conn: sa.Connection) -> T:
            tx = Tx(conn, now=self.clock(), postgres=True)
            result = work(tx)
            if tx.topics:
                tx.run(_NOTIFY, {"channel": CHANNEL, "topics": "\n".join(sorted(tx.topics))})
            return result

        return await connection.run_sync(_work)

    async def scrub(self) -> None:
        """Vacuum, so that rows that are dead to everybody leave the tables."""
        async with self.engine.connect() as connection:
            free = await connection.execution_options(isolation_level="AUTOCOMMIT")
            for table in HOLDINGS:
                await free.execute(sa.text(f"VACUUM {table.name}"))

    async def close(self) -> None:
        """Close all connections."""
        await self._marks.dispose()
        await self.engine.dispose()


async def migrate(url: sa.URL) -> None:
    """Bring a database to the newest schema, once even if several processes start. Raises CannotOpen, SchemaTooNew."""
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        await _reach(engine)
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


async def _reach(engine: AsyncEngine) -> None:
    try:
        async with engine.connect():
            pass
    except (OSError, asyncio.TimeoutError, asyncpg.PostgresError) as exc:
        raise CannotOpen(str(exc) or "it did not answer in time") from exc


class Listener:
    """Keeps one connection that hears every process's rings and shows, by a lock, that this process lives."""

    def __init__(self, url: sa.URL, *, bell: Bell) -> None:
        self._engine = create_async_engine(url, poolclass=NullPool)
        self._bell = bell
        self._ready = asyncio.Event()
        self._lost = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.process_id = secrets.randbits(62)
        self._joined: set[tuple[int, int]] = set()
        self._joining = asyncio.Lock()
        self._driver: Any = None

    async def join(self, of: int, key: int) -> None:
        """Keep an advisory lock that others may share, as long as this process lives."""
        async with self._joining:
            if (of, key) in self._joined:
                return
            if self._driver is not None:
                await self._driver.execute(_SHARE, of, key)
            self._joined.add((of, key))  # without a connection: with the next one

    async def start(self) -> None:
        """Return once rings are heard."""
        self._task = asyncio.create_task(self._listen(), name="memory-doorbell")
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({self._task, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self._task.done():
            self._task.result()

    async def close(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._engine.dispose()

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (OSError, sa.exc.SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                if not self._ready.is_set():
                    raise
                _log.warning("doorbell.disconnected", error=type(error).__name__)
            await asyncio.sleep(RECONNECT_AFTER)

    async def _listen_once(self) -> None:
        self._lost.clear()
        async with self._engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            driver.add_termination_listener(lambda _connection: self._lost.set())
            await driver.execute("SELECT pg_advisory_lock($1)", self.process_id)
            async with self._joining:
                for of, key in self._joined:
                    await driver.execute(_SHARE, of, key)
                self._driver = driver
            await driver.add_listener(CHANNEL, self._hear)
            if self._ready.is_set():
                self._bell.ring_all()  # rings may have been missed meanwhile
            self._ready.set()
            await self._lost.wait()
            self._driver = None
            await connection.invalidate()

    def _hear(self, _connection: Any, _pid: int, _channel: str, topics: object) -> None:
        self._bell.ring(str(topics).split("\n"))
