"""The contract suite runs over three memories: in dictionaries, in a SQLite file, in a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from memory.fakes import FakeMemory
from memory.sql import open_memory
from tests.conftest import HandClock
from tests.contract.memory.talk import Talk


@pytest.fixture(params=["fakes", "sqlite", "postgres"])
async def talk(request: pytest.FixtureRequest, clock: HandClock, tmp_path: Path) -> AsyncIterator[Talk]:
    """A memory with somebody who talks to it."""
    if request.param == "fakes":
        yield Talk(FakeMemory(clock=clock), clock)
        return
    url = f"sqlite:///{tmp_path}/memory.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    async with open_memory(url, clock=clock) as memory:
        yield Talk(memory, clock)
