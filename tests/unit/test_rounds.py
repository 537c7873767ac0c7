"""What looks again and again goes on, whatever a look comes to."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from bot.rounds import make_rounds


async def test_a_look_that_fails_is_told_and_the_next_one_is_made() -> None:
    looked, fails = asyncio.Event(), [True]

    async def look() -> None:
        if fails and fails.pop():
            raise OSError("away")
        looked.set()

    with capture_logs() as logs:
        task = asyncio.create_task(make_rounds(look, every=0, failed="news_failed"))
        await asyncio.wait_for(looked.wait(), 5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert [(each["event"], each["log_level"]) for each in logs] == [("news_failed", "error")]
