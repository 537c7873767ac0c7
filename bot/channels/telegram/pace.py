"""Keeps to Telegram's limits, with tokens of our own: one chat that is over its limit never stops another.

Used by `outgoing` around every message. Limits: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

log = structlog.get_logger()

TO_ONE_CHAT = 1
OVERALL = 30
"""Messages that Telegram takes in one second."""
SECOND = 1.0
_CHATS_REMEMBERED = 10_000
"""Chats after which those with nothing pending are forgotten."""

ASK_AGAIN = 1.0
"""Seconds after which a process that sends asks again how many others do."""

Among = Callable[[], Awaitable[int]]
Now = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


async def _alone() -> int:
    return 1


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

    def __init__(self, number: int, *, now: Now, sleep: Sleep, since: float = float("-inf")) -> None:
        self._now = now
        self._sleep = sleep
        self._at_hand = asyncio.Semaphore(number)
        self._back_at = deque([since] * number)

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
    """Lets messages through at a rate that Telegram accepts, whatever the others do. One for a whole process.

    `among` tells how many processes send: each keeps to its part of what Telegram takes overall. A part that changes
    begins when those of the others, too, have surely changed.
    """

    def __init__(self, *, among: Among = _alone, now: Now = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._now = now
        self._sleep = sleep
        self._among = among
        self._number = 0
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()
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
        async with self._of(chat_id).one(), (await self._our_part()).one():
            yield

    async def _our_part(self) -> Tokens:
        """The tokens of all chats together that are this process's."""
        async with self._asking:
            if self._now() - self._asked_at >= ASK_AGAIN:
                self._share_with(await self._others())
                self._asked_at = self._now()
            return self._overall

    async def _others(self) -> int:
        try:
            return await self._among()
        except Exception:  # as it was last; nothing waits for a database to be paced
            log.exception("telegram_pace_unshared")
            return max(self._number, 1)

    def _share_with(self, number: int) -> None:
        if number == self._number or (number == 1 and not self._number):
            self._number = number
            return
        since = self._now() + ASK_AGAIN + SECOND
        part = max(1, OVERALL // number)
        self._overall = Tokens(part, now=self._now, sleep=self._sleep, since=since)
        self._number = number

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
