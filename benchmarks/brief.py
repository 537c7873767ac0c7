"""Times how long a brief takes to compose, from the database to the JSON that the desk's page gets.

Run by `uv run python -m benchmarks.brief`: among 500 customers with 400 messages each, for one of them and for one with
20,000 messages, on SQLite, with the orders of the sample shop.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import sqlalchemy as sa

from actions.shop.open import open_shop
from benchmarks.past import Crowd, write_past
from benchmarks.rows import in_database
from bot.bootstrap.shop_orders import ShopOrders
from bot.bootstrap.ways import WAYS
from bot.desk.contact_reasons import ContactReasons
from bot.desk.task_fields import TaskFields, Vocabulary
from bot.desk.views import conversation_view
from memory.model import Agent, AgentId, HandoffId, Role
from memory.sql import SqlMemory, open_memory
from memory.sql import tables as t

CROWDS: Final = (Crowd("usual", 500, 400), Crowd("long", 1, 20_000))
TIMES: Final = 200
BAR_MS: Final = 50.0
NOW: Final = datetime(2020, 2, 1, tzinfo=timezone.utc)
AGENT: Final = Agent(AgentId("mara"), "mara@fernhill.example", "Mara", Role.AGENT)


async def main() -> None:
    """Print the figures."""
    with TemporaryDirectory() as folder:
        async with opened(Path(folder)) as (memory, orders, url):
            for crowd in CROWDS:
                handoff_id = await in_database(url, lambda connection, crowd=crowd: handoff_of(connection, crowd))  # type: ignore[misc]
                taken = [await timed(memory, orders, handoff_id) for _ in range(TIMES)]
                print(f"{crowd.name} customer, {crowd.messages} messages: {figures(taken)}")


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[SqlMemory, ShopOrders, str]]:
    """A memory with the crowds' past, and the sample shop."""
    url = f"sqlite:///{folder / 'memory.sqlite'}"
    async with open_memory(url, clock=lambda: NOW, ways=WAYS) as memory:
        await in_database(url, lambda connection: write_past(connection, CROWDS))
        shop = await open_shop(folder / "shop.sqlite")
        gc.collect()
        gc.freeze()  # as a server does before it serves (bot/bootstrap/worker.py)
        yield memory, ShopOrders(shop), url
        await shop.close()


def handoff_of(connection: sa.Connection, crowd: Crowd) -> HandoffId:
    """One of the first customer of a crowd."""
    theirs = sa.select(t.handoffs.c.id).where(t.handoffs.c.customer_id == crowd.first)
    return HandoffId(str(connection.scalar(theirs.limit(1))))


async def timed(memory: SqlMemory, orders: ShopOrders, handoff_id: HandoffId) -> tuple[float, float]:
    """Milliseconds from the question to the JSON, by the clock and of the processor: others may use the machine too."""
    began, worked = time.perf_counter(), time.process_time()
    view = await memory.handoffs.view(handoff_id)
    lines = await orders.of(view.brief.customer)
    conversation_view(view, AGENT, None, lines, Vocabulary(ContactReasons({}), TaskFields())).model_dump_json()
    return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def figures(taken: Sequence[tuple[float, float]]) -> str:
    """Medians, 99 of 100 by the clock, and whether the bar is kept by it."""
    clock, work = zip(*taken, strict=True)
    p99 = statistics.quantiles(clock, n=100)[98]
    kept = "kept" if p99 < BAR_MS else "not kept"
    times = (
        f"p50 {statistics.median(clock):.1f} ms, p99 {p99:.1f} ms, of the processor {statistics.median(work):.1f} ms"
    )
    return f"{times}; the bar of {BAR_MS:.0f} ms is {kept}"


if __name__ == "__main__":
    asyncio.run(main())
