"""The real server for a measurement, and connections to it. Called by the measurements that load one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.processes import free_port, process, rss_mb
from bot.settings import PROJECT


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers customers: where, and in which process."""

    base: str
    pid: int

    def memory_mb(self) -> float:
        """What it uses with all of its processes, in MB (10⁶ bytes)."""
        return rss_mb(self.pid)


@asynccontextmanager
async def serving(folder: Path, settings: Mapping[str, str]) -> AsyncIterator[Served]:
    """A server of its own over SQLite in `folder`, ready; without a limit for all together."""
    port = free_port()
    given = {
        "PORT": str(port),
        "DATABASE_URL": database_url(folder),
        "SHOP_PATH": str(folder / "shop.sqlite"),
        "ALL_PER_MINUTE": "0",
        **settings,
    }
    env = {f"THREADKEEPER_{name}": value for name, value in given.items()}
    with process([sys.executable, "-m", "bot", "serve"], cwd=PROJECT, env=env, log=folder / "log") as server:
        base = f"http://127.0.0.1:{port}"
        await _until_ready(base)
        yield Served(base, server.pid)


def database_url(folder: Path) -> str:
    """Where its memory is."""
    return f"sqlite+aiosqlite:///{folder / 'memory.sqlite'}"


def connected(base: str, **more: Any) -> aiohttp.ClientSession:
    """A browser, or a caller of many customers."""
    return aiohttp.ClientSession(
        base,
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=3),
        timeout=aiohttp.ClientTimeout(total=120),
        **more,
    )


async def _until_ready(base: str) -> None:
    async with connected(base) as http:
        while True:
            try:
                async with http.get("/health/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)
