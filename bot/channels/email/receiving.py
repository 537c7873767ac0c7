"""Watches the mailbox and marks a mail as read only when it is stored. Run by `channel`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeVar

import structlog

from bot.beside import beside
from bot.channels.email.arrivals import Unreadable
from bot.channels.email.mailbox import FAILURES, Mailbox, MailboxRefused
from bot.channels.email.settings import EmailSettings
from bot.channels.pauses import pauses

log = structlog.get_logger()
T = TypeVar("T")

_AFTER_REFUSAL: Final = 300.0
"""Seconds until a mailbox that refused us is tried again: the operator may have put it right at the provider's."""
_WITHOUT_IDLE: Final = 20.0
"""Seconds between two looks at a server that can't tell of news by itself."""

Take = Callable[[bytes], Awaitable[None]]


class Receiving:
    """Takes unread mails in order. One that can't be stored is tried again until it can; later ones wait for it."""

    def __init__(
        self,
        *,
        settings: EmailSettings,
        take: Take,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._take = take
        self._sleep = sleep
        self._pauses = pauses()
        self._refusal: str | None = None
        self._opening = threading.Lock()
        self._mailbox: Mailbox | None = None
        self._has_ended = False

    async def run(self) -> None:
        """Receive until cancelled. What an operator must put right is said once, in one line."""
        try:
            while True:
                try:
                    await self._watch(await beside(self._open))
                except MailboxRefused as exc:
                    await self._after_refusal(str(exc))
                except FAILURES as exc:
                    await self._after_failure(str(exc))
        finally:
            self._end()

    def _open(self) -> Mailbox:
        """In a thread; what is opened when nobody waits for it any more is closed again."""
        mailbox = Mailbox.open(self._settings)
        with self._opening:
            self._mailbox = mailbox
            if self._has_ended:
                mailbox.close()
        return mailbox

    def _end(self) -> None:
        with self._opening:
            self._has_ended = True
            if self._mailbox is not None:
                self._mailbox.close()

    async def _watch(self, mailbox: Mailbox) -> None:
        """Until the connection fails. Hangs up when cancelled, so that no thread waits for news any more."""
        log.info("email_on", folder=self._settings.folder, by="idle" if mailbox.idles else "polling")
        self._refusal = None
        try:
            while True:
                await self._take_all(mailbox)
                await self._until_news(mailbox)
                self._pauses = pauses()
        finally:
            mailbox.close()

    async def _take_all(self, mailbox: Mailbox) -> None:
        """Until a look finds nothing and nothing came meanwhile: of that the server has told already."""
        handled: set[int] = set()
        looking = True
        while looking:
            mailbox.has_news()
            fresh = [uid for uid in await beside(mailbox.unread) if uid not in handled]
            for uid in fresh:
                await self._handle(mailbox, uid)
            handled |= set(fresh)
            looking = bool(fresh) or mailbox.has_news()

    async def _after_refusal(self, reason: str) -> None:
        if reason != self._refusal:
            log.error("email_off", reason=reason)
        self._refusal = reason
        await self._sleep(_AFTER_REFUSAL)

    async def _after_failure(self, reason: str) -> None:
        again_in = next(self._pauses)
        log.warning("email_unreachable", reason=reason, again_in=round(again_in, 1))
        await self._sleep(again_in)

    async def _handle(self, mailbox: Mailbox, uid: int) -> None:
        raw = await beside(partial(mailbox.fetch, uid))
        if raw is None:
            return
        try:
            await self._store(mailbox, raw)
        except Unreadable as exc:
            log.exception("email_unreadable", uid=uid, exc_info=exc)
            await beside(partial(mailbox.flag, uid))
        else:
            await beside(partial(mailbox.mark_read, uid))

    async def _store(self, mailbox: Mailbox, raw: bytes) -> None:
        for pause in pauses():
            try:
                return await self._take(raw)
            except Unreadable:
                raise
            except Exception as exc:
                log.exception("email_not_stored", exc_info=exc, again_in=round(pause, 1))
                await self._sleep(pause)
                await beside(mailbox.refresh)

    async def _until_news(self, mailbox: Mailbox) -> None:
        if mailbox.idles:
            await beside(partial(mailbox.wait, self._settings.idle))
        else:
            await self._sleep(_WITHOUT_IDLE)
            await beside(mailbox.refresh)
