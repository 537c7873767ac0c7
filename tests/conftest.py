"""What all tests may use: a clock of their own and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest

from tests.postgres import PostgresServer, postgres_server


class HandClock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = datetime(2030, 3, 14, 9, 0, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Let time pass: `clock.advance(minutes=5)`."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands still until it is advanced."""
    return HandClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The session's PostgreSQL."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    """A database with the newest schema and nothing in it."""
    return postgres.emptied()


@pytest.fixture
def empty_postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A new database without a schema."""
    with postgres.database() as url:
        yield url
