"""Where all who wait for a person stand, read once for all who want to know it. Used by the website's streams and by
`bot.desk.line_news`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.line import Line, Place
from memory.model import CustomerId, Handoff
from memory.ports import Places

FRESH_FOR: Final = 3.0
"""Seconds that a reading is good for: places change by the minute."""

AT_MOST_EVERY: Final = 60.0
"""Seconds between two news of a place: a line that flickers is no comfort, and screen readers read out each change."""

MUCH_LONGER: Final = timedelta(minutes=5)
"""By how much an estimate must have grown, and by half, to be news by itself."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who waits, and where."""

    handoff: Handoff
    place: Place


class Standings:
    """All who wait, by customer."""

    def __init__(
        self,
        *,
        line: Line,
        places: Places,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line = line
        self._places = places
        self._now = now
        self._clock = clock
        self._reading = asyncio.Lock()
        self._known: Mapping[CustomerId, Standing] = {}
        self._known_at: float | None = None

    async def of(self, customer_id: CustomerId) -> Standing | None:
        """Where a customer stands; None for who does not wait."""
        return (await self.all()).get(customer_id)

    async def all(self) -> Mapping[CustomerId, Standing]:
        """As it was within the last `FRESH_FOR` seconds."""
        async with self._reading:
            if self._known_at is None or self._clock() - self._known_at >= FRESH_FOR:
                self._known, self._known_at = await self._read(), self._clock()
            return self._known

    async def _read(self) -> Mapping[CustomerId, Standing]:
        placed = await self._line.places(await self._places.offered(), self._now())
        return {handoff.customer_id: Standing(handoff, place) for handoff, place in placed}


class Telling:
    """What one customer was told of their place, and whether it is time to tell them another."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: Place | None = None
        self._told_at: float | None = None

    def has_news(self, place: Place | None) -> bool:
        """Whether to tell this now; it counts as told then. That nobody is awaited any more is told at once."""
        if not self._is_news(place):
            return False
        self._told, self._told_at = place, self._clock()
        return True

    def _is_news(self, place: Place | None) -> bool:
        if place is None or self._told is None:
            return place is not self._told
        if self._told_at is not None and self._clock() - self._told_at < AT_MOST_EVERY:
            return False
        moved = (place.number, place.opens_at) != (self._told.number, self._told.opens_at)
        return moved or _grew(self._told.wait, place.wait)


def _grew(told: timedelta | None, wait: timedelta | None) -> bool:
    if told is None or wait is None:
        return False
    return wait - told >= MUCH_LONGER and wait >= 1.5 * told
