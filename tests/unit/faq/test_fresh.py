"""What answers customers follows memory and the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.faq.fresh import LOOK_AGAIN, FreshFaq, seconds_to_next_change
from memory.model import FaqRecord
from tests.conftest import HandClock
from tests.remembering import fake_memory

WRAP = FaqRecord("wrap", "wrap gifts", (), "Yes.")


class Stage:
    """A memory, and what was handed to the search."""

    def __init__(self, clock: HandClock) -> None:
        self.memory = fake_memory(clock=clock)
        self.used: asyncio.Queue[Sequence[FaqRecord]] = asyncio.Queue()
        self.fresh = FreshFaq(entries=self.memory.faq, doorbell=self.memory.doorbell, use=self.used.put, clock=clock)

    async def ids(self) -> list[str]:
        return [record.id for record in await asyncio.wait_for(self.used.get(), 10)]


@pytest.fixture
async def stage(clock: HandClock) -> Stage:
    return Stage(clock)


async def test_an_edit_is_used_as_soon_as_it_rings(stage: Stage) -> None:
    ready = asyncio.Event()
    running = asyncio.create_task(stage.fresh.run(ready.set))
    assert await stage.ids() == []
    await asyncio.wait_for(ready.wait(), 10)

    await stage.memory.faq.save([WRAP], by="Mara")
    assert await stage.ids() == ["wrap"]
    await stage.memory.faq.delete("wrap", by="Mara")
    assert await stage.ids() == []
    running.cancel()


async def test_an_entry_is_used_in_its_time_only(stage: Stage, clock: HandClock) -> None:
    begin, end = clock.now + timedelta(seconds=3), clock.now + timedelta(days=1)
    await stage.memory.faq.save([FaqRecord("sale", "sale?", (), "Yes.", valid_from=begin, valid_until=end)], by="Mara")

    assert await stage.fresh.look() == 3
    assert await stage.ids() == []
    clock.now = begin
    assert await stage.fresh.look() == LOOK_AGAIN
    assert await stage.ids() == ["sale"]
    clock.now = end
    await stage.fresh.look()
    assert await stage.ids() == []


async def test_what_has_not_changed_is_not_handed_over_again(stage: Stage) -> None:
    await stage.memory.faq.save([WRAP], by="Mara")
    await stage.fresh.look()
    await stage.fresh.look()

    assert stage.used.qsize() == 1


def test_the_next_change_is_the_nearest_time_ahead(clock: HandClock) -> None:
    def entry(start: float, end: float) -> FaqRecord:
        times = [clock.now + timedelta(seconds=seconds) for seconds in (start, end)]
        return FaqRecord("x", "x", (), "x", valid_from=times[0], valid_until=times[1])

    assert seconds_to_next_change([entry(-9, 30), entry(20, 40), entry(-9, -5)], clock.now) == 20
    assert seconds_to_next_change([WRAP, entry(-9, 0)], clock.now) == float("inf")
