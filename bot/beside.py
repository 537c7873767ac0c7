"""Work side by side: long work in a thread of its own, and tasks that end together.

Used by `bot.bootstrap` and by the e-mail channel for its servers.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


async def beside(work: Callable[[], T]) -> T:
    """Run long work in a thread that the end of the process does not wait for, unlike one of asyncio's own."""
    result: Future[T] = Future()
    result.set_running_or_notify_cancel()  # else a wait that is given up leaves the thread nowhere to put its result

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as exc:  # noqa: BLE001 - handed to whoever waits
            result.set_exception(exc)

    threading.Thread(target=run, name="beside", daemon=True).start()
    return await asyncio.wrap_future(result)


async def side_by_side(*works: Awaitable[None]) -> None:
    """Run all until one fails or this is cancelled; the others are ended then, and waited for. Raises what failed."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        await ended(*tasks)  # each is told once: who has been told may take a while to finish what is in hand
    for task in done:
        task.result()


async def ended(*tasks: asyncio.Future[Any]) -> None:
    """Cancel tasks and return when all of them have ended, however they did."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
