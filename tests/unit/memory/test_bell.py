"""A bell wakes who waits, remembers a ring, and never keeps anyone who is to end."""

from __future__ import annotations

import asyncio

import pytest

from memory.bell import Bell


async def test_a_ring_is_remembered_until_the_next_wait() -> None:
    bell = Bell()
    with bell.listen("inbox") as ring:
        bell.ring(["inbox", "inbox"])
        assert await ring.wait(0)
        assert not await ring.wait(0)
        bell.ring(["outbox"])
        assert not await ring.wait(0)


async def test_who_waits_is_woken() -> None:
    bell = Bell()
    with bell.listen("inbox") as ring:
        waiting = asyncio.create_task(ring.wait())
        await asyncio.sleep(0)
        bell.ring(["inbox"])
        assert await asyncio.wait_for(waiting, 10)


@pytest.mark.parametrize("timeout", [None, 60.0])
@pytest.mark.parametrize("steps_between", range(4))
async def test_who_is_ended_as_it_rings_ends(timeout: float | None, steps_between: int) -> None:
    bell = Bell()
    with bell.listen("inbox") as ring:
        waiting = asyncio.create_task(ring.wait(timeout))
        for _ in range(3):
            await asyncio.sleep(0)
        bell.ring(["inbox"])
        for _ in range(steps_between):
            await asyncio.sleep(0)
        if waiting.cancel():
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(waiting, 10)
