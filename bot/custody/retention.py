"""Lets customers go whose time has come. Runs in every gateway; memory sees to it that one at a time does the work."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import datetime, timezone

import structlog

from bot.rounds import make_rounds
from memory.ports import Custody

log = structlog.get_logger()

EVERY = 3600.0
"""Seconds between two looks; a customer's time is counted in months."""
AT_ONCE = 100
"""Customers erased before other work gets its turn again."""


class Retention:
    """Erases customers after `months` without contact; 0 keeps them for good."""

    def __init__(self, *, custody: Custody, months: int, clock: Callable[[], datetime]) -> None:
        self._custody = custody
        self._months = months
        self._clock = clock

    async def run(self) -> None:
        """Look now and every hour, until cancelled."""
        await make_rounds(self.sweep, every=EVERY, failed="retention_failed")

    async def sweep(self) -> int:
        """Let everybody go who is due; returns how many."""
        gone = 0
        while batch := await self._custody.expire(self._silent_since(), AT_ONCE):
            gone += batch
        if gone:
            log.info("customers_let_go", customers=gone)
        return gone

    def _silent_since(self) -> datetime:
        if self._months == 0:
            return datetime.min.replace(tzinfo=timezone.utc)
        return months_before(self._clock(), self._months)


def months_before(day: datetime, months: int) -> datetime:
    """The same day so many months earlier; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))
