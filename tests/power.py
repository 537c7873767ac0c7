"""The power of a real server, which is cut with SIGKILL and comes back. For the tests of kills."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path

from tests.server import START_SECONDS, Server

GLANCE = 0.001
"""Seconds between two looks into a database for the moment to cut the power."""
WAITING = "SELECT 1 FROM inbox WHERE handled_at IS NULL"


class Power:
    """The server's power, which is cut and comes back."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.on = asyncio.Event()
        self.on.set()
        self.cuts = 0

    async def is_cut(self, moment: Awaitable[None]) -> None:
        """Cut it at this moment; return when the server answers again."""
        await self._ends(moment)
        await self._begins(loaded=True)

    async def is_cut_twice(self, moment: Awaitable[None]) -> None:
        """Cut it, and once more when a message has been taken while the model is still being loaded."""
        await self._ends(moment)
        await self._begins(loaded=False)
        await self._ends(seen(WAITING, self.server.folder / "memory.sqlite"))
        await self._begins(loaded=True)

    async def _ends(self, moment: Awaitable[None]) -> None:
        await moment
        self.on.clear()
        self.server.kill()
        self.cuts += 1

    async def _begins(self, *, loaded: bool) -> None:
        self.server.start(wait=False)
        await asyncio.to_thread(self.server.until_ready if loaded else self.server.until_live)
        self.on.set()


async def seen(rows: str, database: Path) -> None:
    """Return as soon as a query finds something in a database that another process writes."""
    deadline = time.monotonic() + START_SECONDS
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        while connection.execute(rows).fetchone() is None:
            assert time.monotonic() < deadline, f"never seen: {rows}"
            await asyncio.sleep(GLANCE)
