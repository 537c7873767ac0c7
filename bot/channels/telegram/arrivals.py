"""Takes one update into the inbox and answers what Telegram wants answered at once. Used by polling and webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import structlog
from telegram import Bot, Update
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.channels.telegram.choices import Choices
from bot.channels.telegram.updates import CHANNEL, Arrival, GroupMessage, OutsidePress, Press, address, read
from memory.model import Inbound, Proof
from memory.ports import Gateways, Inbox

log = structlog.get_logger()

NO_LONGER_OPEN = "That choice is no longer open."
IN_GROUPS = "I help people one to one, so I stay quiet in groups. Write to me directly and I'll gladly help."
_GROUPS_REMEMBERED = 10_000
"""Groups of which memory is asked in the life of a process: who adds the bot to more of them is no customer."""


class Arrivals:
    """Returns from `take` only when what arrived is stored; what goes wrong in storing is the caller's to retry."""

    def __init__(self, *, bot: Bot, inbox: Inbox, choices: Choices, gateways: Gateways) -> None:
        self._bot = bot
        self._inbox = inbox
        self._choices = choices
        self._gateways = gateways
        self._greeted_groups: set[int] = set()
        self._courtesies: set[asyncio.Task[None]] = set()

    async def take(self, update: Update) -> None:
        """Store what a customer said. Raises what the inbox raises; then the same update must be taken again."""
        arrival = _readable(update)
        match arrival:
            case Inbound():
                await self._accept(arrival)
            case Press():
                await self._press(arrival)
            case OutsidePress(query_id):
                self._politely(self._bot.answer_callback_query(query_id))
            case GroupMessage(chat_id):
                await self._decline(chat_id)
            case None:
                log.debug("telegram_update_ignored", update_id=update.update_id)

    async def close(self) -> None:
        """Stop what is under way beside the messages."""
        for task in self._courtesies:
            task.cancel()
        await asyncio.gather(*self._courtesies, return_exceptions=True)

    async def _accept(self, inbound: Inbound) -> None:
        accepted = await self._inbox.accept(inbound)
        if not accepted.duplicate and inbound.corrects is None:  # what was changed is rarely answered
            self._politely(self._bot.send_chat_action(inbound.address.id, ChatAction.TYPING))

    async def _press(self, press: Press) -> None:
        button = await self._choices.pressed(press)
        self._politely(self._bot.answer_callback_query(press.query_id, None if button else NO_LONGER_OPEN))
        if button is None:
            return
        await self._accept(
            Inbound(
                address=address(press.chat_id),
                provider_id=f"c:{press.query_id}",
                text=button.title,
                proof=Proof.PLATFORM,
                payload=button.payload,
                display_name=press.display_name,
                language=press.language,
            )
        )

    async def _decline(self, chat_id: int) -> None:
        """Say once in a group, for all time, why there will be no answer."""
        if chat_id in self._greeted_groups or len(self._greeted_groups) >= _GROUPS_REMEMBERED:
            return
        if await self._gateways.first(CHANNEL, f"group {chat_id}"):
            self._politely(self._bot.send_message(chat_id, IN_GROUPS))
        self._greeted_groups.add(chat_id)

    def _politely(self, request: Awaitable[object]) -> None:
        """Do something that nobody waits for and that may fail."""
        task = asyncio.create_task(_quietly(request))
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)


async def _quietly(request: Awaitable[object]) -> None:
    try:
        await request
    except TelegramError as exc:
        log.debug("telegram_courtesy_failed", reason=exc.message)


def _readable(update: Update) -> Arrival | None:
    """What the update means; one that breaks the reading is logged and let go, or it would hold up all others."""
    try:
        return read(update)
    except Exception:
        log.exception("telegram_update_unreadable", update_id=update.update_id)
        return None
