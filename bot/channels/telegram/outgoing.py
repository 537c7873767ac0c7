"""Sends one outbox row: rendered, cut to size, paced, and no part of it twice. Used by `channel`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import RetryAfter

from bot.channels.port import Check, PermanentError, TemporaryError, unchecked
from bot.channels.telegram.api import errors_as_ours, seconds_to_wait
from bot.channels.telegram.choices import keyboard
from bot.channels.telegram.markdown import render
from bot.channels.telegram.pace import Pace, TooSoon
from bot.channels.telegram.rich import Rich, split
from memory.errors import UnknownFile
from memory.model import Attached, Author, CustomerId, Delivery, FileId, Message, names_of
from memory.ports import Files

log = structlog.get_logger()

CHOOSE = "Please choose:"
"""Stands above buttons that came without a text: Telegram has no message without one."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_PICTURES = frozenset({"image/png", "image/jpeg"})
"""What Telegram shows in the chat; a GIF would lose its motion, so it goes as a document."""
Part = Callable[[int], Awaitable[None]]
"""Sends one part of a message to a chat."""
_HALF_SENT = 1_000
"""Long messages in the middle of which Telegram failed; more at once means that nothing gets through anyway."""


class Outgoing:
    """Remembers how far a long message got, so that a second try begins where the first one failed.

    The memory is this process's: after a crash in the middle of a long message its first parts come again.
    """

    def __init__(self, *, bot: Bot, pace: Pace, files: Files) -> None:
        self._bot = bot
        self._pace = pace
        self._files = files
        self._sent: OrderedDict[int, int] = OrderedDict()

    async def send(self, delivery: Delivery, check: Check = unchecked) -> None:
        """Raises TemporaryError, PermanentError or UnknownResult. Each part is checked when its turn has come."""
        chat_id = _chat_id(delivery)
        parts = self._parts(delivery)
        first = self._sent.pop(delivery.id, 0)
        for index, part in enumerate(parts[first:], first):
            try:
                await self._send_part(chat_id, partial(part, chat_id), check)
            except TemporaryError:
                self._remember(delivery.id, index)
                raise

    def _parts(self, delivery: Delivery) -> Sequence[Part]:
        """The words, cut to Telegram's size, with the buttons under the last; then each file."""
        message, words = delivery.message, compose(delivery.message)
        buttons = keyboard(message)
        last = len(words) - 1
        texts = [partial(self._text, part, buttons if place == last else None) for place, part in enumerate(words)]
        return [*texts, *(partial(self._file, delivery.customer_id, file) for file in message.attachments)]

    async def _send_part(self, chat_id: int, part: Callable[[], Awaitable[None]], check: Check) -> None:
        try:
            async with self._pace.turn(chat_id):
                await check()
                await self._request(chat_id, part)
        except TooSoon as exc:
            raise TemporaryError(str(exc), exc.seconds) from exc

    async def _request(self, chat_id: int, part: Callable[[], Awaitable[None]]) -> None:
        with errors_as_ours():
            try:
                await part()
            except RetryAfter as exc:
                self._pace.close(chat_id, seconds_to_wait(exc))
                raise

    async def _text(self, part: Rich, buttons: InlineKeyboardMarkup | None, chat_id: int) -> None:
        await self._bot.send_message(
            chat_id,
            part.text,
            entities=part.entities() or None,
            reply_markup=buttons,
            link_preview_options=_NO_PREVIEW,
        )

    async def _file(self, customer_id: CustomerId, file: Attached, chat_id: int) -> None:
        """A picture as one, anything else as a document. Raises PermanentError for one that is gone."""
        try:
            content = await self._files.content(customer_id, file.file_id or FileId(""))
        except UnknownFile as exc:
            raise PermanentError("the file is not there any more") from exc
        if file.media_type in _PICTURES:
            await self._bot.send_photo(chat_id, content, filename=file.name)
        else:
            await self._bot.send_document(chat_id, content, filename=file.name)

    def _remember(self, delivery_id: int, parts: int) -> None:
        if parts:
            self._sent[delivery_id] = parts
        while len(self._sent) > _HALF_SENT:
            self._sent.popitem(last=False)


def compose(message: Message) -> Sequence[Rich]:
    """What to send for a message: the bot's Markdown rendered, an agent's words as they are, cut to Telegram's size."""
    if message.attachments and message.text == names_of(message.attachments):
        return []  # the files tell their names themselves
    parts = split(render(message.text) if message.author is Author.BOT else Rich(message.text))
    if not parts and message.buttons:
        return [Rich(CHOOSE)]
    if not parts:
        log.debug("telegram_nothing_to_send", number=message.number)
    return parts


def _chat_id(delivery: Delivery) -> int:
    try:
        return int(delivery.address.id)
    except ValueError as exc:
        raise PermanentError(f"{delivery.address.id!r} is no Telegram chat.") from exc
