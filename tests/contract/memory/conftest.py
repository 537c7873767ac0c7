"""The contract suite runs over three memories: in dictionaries, in a SQLite file, in a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import HandClock
from tests.contract.memory.plans import SqlitePlans, asked
from tests.contract.memory.talk import Talk
from tests.remembering import fake_memory, open_memory
from tests.sqlite import new_sqlite


@pytest.fixture(params=["fakes", "sqlite", "postgres"])
async def talk(request: pytest.FixtureRequest, clock: HandClock, tmp_path: Path) -> AsyncIterator[Talk]:
    """A memory with somebody who talks to it; on SQLite it must in the end have asked for nothing without an index."""
    if request.param == "fakes":
        yield Talk(fake_memory(clock=clock), clock)
        return
    sqlite = request.param == "sqlite"
    url = new_sqlite(tmp_path / "memory.db") if sqlite else request.getfixturevalue("postgres_url")
    async with open_memory(url, clock=clock) as memory:
        with asked() as statements:
            yield Talk(memory, clock)
    if sqlite:
        plans: SqlitePlans = request.getfixturevalue("sqlite_plans")
        assert plans.without_index(statements) == []


@pytest.fixture(scope="session")
def sqlite_plans(tmp_path_factory: pytest.TempPathFactory) -> SqlitePlans:
    """Files to look at plans in."""
    return SqlitePlans(tmp_path_factory.mktemp("plans"))
