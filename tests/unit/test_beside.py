"""Work side by side ends together, and whoever is told to end may finish what is in hand."""

from __future__ import annotations

import asyncio

import pytest

from bot.beside import side_by_side


class Work:
    """Goes on until it is told to end, and then finishes something that takes a few rounds."""

    def __init__(self) -> None:
        self.told = 0
        self.finished = False

    async def run(self) -> None:
        """Go on."""
        try:
            await asyncio.Event().wait()
        finally:
            try:
                for _ in range(20):
                    await asyncio.sleep(0)
            except asyncio.CancelledError:
                self.told += 1
            self.finished = self.told == 0


async def fails(after: Work) -> None:
    await asyncio.sleep(0)
    assert not after.finished
    raise LookupError("nothing is there")


async def test_when_one_fails_the_others_finish_and_the_failure_is_raised() -> None:
    work = Work()
    with pytest.raises(LookupError, match="nothing is there"):
        await side_by_side(work.run(), fails(work))
    assert work.finished


async def test_who_is_told_to_end_finishes_though_another_ends_at_once() -> None:
    work, quick = Work(), asyncio.Event()
    together = asyncio.create_task(side_by_side(work.run(), _until(quick), nested()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    together.cancel()
    with pytest.raises(asyncio.CancelledError):
        await together
    assert work.finished


async def nested() -> None:
    """Others within: what is told to the outer ones comes to the inner ones once, too."""
    inner = Work()
    try:
        await side_by_side(inner.run(), _until(asyncio.Event()))
    finally:
        assert inner.finished


async def _until(event: asyncio.Event) -> None:
    await event.wait()
