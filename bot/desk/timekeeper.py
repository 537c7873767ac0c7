"""Sees to promises whose time comes: reminds, marks as broken, and tells the customer. Run in every gateway.

Several gateways may do so at once, or be killed in the middle: each step is made in memory, once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.desk.reminders import Reminders
from bot.hours import SupportHours
from bot.rounds import make_rounds
from memory.model import Promise, PromiseState
from memory.ports import PromiseTimes

log = structlog.get_logger()

LOOK_EVERY: Final = 5.0
"""Seconds between two looks: promises are made by the minute."""


class Timekeeper:
    """Looks at the clock for the promises; `remind_before` is how long before its time its owner is reminded.

    With `reminders` those hear of it by e-mail, too, who are not at the desk.
    """

    def __init__(
        self,
        *,
        times: PromiseTimes,
        hours: SupportHours,
        remind_before: timedelta,
        clock: Callable[[], datetime],
        reminders: Reminders | None = None,
    ) -> None:
        self._times = times
        self._hours = hours
        self._remind_before = remind_before
        self._clock = clock
        self._reminders = reminders

    async def run(self) -> None:
        """Go on until cancelled."""
        await make_rounds(self.look, every=LOOK_EVERY, failed="timekeeper_failed")

    async def look(self) -> None:
        """Do what is due now."""
        for promise in await self._times.lapse(self._remind_before):
            event = "promise_broken" if promise.state is PromiseState.BROKEN else "promise_due_soon"
            log.info(event, promise=promise.id, owner=promise.owner)
            if self._reminders is not None:
                await self._reminders.tell(promise)
        for promise in await self._times.untold():
            notice = await self._times.tell(promise.id, self._news_of(promise))
            if notice is not None:
                log.info("promise_news", promise=promise.id, state=notice.state.value)

    def _news_of(self, promise: Promise) -> str:
        due = self._hours.in_words(promise.due_at, self._clock())
        said = promise.text if promise.text.endswith((".", "!", "?", "…")) else f"{promise.text}."
        return (
            f"We told you: “{said}” That was due {due}, and it has not happened. I’m sorry. "
            "Our team’s lead knows about it, and we still owe it to you."
        )
