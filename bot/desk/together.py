"""Reads once for everybody who wants to know at the same time. Used by the desk's streams."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """Shares readings: whoever asks gets one that began afterwards, and all who ask meanwhile get the same."""

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._reading = asyncio.Lock()
        self._next: asyncio.Task[T] | None = None

    async def fresh(self) -> T:
        """The reading. Raises what `read` raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._begin())
            self._next.add_done_callback(_heard)
        return await asyncio.shield(self._next)

    async def _begin(self) -> T:
        async with self._reading:
            self._next = None  # who asks from here on may know of something that this reading has not seen
            return await self._read()


def _heard(task: asyncio.Task[T]) -> None:
    """A failure that nobody waited for any more is no news."""
    if not task.cancelled():
        task.exception()
