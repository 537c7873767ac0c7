"""Keeps the hours of this process equal to what was set at the desk last. Run by `bot.bootstrap` in every process."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from bot.hours import InvalidHolidays, InvalidHours, InvalidZone, SupportHours, Timetable
from memory.ports import Doorbell, HoursBook

LOOK_AGAIN: Final = 30.0
"""Seconds after which to look though nothing rang."""

log = structlog.get_logger()


class FreshHours:
    """What the operator wrote counts until an admin sets something else at the desk."""

    def __init__(self, *, book: HoursBook, doorbell: Doorbell, hours: SupportHours) -> None:
        self._book = book
        self._doorbell = doorbell
        self._hours = hours

    async def run(self) -> None:
        """Go on until cancelled; a database that is away for a moment is asked again."""
        with self._doorbell.listen("hours") as bell:
            while True:
                try:
                    await self.look()
                except Exception:
                    log.exception("hours_not_read")
                    await asyncio.sleep(1)
                await bell.wait(timeout=LOOK_AGAIN)

    async def look(self) -> None:
        """Let what was set last count from now on."""
        for kept in await self._book.latest(1):
            if kept.written != self._hours.timetable.written:
                try:
                    self._hours.timetable = Timetable.read(kept.written)
                except (InvalidHours, InvalidHolidays, InvalidZone):
                    log.exception("hours_not_readable")  # a zone that this machine does not know
