"""Long work in a thread of its own. Used by `bot.bootstrap` for the model and by the e-mail channel for its servers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

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
