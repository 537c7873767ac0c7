"""Sends one outbox row as a mail in its thread, unless two machines seem to be talking. Used by `channel`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.beside import beside
from bot.channels.email.composing import Enclosed, Letterhead, Thread, compose
from bot.channels.email.posting import Envelope, hand_in
from bot.channels.email.settings import CHANNEL, EmailSettings
from bot.channels.port import Check, PermanentError, unchecked
from memory.errors import UnknownFile
from memory.model import Author, Cursor, Delivery, DeliveryState, FileId, Message
from memory.ports import Files, Transcript

_LOOKED_BACK: Final = 200
"""Messages in which the mail to answer and the answers of the last hour are looked for."""
_HOUR: Final = timedelta(hours=1)
_WENT_OUT: Final = frozenset({DeliveryState.SENT, DeliveryState.UNKNOWN})


class Outgoing:
    """What a mail answers is read from the transcript, so nothing is lost with the process."""

    def __init__(
        self, *, settings: EmailSettings, transcript: Transcript, files: Files, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._files = files
        self._transcript = transcript
        self._clock = clock

    async def send(self, delivery: Delivery, check: Check = unchecked) -> None:
        """Raises TemporaryError, PermanentError, UnknownResult, or what `check` raises."""
        message = delivery.message
        if not (message.text.strip() or message.buttons or message.attachments):
            return
        before = await self._transcript.before(delivery.customer_id, Cursor(message.number), _LOOKED_BACK)
        if message.author is Author.BOT:
            self._check_loop(before)
        to = _deliverable(delivery.address.id)
        head = Letterhead(self._settings.sender, to, self._settings.ids.of(delivery.id))
        content = compose(message, _thread(before, delivery.address.id), head, await self._enclosed(delivery))
        envelope = Envelope(self._settings.address, to)
        given, patience = self._settings.outgoing, self._settings.patience
        await check()
        await beside(partial(hand_in, given, envelope, content, patience=patience))

    async def _enclosed(self, delivery: Delivery) -> Sequence[Enclosed]:
        """The files that go along. Raises PermanentError for one that is gone."""
        try:
            return [
                Enclosed(
                    file.name,
                    file.media_type or "application/octet-stream",
                    await self._files.content(delivery.customer_id, file.file_id or FileId("")),
                )
                for file in delivery.message.attachments
            ]
        except UnknownFile as exc:
            raise PermanentError("the file is not there any more") from exc

    def _check_loop(self, before: Sequence[Message]) -> None:
        """A machine that answers each of our answers gets no more than so many an hour. People may always write."""
        since, most = self._clock() - _HOUR, self._settings.answers_per_hour
        lately = [said for said in before if _is_answer(said) and said.at > since]
        if len(lately) >= most:
            raise PermanentError(f"It would be answer {most + 1} in an hour, as if two machines were talking.")


def _is_answer(said: Message) -> bool:
    return said.author is Author.BOT and said.channel == CHANNEL and said.delivery in _WENT_OUT


def _thread(before: Sequence[Message], address: str) -> Thread:
    """That of the last mail that came from this address."""
    for said in reversed(before):
        custom = said.custom or {}
        if said.author is Author.CUSTOMER and said.channel == CHANNEL and custom.get("address") == address:
            return Thread(str(custom.get("subject", "")), str(custom.get("references", "")).split())
    return Thread()


def _deliverable(address: str) -> str:
    """The address as every server takes it: letters beyond ASCII only in the domain, and those in their ASCII form."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}" if local.isascii() and local else _refused(address)
    except UnicodeError:
        return _refused(address)


def _refused(address: str) -> str:
    raise PermanentError(f"{address!r} can't be written to.")
