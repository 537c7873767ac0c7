"""Reads once for everybody who wants to know at the same time. Used by the desk's streams."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """Shares readings: whoever asks gets one that began afterwards, and all who ask meanwhile get the same.

    After each it rests as long as it took, so that readings never take more than half of a processor.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[T]],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._read = read
        self._clock = clock
        self._sleep = sleep
        self._reading = asyncio.Lock()
        self._next: asyncio.Task[T] | None = None
        self._rested_at = clock()

    async def fresh(self) -> T:
        """The reading. Raises what `read` raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._begin())
            self._next.add_done_callback(_heard)
        return await asyncio.shield(self._next)

    async def _begin(self) -> T:
        async with self._reading:
            if (tired := self._rested_at - self._clock()) > 0:
                await self._sleep(tired)
            self._next = None  # who asks from here on may know of something that this reading has not seen
            begun = self._clock()
            try:
                return await self._read()
            finally:
                ended = self._clock()
                self._rested_at = ended + (ended - begun)


def _heard(task: asyncio.Task[T]) -> None:
    """A failure that nobody waited for any more is no news."""
    if not task.cancelled():
        task.exception()
