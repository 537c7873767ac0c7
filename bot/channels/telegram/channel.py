"""Telegram as a channel: runs beside the server, and sends what the outbox gives it. Built by `bot.bootstrap`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import structlog
from fastapi import APIRouter
from telegram import BotCommand, User
from telegram.constants import ChatAction
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.channels.pauses import pauses
from bot.channels.port import Check, unchecked
from bot.channels.telegram.api import BotApi, TelegramSettings, errors_as_ours
from bot.channels.telegram.arrivals import Arrivals
from bot.channels.telegram.choices import Choices
from bot.channels.telegram.menu import MENU, MENUS
from bot.channels.telegram.outgoing import Outgoing
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.polling import WANTED, Polling
from bot.channels.telegram.updates import CHANNEL
from bot.channels.telegram.webhook import webhook_router
from memory.model import Address, Delivery
from memory.ports import Files, Gateways, Identities, Inbox, Transcript

log = structlog.get_logger()

_WRONG_TOKEN = "Telegram refuses the token. Get one from @BotFather, set THREADKEEPER_TELEGRAM_TOKEN and restart."
_WRONG_WEBHOOK = "Telegram refuses the webhook. Give THREADKEEPER_TELEGRAM_WEBHOOK_URL a public https address."


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramMemory:
    """What the channel asks of memory."""

    inbox: Inbox
    identities: Identities
    transcript: Transcript
    files: Files
    gateways: Gateways


class TelegramChannel:
    """Receives by long polling, or by webhook when the settings have one; sends at Telegram's pace."""

    def __init__(self, *, settings: TelegramSettings, memory: TelegramMemory) -> None:
        self._settings = settings
        self._api = BotApi(settings=settings)
        self._bot = self._api.bot
        choices = Choices(identities=memory.identities, transcript=memory.transcript)
        self._arrivals = Arrivals(bot=self._bot, inbox=memory.inbox, choices=choices, gateways=memory.gateways)
        self._polling = Polling(bot=self._bot, take=self._arrivals.take, lasts=settings.poll_lasts)
        pace = Pace(among=partial(memory.gateways.sending, CHANNEL))
        self._outgoing = Outgoing(bot=self._bot, pace=pace, files=memory.files)
        self._me: User | None = None

    @property
    def name(self) -> str:
        """The channel's name in addresses."""
        return CHANNEL

    async def run(self) -> None:
        """Receive until cancelled. With a wrong token: one line in the log, and quiet from then on."""
        reason = await self.receive()
        log.error("telegram_off", reason=reason)
        await asyncio.Event().wait()

    async def receive(self) -> str:
        """Receive until cancelled. Returns only for what an operator must put right, and says it."""
        try:
            await self._introduce()
            if not self._polls:
                await asyncio.Event().wait()
            await self._polling.run()
        except InvalidToken:
            return _WRONG_TOKEN
        except BadRequest as exc:
            return f"{_WRONG_WEBHOOK} It says: {exc.message}."
        raise AssertionError("polling never ends by itself")

    async def send(self, delivery: Delivery, check: Check = unchecked) -> None:
        """Deliver one message. Raises TemporaryError, PermanentError, UnknownResult, or what `check` raises."""
        await self._outgoing.send(delivery, check)

    async def fetch(self, file_id: str) -> bytes:
        """A file that a customer sent; Telegram keeps those. Raises as `send` does."""
        with errors_as_ours():
            file = await self._bot.get_file(file_id)
            return bytes(await file.download_as_bytearray())

    async def show_writing(self, address: Address) -> None:
        """Show for some seconds that somebody is writing to them; a courtesy, so failing at it hurts nobody."""
        try:
            await self._bot.send_chat_action(int(address.id), ChatAction.TYPING)
        except (TelegramError, ValueError) as exc:
            log.debug("telegram_writing_not_shown", reason=str(exc))

    def webhook_router(self) -> APIRouter:
        """The route for Telegram's calls; mount it when a webhook is set."""
        return webhook_router(bot=self._bot, secret=self._settings.secret, take=self._arrivals.take)

    async def username(self) -> str | None:
        """The bot's name for links such as t.me/<username>; None while Telegram can't be asked."""
        if self._me is None:
            try:
                self._me = await self._bot.get_me()
            except TelegramError as exc:
                log.debug("telegram_name_unknown", reason=exc.message)
                return None
        return self._me.username

    async def close(self) -> None:
        """Close all connections; call it when nothing is left to send."""
        await self._arrivals.close()
        await self._api.close()

    async def _introduce(self) -> None:
        """Say who we are and how we want updates, as soon as Telegram can be reached."""
        for pause in pauses():
            try:
                self._me = await self._bot.get_me()
                await self._choose_way()
                await self._offer_menu()
            except (InvalidToken, BadRequest):
                raise
            except TelegramError as exc:
                log.warning("telegram_unreachable", reason=exc.message, again_in=round(pause, 1))
                await asyncio.sleep(pause)
            else:
                log.info("telegram_on", bot=self._me.username, by="polling" if self._polls else "webhook")
                return

    async def _choose_way(self) -> None:
        """Polling and webhook exclude each other at Telegram's side."""
        if self._polls:
            await self._bot.delete_webhook()
        else:
            await self._bot.set_webhook(
                str(self._settings.webhook_url), secret_token=self._settings.secret, allowed_updates=WANTED
            )

    async def _offer_menu(self) -> None:
        """Commands that can't be shown can still be typed: no reason to stay off."""
        try:
            await self._bot.set_my_commands(_commands(MENU))
            for language, menu in MENUS.items():
                await self._bot.set_my_commands(_commands(menu), language_code=language)
        except BadRequest as exc:
            log.warning("telegram_menu_refused", reason=exc.message)

    @property
    def _polls(self) -> bool:
        return self._settings.webhook_url is None


def _commands(menu: Mapping[str, str]) -> list[BotCommand]:
    return [BotCommand(name, words) for name, words in menu.items()]
