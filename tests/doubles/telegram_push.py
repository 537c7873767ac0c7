"""The webhook's side of the Bot API double: pushes updates to the bot until it takes them. Used by `BotApi`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp

from tests.doubles.telegram_wire import Params

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
SIDE_BY_SIDE = 40
"""Updates that Telegram pushes at once unless told otherwise (max_connections of setWebhook)."""
AGAIN_IN = 0.05

Update = dict[str, Any]


class Pusher:
    """Those of one chat go one after the other, each again until it is taken; those of different chats side by side."""

    def __init__(self, *, changed: asyncio.Condition, webhook: Callable[[], Params], taken: Callable[[Update], None]):
        self._changed = changed
        self._webhook = webhook
        self._taken = taken
        self._busy: set[int] = set()
        self._pushing: set[asyncio.Task[None]] = set()

    async def run(self, waiting: Callable[[], list[Update]]) -> None:
        """Push until cancelled."""
        async with aiohttp.ClientSession() as session:
            try:
                while True:
                    async with self._changed:
                        await self._changed.wait_for(lambda: bool(self._next(waiting())))
                    update = self._next(waiting())
                    if update is not None:
                        self._busy.add(chat_of(update))
                        task = asyncio.create_task(self._push(session, update))
                        self._pushing.add(task)
                        task.add_done_callback(self._pushing.discard)
            finally:
                for task in self._pushing:
                    task.cancel()
                await asyncio.gather(*self._pushing, return_exceptions=True)

    def _next(self, waiting: list[Update]) -> Update | None:
        if not self._webhook() or len(self._busy) >= SIDE_BY_SIDE:
            return None
        return next((update for update in waiting if chat_of(update) not in self._busy), None)

    async def _push(self, session: aiohttp.ClientSession, update: Update) -> None:
        if await self._is_taken(session, update):
            self._taken(update)
        else:
            await asyncio.sleep(AGAIN_IN)
        async with self._changed:
            self._busy.discard(chat_of(update))
            self._changed.notify_all()

    async def _is_taken(self, session: aiohttp.ClientSession, update: Update) -> bool:
        webhook = self._webhook()
        headers = {SECRET_HEADER: webhook.get("secret_token", "")}
        try:
            async with session.post(webhook["url"], json=update, headers=headers) as answer:
                return answer.status < 300
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False


def chat_of(update: Update) -> int:
    """In whose chat it happened; 0 for what happened in none."""
    content = next(value for key, value in update.items() if key != "update_id")
    chat = content.get("chat") or content.get("message", {}).get("chat") or {"id": 0}
    return int(chat["id"])
