"""The real server for a measurement, and connections to it. Called by the measurements that load one."""

from __future__ import annotations

import asyncio
import sys
import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import sqlalchemy as sa

from benchmarks.processes import cpu_seconds, free_port, process, rss_mb
from bot.settings import PROJECT


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers customers: where, and in which processes."""

    base: str
    pids: Sequence[int]

    def memory_mb(self) -> float:
        """What all of its processes use, in MB (10⁶ bytes)."""
        return sum(rss_mb(pid) for pid in self.pids)

    def cpu_seconds(self) -> float:
        """What all of its processes have used of processors so far."""
        return sum(cpu_seconds(pid) for pid in self.pids)


@asynccontextmanager
async def serving(folder: Path, *, workers: int = 0) -> AsyncIterator[Served]:
    """A server of its own, ready and without a limit for all together.

    One process over SQLite in `folder`; or, with `workers`, so many of them and a gateway over a PostgreSQL of its own.
    """
    with ExitStack() as stack:
        if not workers:
            started = [_started(stack, folder, "all", database_url(folder))]
        else:
            url = stack.enter_context(own_postgres(folder / "postgres"))()
            roles = ["gateway", *(f"worker-{number}" for number in range(workers))]
            started = [_started(stack, folder, role, url) for role in roles]
        for base, _ in started:
            await _until_ready(base)
        yield Served(started[0][0], [pid for _, pid in started])


def _started(stack: ExitStack, folder: Path, name: str, url: str) -> tuple[str, int]:
    """Where a process answers, and its id; it ends with the stack."""
    port = free_port()
    given = {
        "PORT": str(port),
        "DATABASE_URL": url,
        "SHOP_PATH": str(folder / "shop.sqlite"),
        "ALL_PER_MINUTE": "0",
        "SESSION_SECRET": "for this measurement only, as long as it has to be",
        "IDENTITY_SECRET": "for this measurement only, and another one",
        "ROLE": name.partition("-")[0],
    }
    env = {f"THREADKEEPER_{key}": value for key, value in given.items()}
    command = [sys.executable, "-m", "bot", "serve"]
    server = stack.enter_context(process(command, cwd=PROJECT, env=env, log=folder / f"{name}.log"))
    return f"http://127.0.0.1:{port}", server.pid


def database_url(folder: Path) -> str:
    """Where the memory of a single process is."""
    return f"sqlite+aiosqlite:///{folder / 'memory.sqlite'}"


@contextmanager
def own_postgres(folder: Path) -> Iterator[Callable[[], str]]:
    """A server of our own with its defaults; gives URLs of new databases."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the runtime folder of the user
        import pgserver

        server = pgserver.get_server(folder, cleanup_mode="stop")
    numbers = count(1)

    def new_database() -> str:
        name = f"measured_{next(numbers)}"
        server.psql(f"CREATE DATABASE {name}")
        url = sa.make_url(server.get_uri(name)).set(drivername="postgresql+asyncpg")
        return url.render_as_string(hide_password=False)

    try:
        yield new_database
    finally:
        server.cleanup()


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
