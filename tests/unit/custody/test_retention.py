"""Whose time has come is let go, by a clock that the tests turn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timezone

import pytest
import structlog
from structlog.testing import capture_logs

from bot.custody.retention import Retention, months_before
from memory.fakes import FakeMemory
from memory.model import Address, Inbound, Outcome, Proof, Reply
from tests.conftest import HandClock
from tests.remembering import fake_memory


async def said_hello(memory: FakeMemory, chat: str) -> None:
    await memory.inbox.accept(Inbound(Address("telegram", chat), f"m-{chat}", "hello", Proof.PLATFORM))
    async with memory.turns.claim() as turn:
        assert turn is not None
        await turn.commit(Outcome([Reply("hello")]))


async def test_a_customer_is_kept_for_as_long_as_is_set_and_no_longer(clock: HandClock) -> None:
    memory = fake_memory(clock=clock)
    retention = Retention(custody=memory.custody, months=24, clock=clock)
    await said_hello(memory, "1")
    clock.now = clock.now.replace(year=clock.now.year + 2)
    assert await retention.sweep() == 0
    clock.advance(seconds=1)
    assert await retention.sweep() == 1


@pytest.fixture
def everything_is_logged() -> Iterator[None]:
    """Whoever loaded a model in this process before has silenced all but warnings."""
    was_configured, before = structlog.is_configured(), structlog.get_config()
    structlog.reset_defaults()
    yield
    if was_configured:
        structlog.configure(**before)


@pytest.mark.usefixtures("everything_is_logged")
async def test_a_thousand_go_in_batches(clock: HandClock) -> None:
    memory = fake_memory(clock=clock)
    for number in range(250):
        await said_hello(memory, str(number))
    clock.advance(days=40)
    with capture_logs() as logs:
        assert await Retention(custody=memory.custody, months=1, clock=clock).sweep() == 250
    assert logs == [{"event": "customers_let_go", "customers": 250, "log_level": "info"}]


async def test_without_a_limit_customers_are_kept_for_good(clock: HandClock) -> None:
    memory = fake_memory(clock=clock)
    await said_hello(memory, "1")
    clock.advance(days=20_000)
    assert await Retention(custody=memory.custody, months=0, clock=clock).sweep() == 0


async def test_a_database_that_is_away_does_not_end_it(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = fake_memory(clock=clock)
    await said_hello(memory, "1")
    clock.advance(days=40)
    looked = asyncio.Event()
    expire, away = memory.custody.expire, [OSError("the database is away")]

    async def flaky(silent_since: datetime, limit: int) -> int:
        if away:
            raise away.pop()
        looked.set()
        return await expire(silent_since, limit)

    monkeypatch.setattr(memory.custody, "expire", flaky)
    monkeypatch.setattr("bot.custody.retention.EVERY", 0)
    with capture_logs() as logs:
        running = asyncio.create_task(Retention(custody=memory.custody, months=1, clock=clock).run())
        await asyncio.wait_for(looked.wait(), 10)
        running.cancel()
    assert logs[0]["event"] == "retention_failed"


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [((2030, 3, 31), 1, (2030, 2, 28)), ((2030, 1, 15), 24, (2028, 1, 15)), ((2032, 2, 29), 12, (2031, 2, 28))],
)
def test_months_are_those_of_the_calendar(day: tuple[int, int, int], months: int, before: tuple[int, int, int]) -> None:
    utc = timezone.utc
    assert months_before(datetime(*day, tzinfo=utc), months) == datetime(*before, tzinfo=utc)
