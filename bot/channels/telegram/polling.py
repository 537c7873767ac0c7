"""Long polling: asks Telegram for updates and confirms them only when they are stored. Run by `channel`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.pauses import pauses
from bot.channels.telegram.api import seconds_to_wait

log = structlog.get_logger()

WANTED = ("message", "edited_message", "callback_query")
"""The kinds of updates we ask for."""


class Polling:
    """Fetches updates in order. One that can't be stored is tried again until it can; later ones wait for it."""

    def __init__(
        self,
        *,
        bot: Bot,
        take: Callable[[Update], Awaitable[None]],
        lasts: int,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._take = take
        self._lasts = lasts
        self._sleep = sleep

    async def run(self) -> None:
        """Poll until cancelled. Raises InvalidToken when Telegram refuses the token."""
        offset: int | None = None
        while True:
            updates = await self._fetch(offset)
            for update in updates:
                await self._store(update)
            # Asking with an offset confirms what lies below it. After an empty answer nothing is left to confirm, and
            # the next poll goes without: ids may start again from any number after a quiet week.
            offset = max(update.update_id for update in updates) + 1 if updates else None

    async def _fetch(self, offset: int | None) -> Sequence[Update]:
        for pause in pauses():
            try:
                return await self._bot.get_updates(offset, timeout=self._lasts, allowed_updates=WANTED)
            except InvalidToken:
                raise
            except RetryAfter as exc:
                await self._sleep(seconds_to_wait(exc))
            except TelegramError as exc:
                event = "telegram_polled_elsewhere" if isinstance(exc, Conflict) else "telegram_unreachable"
                log.warning(event, reason=exc.message, again_in=round(pause, 1))
                await self._sleep(pause)
        raise AssertionError("pauses never end")

    async def _store(self, update: Update) -> None:
        for pause in pauses():
            try:
                await self._take(update)
            except Exception as exc:
                log.exception("telegram_update_not_stored", exc_info=exc, again_in=round(pause, 1))
                await self._sleep(pause)
            else:
                return
