"""On SQLite the process knows by itself when nothing waits, and never believes it of a message that does."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from memory.fakes import FakeMemory
from memory.model import CustomerId, Outcome, Reply
from memory.sql import SqlMemory
from tests.conftest import HandClock
from tests.contract.memory.talk import Talk
from tests.remembering import open_memory
from tests.sqlite import new_sqlite

CUSTOMERS, EACH = 7, 30


@contextmanager
def looks() -> Iterator[Counter[str]]:
    """Counts the looks into the inbox."""
    counted: Counter[str] = Counter()

    def count(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        counted["looks"] += statement.startswith("SELECT inbox.customer_id")

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        yield counted
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)


async def test_who_looks_only_when_the_bell_rings_misses_nothing(tmp_path: Path, clock: HandClock) -> None:
    handled: Counter[str] = Counter()
    dice = random.Random(0)
    everything = asyncio.Event()

    async def write(talk: Talk, sender: int) -> None:
        for number in range(EACH):
            await talk.hear(f"{number}", ("telegram", f"{sender}"))
            await spend(talk.memory, CustomerId("nobody"))

    async def spend(memory: SqlMemory | FakeMemory, customer_id: CustomerId) -> None:
        """Take a while, as turns and their ends do, in which others go on."""
        for _ in range(dice.randrange(4)):
            await memory.transcript.before(customer_id, None, 5)

    async def work(memory: SqlMemory) -> None:
        with memory.doorbell.listen("inbox") as ring:
            while True:
                while await take(memory):
                    pass
                await ring.wait()

    async def take(memory: SqlMemory) -> bool:
        async with memory.turns.claim() as turn:
            if turn is None:
                return False
            await spend(memory, turn.thread.customer.id)
            if dice.random() < 0.9:
                await turn.commit(Outcome(replies=[Reply("ok")]))
                handled[turn.inbound.address.id] += 1
            await spend(memory, turn.thread.customer.id)
        if handled.total() == CUSTOMERS * EACH:
            everything.set()
        return True

    async with open_memory(new_sqlite(tmp_path / "m.db"), clock=clock) as memory:
        clock.advance(seconds=10)  # the process lives: nothing is held back any more
        workers = [asyncio.create_task(work(memory)) for _ in range(4)]
        await asyncio.gather(*(write(Talk(memory, clock), sender) for sender in range(CUSTOMERS)))
        await asyncio.wait_for(everything.wait(), timeout=30)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    assert handled == {f"{sender}": EACH for sender in range(CUSTOMERS)}


async def test_one_message_is_looked_for_twice(tmp_path: Path, clock: HandClock) -> None:
    async with open_memory(new_sqlite(tmp_path / "m.db"), clock=clock) as memory:
        clock.advance(seconds=10)
        talk = Talk(memory, clock)
        await talk.hear("hello")
        with looks() as counted:
            async with memory.turns.claim() as turn, memory.turns.claim() as other:
                assert turn is not None
                assert other is None
                await turn.commit(Outcome())
            async with memory.turns.claim() as after:
                assert after is None
        assert counted["looks"] == 2, "when it is claimed, and with its commit"


async def test_what_another_process_put_in_is_found_soon(
    tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_sqlite(tmp_path / "m.db")
    async with open_memory(url, clock=clock) as memory, open_memory(url, clock=clock) as command_line:
        async with memory.turns.claim() as turn:
            assert turn is None
        await Talk(command_line, clock).hear("hello")
        monkeypatch.setattr("memory.sql.turns._Known.LASTS", 0.0)  # the moment is over
        async with memory.turns.claim() as turn:
            assert turn is not None
