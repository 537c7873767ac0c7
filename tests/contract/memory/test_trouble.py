"""A full disk, a locked file, a database that may not be written to: said in so many words, and nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from memory.errors import MemoryUnavailable
from tests.conftest import HandClock
from tests.contract.memory.talk import Talk
from tests.remembering import open_memory
from tests.sqlite import new_sqlite

NO_LIMIT = 1_073_741_823
LONG = "x" * 200_000


@contextmanager
def pages(most: int) -> Iterator[None]:
    """Let no SQLite file grow beyond so many pages, or beyond its present size if that is more."""

    def limit(_conn: Any, cursor: Any, *_: Any) -> None:
        cursor.connection.execute(f"PRAGMA max_page_count = {most}")

    sa.event.listen(sa.Engine, "before_cursor_execute", limit)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", limit)


async def test_a_full_disk_is_named_and_the_message_is_kept_when_it_comes_again(
    tmp_path: Path, clock: HandClock
) -> None:
    async with open_memory(new_sqlite(tmp_path / "memory.db"), clock=clock) as memory:
        talk = Talk(memory, clock)
        ana = await talk.say("hello")
        lost = talk.inbound(LONG)
        with pages(1), pytest.raises(MemoryUnavailable, match="the disk is full"):
            await memory.inbox.accept(lost)
        with pages(NO_LIMIT):
            accepted = await memory.inbox.accept(lost)
        assert (accepted.customer_id, accepted.duplicate) == (ana, False)
        thread = await talk.answer("There you are.")
        assert thread.customer.id == ana


async def test_a_turn_that_finds_the_disk_full_is_taken_again(tmp_path: Path, clock: HandClock) -> None:
    async with open_memory(new_sqlite(tmp_path / "memory.db"), clock=clock) as memory:
        talk = Talk(memory, clock)
        await talk.hear("hello")
        with pages(1), pytest.raises(MemoryUnavailable, match="the disk is full"):
            await talk.answer(LONG)
        with pages(NO_LIMIT):
            await talk.answer("Hello.")
        said = await memory.transcript.before((await talk.hear()).customer_id, None, 10)
        assert [message.text for message in said] == ["hello", "Hello."]


async def test_a_file_that_another_process_holds_is_named_and_waited_for(
    tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("memory.sql.sqlite.BUSY_TIMEOUT_MS", 20)
    path = tmp_path / "memory.db"
    async with open_memory(new_sqlite(path), clock=clock) as memory:
        talk = Talk(memory, clock)
        message = talk.inbound("hello")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            known = await memory.identities.customer_for(message.address, message.proof)
            assert known is None, "who writes from here can be asked meanwhile"
            with pytest.raises(MemoryUnavailable, match="another process holds the database"):
                await memory.inbox.accept(message)
            other.execute("ROLLBACK")
        assert not (await memory.inbox.accept(message)).duplicate


@asynccontextmanager
async def read_only(url: str) -> AsyncIterator[None]:
    """A PostgreSQL that takes no writes, as a standby does, for every connection made meanwhile."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    name = sa.make_url(url).database

    async def do(*statements: str) -> None:
        async with engine.connect() as connection:
            for statement in statements:
                await connection.execute(sa.text(statement))

    others = (
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    )
    try:
        await do(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on', others)
        yield
        await do(
            "SET default_transaction_read_only = off",
            f'ALTER DATABASE "{name}" RESET default_transaction_read_only',
            others,
        )
    finally:
        await engine.dispose()


async def test_a_postgresql_that_takes_no_writes_is_named_and_nothing_is_lost(
    empty_postgres_url: str, clock: HandClock
) -> None:
    async with open_memory(empty_postgres_url, clock=clock) as memory:
        talk = Talk(memory, clock)
        message = talk.inbound("hello")
        async with read_only(empty_postgres_url):
            with pytest.raises(MemoryUnavailable, match="may not be written to"):
                await memory.inbox.accept(message)
        assert not (await memory.inbox.accept(message)).duplicate


async def test_a_mistake_of_ours_is_not_called_trouble(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "memory.db"
    async with open_memory(new_sqlite(path), clock=clock) as memory:
        with closing(sqlite3.connect(path)) as other:
            other.execute("ALTER TABLE inbox RENAME TO elsewhere")
        with pytest.raises(sa.exc.OperationalError, match="no such table"):
            await Talk(memory, clock).hear("hello")
