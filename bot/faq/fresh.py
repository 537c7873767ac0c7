"""Keeps what answers customers equal to what memory holds, as entries are edited and as their times come and go.

Run by `bot.bootstrap` in every process that takes turns.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from time import monotonic
from typing import Final

from memory.model import FaqRecord
from memory.ports import Doorbell, FaqEntries

LOOK_AGAIN: Final = 5.0
"""Seconds after which to look though nothing rang: over SQLite, no bell tells what `bot faq import` did."""
_LOOKING: Final = 0.01
"""Share of the time that looking may take at most; a large FAQ is looked at less often."""


class FreshFaq:
    """Hands the entries that are valid now to whoever answers."""

    def __init__(
        self,
        *,
        entries: FaqEntries,
        doorbell: Doorbell,
        use: Callable[[Sequence[FaqRecord]], Awaitable[None]],
        clock: Callable[[], datetime],
    ) -> None:
        self._entries = entries
        self._doorbell = doorbell
        self._use = use
        self._clock = clock
        self._used: Sequence[FaqRecord] | None = None

    async def run(self, ready: Callable[[], None]) -> None:
        """Go on until cancelled; call `ready` once the first entries are in use."""
        with self._doorbell.listen("faq") as bell:
            while True:
                pause = await self.look()
                ready()
                await bell.wait(timeout=pause)

    async def look(self) -> float:
        """Use what is valid now. Returns the seconds after which to look again at the latest."""
        begun = monotonic()
        records = await self._entries.all()
        spent = monotonic() - begun
        now = self._clock()
        valid = [record for record in records if record.is_valid_at(now)]
        if valid != self._used:
            await self._use(valid)
            self._used = valid
        return min(max(LOOK_AGAIN, spent / _LOOKING), seconds_to_next_change(records, now))


def seconds_to_next_change(records: Sequence[FaqRecord], now: datetime) -> float:
    """How long until an entry becomes valid or stops being so; infinite when none will."""
    times = (time for record in records for time in (record.valid_from, record.valid_until) if time is not None)
    return min(((time - now).total_seconds() for time in times if time > now), default=float("inf"))
