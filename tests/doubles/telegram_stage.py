"""The real Telegram channel between the Bot API double and the in-memory twin. Used by the Telegram tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

from bot.channels.telegram.api import TelegramSettings
from bot.channels.telegram.channel import TelegramChannel, TelegramMemory
from bot.metrics import Metrics
from bot.outbox import Dispatcher
from memory.model import (
    Accepted,
    Address,
    Author,
    Button,
    Cursor,
    CustomerId,
    Delivery,
    Inbound,
    InboxId,
    Message,
    Outcome,
    Reply,
)
from memory.ports import Inbox
from tests.doubles.telegram import BotApi
from tests.doubles.telegram_people import PATIENCE, TelegramUser
from tests.remembering import fake_memory

_ids = count(1)


class Ear:
    """An inbox that tells what was new to it and, while `failures` last, can't store."""

    def __init__(self, inbox: Inbox) -> None:
        self.heard: list[Inbound] = []
        self.failures = 0
        self._inbox = inbox
        self._changed = asyncio.Condition()

    async def accept(self, inbound: Inbound) -> Accepted:
        if self.failures:
            self.failures -= 1
            raise OSError("database is locked")
        accepted = await self._inbox.accept(inbound)
        async with self._changed:
            self.heard += [] if accepted.duplicate else [inbound]
            self._changed.notify_all()
        return accepted

    async def replies(self, inbox_id: InboxId) -> Sequence[Message] | None:
        return await self._inbox.replies(inbox_id)

    async def hears(self, number: int) -> Sequence[Inbound]:
        """Wait until so many different messages are stored."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: len(self.heard) >= number), PATIENCE)
        return self.heard


class Shelf:
    """A memory that outlives the channels over it, as a database outlives a process."""

    def __init__(self) -> None:
        self.later = timedelta(0)
        self.memory = fake_memory(clock=lambda: _now() + self.later)
        self.ear = Ear(self.memory.inbox)


class Stage:
    """A channel under test and the two sides it stands between."""

    def __init__(self, *, api: BotApi, shelf: Shelf, channel: TelegramChannel) -> None:
        self.api = api
        self.shelf = shelf
        self.memory = shelf.memory
        self.ear = shelf.ear
        self.channel = channel
        self.metrics = Metrics()
        self._dispatcher = Dispatcher(
            outbox=self.memory.outbox,
            senders={channel.name: channel},
            doorbell=self.memory.doorbell,
            metrics=self.metrics,
            clock=_now,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Receive in the background, as the server does."""
        task = asyncio.create_task(self.channel.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """While this lasts, the outbox is sent as it is in a gateway."""
        task = asyncio.create_task(self._dispatcher.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def answers(self, text: str, buttons: Sequence[Button] = ()) -> None:
        """Take the turn of the message that waits longest, answer it, and let the outbox send the answer."""
        async with self.memory.turns.claim() as turn:
            assert turn is not None, "nobody waits for an answer"
            await turn.commit(Outcome([Reply(text, buttons)]))
        await self._dispatcher.send_due()
        await self._dispatcher.drain()

    async def tries_again(self) -> None:
        """Let the pauses after failures pass, and what is due then be sent."""
        self.shelf.later += timedelta(minutes=20)
        await self._dispatcher.send_due()
        await self._dispatcher.drain()


@asynccontextmanager
async def staged(api: BotApi, shelf: Shelf | None = None, **settings: Any) -> AsyncIterator[Stage]:
    """A channel that talks to this double; not receiving yet."""
    shelf = shelf or Shelf()
    given: dict[str, Any] = {
        "token": api.token,
        "base_url": api.base_url,
        "answers_within": 1.0,
        "poll_lasts": 2,
    } | settings
    asked = TelegramMemory(
        inbox=shelf.ear,
        identities=shelf.memory.identities,
        transcript=shelf.memory.transcript,
        files=shelf.memory.files,
        gateways=shelf.memory.gateways,
    )
    channel = TelegramChannel(settings=TelegramSettings(**given), memory=asked)
    try:
        yield Stage(api=api, shelf=shelf, channel=channel)
    finally:
        await channel.close()


def delivery(user: TelegramUser, text: str, buttons: Sequence[Button] = (), author: Author = Author.BOT) -> Delivery:
    """A message to somebody, as the outbox hands it over."""
    customer, number = CustomerId(f"c-{user.id}"), Cursor(next(_ids))
    message = Message(
        customer_id=customer,
        number=number,
        author=author,
        channel="telegram",
        text=text,
        at=_now(),
        buttons=buttons,
    )
    return Delivery(number, customer, Address("telegram", str(user.id)), message, 1)


def _now() -> datetime:
    return datetime.now(timezone.utc)
