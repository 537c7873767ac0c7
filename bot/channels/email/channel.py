"""E-mail as a channel: runs beside the server, and sends what the outbox gives it. Built by `bot.bootstrap`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.beside import beside
from bot.channels.email.arrivals import Arrivals
from bot.channels.email.choices import Choices
from bot.channels.email.fetching import fetch_file
from bot.channels.email.outgoing import Outgoing
from bot.channels.email.receiving import Receiving
from bot.channels.email.settings import CHANNEL, EmailSettings
from bot.channels.port import Check, unchecked
from memory.model import Delivery
from memory.ports import Files, Identities, Inbox, Outbox, Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailMemory:
    """What the channel asks of memory."""

    inbox: Inbox
    outbox: Outbox
    identities: Identities
    transcript: Transcript
    files: Files


class EmailChannel:
    """Receives over IMAP, sends over SMTP."""

    def __init__(self, *, settings: EmailSettings, memory: EmailMemory, clock: Callable[[], datetime]) -> None:
        choices = Choices(identities=memory.identities, transcript=memory.transcript)
        arrivals = Arrivals(settings=settings, inbox=memory.inbox, outbox=memory.outbox, choices=choices)
        self._settings = settings
        self._receiving = Receiving(settings=settings, take=arrivals.take)
        self._outgoing = Outgoing(settings=settings, transcript=memory.transcript, files=memory.files, clock=clock)

    @property
    def name(self) -> str:
        """The channel's name in addresses."""
        return CHANNEL

    async def run(self) -> None:
        """Receive until cancelled. With a wrong password: one line in the log, and another look from time to time."""
        await self._receiving.run()

    async def send(self, delivery: Delivery, check: Check = unchecked) -> None:
        """Deliver one message. Raises TemporaryError, PermanentError, UnknownResult, or what `check` raises."""
        await self._outgoing.send(delivery, check)

    async def fetch(self, file_id: str) -> bytes:
        """What was attached to a mail, from the mailbox. Raises what deliveries raise."""
        return await beside(partial(fetch_file, self._settings, file_id))
