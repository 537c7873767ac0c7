"""Memory as tests have it: with the channels of this project."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from bot.bootstrap.ways import WAYS
from memory import sql
from memory.fakes import FakeMemory
from memory.sql import SqlMemory, store

Clock = Callable[[], datetime]


def fake_memory(*, clock: Clock) -> FakeMemory:
    """One that forgets."""
    return FakeMemory(clock=clock, ways=WAYS)


def open_memory(url: str, *, clock: Clock, code_key: bytes | None = None) -> AbstractAsyncContextManager[SqlMemory]:
    """A database, until the block ends."""
    return sql.open_memory(url, clock=clock, ways=WAYS, code_key=code_key)


async def start_memory(url: str, *, clock: Clock, code_key: bytes | None = None) -> SqlMemory:
    """A database that whoever asks closes."""
    return await store.start_memory(url, clock=clock, ways=WAYS, code_key=code_key)
