"""Keeps to Telegram's limits, with tokens of our own: one chat that is over its limit never stops another.

Used by `outgoing` around every message. Limits: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

TO_ONE_CHAT = 1
OVERALL = 30
"""Messages that Telegram takes in one second."""
SECOND = 1.0
_CHATS_REMEMBERED = 10_000
"""Chats after which those with nothing pending are forgotten."""

Now = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class TooSoon(Exception):
    """Telegram closed this chat for a while. Try again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Telegram takes nothing for this chat for another {seconds:.1f} seconds.")
        self.seconds = seconds


class Tokens:
    """A bucket whose tokens come back a second after the request they were taken for has been answered.

    A message reaches Telegram somewhere between request and answer. Two that used the same token are therefore a
    second apart there too, however the network shifts them: no second ever sees more messages than there are tokens.
    """

    def __init__(self, number: int, *, now: Now, sleep: Sleep) -> None:
        self._now = now
        self._sleep = sleep
        self._at_hand = asyncio.Semaphore(number)
        self._back_at = deque([float("-inf")] * number)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Hold a token, waiting for it if need be; first come, first served."""
        async with self._at_hand:
            back_at = self._back_at.popleft()
            try:
                if back_at > self._now():
                    await self._sleep(back_at - self._now())
                yield
            finally:
                self._back_at.append(self._now() + SECOND)

    @property
    def idle(self) -> bool:
        """Whether all tokens are back."""
        return not self._at_hand.locked() and all(back_at <= self._now() for back_at in self._back_at)


class Pace:
    """Lets messages through at a rate that Telegram accepts, whatever the others do. One for a whole process."""

    def __init__(self, *, now: Now = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._now = now
        self._sleep = sleep
        self._overall = self._tokens(OVERALL)
        self._chats: dict[int, Tokens] = {}
        self._closed_until: dict[int, float] = {}

    @asynccontextmanager
    async def turn(self, chat_id: int) -> AsyncIterator[None]:
        """Within it, one message may go to this chat. Raises TooSoon while Telegram has the chat closed."""
        closed_for = self._closed_until.get(chat_id, 0.0) - self._now()
        if closed_for > 0:
            raise TooSoon(closed_for)
        # The chat first: a message that waits for its own chat must not hold one of the common tokens.
        async with self._of(chat_id).one(), self._overall.one():
            yield

    def close(self, chat_id: int, seconds: float) -> None:
        """Telegram asked for a pause in this chat."""
        self._forget_idle()
        self._closed_until[chat_id] = self._now() + seconds

    def _of(self, chat_id: int) -> Tokens:
        if chat_id not in self._chats:
            self._forget_idle()
            self._chats[chat_id] = self._tokens(TO_ONE_CHAT)
        return self._chats[chat_id]

    def _tokens(self, number: int) -> Tokens:
        return Tokens(number, now=self._now, sleep=self._sleep)

    def _forget_idle(self) -> None:
        if len(self._chats) + len(self._closed_until) < _CHATS_REMEMBERED:
            return
        now = self._now()
        self._chats = {chat: tokens for chat, tokens in self._chats.items() if not tokens.idle}
        self._closed_until = {chat: until for chat, until in self._closed_until.items() if until > now}
