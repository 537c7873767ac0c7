"""Looks into the database from outside, as nobody in the product does: what waits, and what was on its way."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg

ARRIVED = "SELECT count(*) FROM inbox"
UNHANDLED = "SELECT count(*) FROM inbox WHERE handled_at IS NULL"
UNSENT = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'held')"
HANDLED = "SELECT count(*) FROM inbox WHERE handled_at IS NOT NULL"
ON_THEIR_WAY = "SELECT customer_id, number FROM outbox WHERE state = 'sending'"
LAST_OF_VISITORS = "SELECT last_address_id, last_number FROM customers WHERE last_channel = 'web'"
ROWS = "SELECT customer_id, number, state, attempts FROM outbox"


class Books(ABC):
    """A database that others write."""

    url: str

    @abstractmethod
    async def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        """What a query finds."""

    async def number(self, query: str) -> int:
        """The one number that a query finds; 0 before there are tables."""
        return sum(int(row[0]) for row in await self.rows(query))


class SqliteBooks(Books):
    """A file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite+aiosqlite:///{path}"

    async def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        """What a query finds; nothing before there is a file."""
        if not self.path.exists():
            return []
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30)) as connection:
            try:
                return connection.execute(query).fetchall()
            except sqlite3.OperationalError as exc:
                if "no such table" in str(exc):
                    return []
                raise


class PostgresBooks(Books):
    """A server's database."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        """What a query finds."""
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        except asyncpg.UndefinedTableError:
            return []
        finally:
            await connection.close()
