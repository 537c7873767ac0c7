"""Reads Telegram's updates into our words. Pure: used by `arrivals`, tested with recorded payloads."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telegram import CallbackQuery, InlineKeyboardButton, Message, Update, User
from telegram.constants import ChatType

from bot.channels.telegram.way import WAY
from bot.faq.entry import known_language
from memory.model import Address, Inbound, Proof, answer_to

CHANNEL = WAY.name

_INTENTS: Mapping[str, str] = {
    "start": "greet",
    "help": "capabilities",
    "person": "ask_person",
    "stop": "stop",
    "privacy": "privacy",
    "forget": "forget",
    "code": "continue_on_website",
    "language": "set_preference",
}
_COMMAND = re.compile(r"/(\w+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_LINK_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a deep link may carry (https://core.telegram.org/bots/features#deep-linking)."""

_ONE_NAME = re.compile(r"\w[\w-]{0,30}")
"""What the name of a language may be."""

_ATTACHMENTS: Mapping[str, Sequence[str]] = {
    "animation": ("file_name", "mime_type"),
    "document": ("file_name", "mime_type"),
    "audio": ("title", "duration", "mime_type"),
    "voice": ("duration", "mime_type"),
    "video": ("duration", "mime_type"),
    "video_note": ("duration",),
    "sticker": ("emoji",),
    "contact": ("first_name", "last_name", "phone_number"),
    "venue": ("title", "address"),
    "location": ("latitude", "longitude"),
    "poll": ("question",),
    "dice": ("emoji", "value"),
}
"""What is kept of each kind. An animation is also a document, and a venue a location: the first one found counts."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button was pressed. `seen` is its title as the customer saw it, None when Telegram no longer tells."""

    chat_id: int
    query_id: str
    data: str
    seen: str | None
    display_name: str | None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class OutsidePress:
    """A button was pressed somewhere that is not a private chat with us."""

    query_id: str


@dataclass(frozen=True, slots=True)
class GroupMessage:
    """Somebody wrote in a group that the bot was added to."""

    chat_id: int


Arrival = Inbound | Press | OutsidePress | GroupMessage


def read(update: Update) -> Arrival | None:
    """What an update means to us; None for what is no message of a customer: channel posts, service notes."""
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.edited_message is not None:
        return _edit(update.edited_message)
    message = update.message
    if message is None:
        return None
    if message.chat.type in {ChatType.GROUP, ChatType.SUPERGROUP}:
        return GroupMessage(message.chat.id)
    return _inbound(message) if message.chat.type == ChatType.PRIVATE else None


def address(chat_id: int) -> Address:
    """Where a private chat is."""
    return Address(CHANNEL, str(chat_id))


def _inbound(message: Message) -> Inbound | None:
    attachments = _attachments(message)
    text = message.text or message.caption or ""
    if not text and not attachments:
        return None
    command, argument = _command(text) if message.text else (None, "")
    link_code = argument if command == "start" and _LINK_CODE.fullmatch(argument) else None
    return Inbound(
        address=address(message.chat.id),
        provider_id=_provider_id(message),
        text="/start" if link_code else text,  # a code that opens a conversation is not kept in a transcript
        proof=Proof.PLATFORM,
        command="continue_task" if link_code else _intent(command or "", argument),
        link_code=link_code,
        display_name=_name(message.from_user),
        attachments=attachments,
        language=_language(message.from_user),
        custom=_answered(message),
    )


def _answered(message: Message) -> Mapping[str, str] | None:
    """What they answered to: the words they marked, else those of the whole message."""
    before, marked = message.reply_to_message, message.quote.text if message.quote else ""
    words = marked or (before and (before.text or before.caption)) or ""
    if not words.strip():
        return None
    ours = before is not None and before.from_user is not None and before.from_user.is_bot
    return answer_to(words, ours=ours)


def _edit(message: Message) -> Inbound | None:
    """A message that was changed, if it has words: the place of somebody on their way changes all the time."""
    text = message.text or message.caption
    if message.chat.type != ChatType.PRIVATE or not text or message.edit_date is None:
        return None
    original = _provider_id(message)
    reads = hashlib.sha256(text.encode()).hexdigest()[:16]  # it may be changed twice in a second
    return Inbound(
        address=address(message.chat.id),
        provider_id=f"e:{original}:{message.edit_date.timestamp():.0f}:{reads}",
        text=text,
        proof=Proof.PLATFORM,
        display_name=_name(message.from_user),
        language=_language(message.from_user),
        corrects=original,
    )


def _provider_id(message: Message) -> str:
    """Not update_id: those may restart at random. Message ids are counted per chat, so the chat is part of it."""
    return f"m:{message.chat.id}:{message.message_id}"


def _press(query: CallbackQuery) -> Press | OutsidePress:
    message = query.message
    if message is None or message.chat.type != ChatType.PRIVATE or query.data is None:
        return OutsidePress(query.id)
    seen = [button.text for button in _buttons(message) if button.callback_data == query.data]
    return Press(
        chat_id=message.chat.id,
        query_id=query.id,
        data=query.data,
        seen=seen[0] if seen else None,
        display_name=_name(query.from_user),
        language=_language(query.from_user),
    )


def _buttons(message: object) -> Sequence[InlineKeyboardButton]:
    if not isinstance(message, Message) or message.reply_markup is None:
        return ()
    return [button for row in message.reply_markup.inline_keyboard for button in row]


def _command(text: str) -> tuple[str | None, str]:
    """The command word, in small letters, and what follows it."""
    match = _COMMAND.fullmatch(text.strip())
    return (match[1].lower(), (match[2] or "").strip()) if match else (None, "")


def _intent(command: str, argument: str) -> str | None:
    """What a command stands for. "/language Deutsch" names one; without a name they are to be asked."""
    intent = _INTENTS.get(command)
    if command != "language":
        return intent
    named = argument if _ONE_NAME.fullmatch(argument) else "which"
    return f"{intent}{json.dumps({'what': named}, ensure_ascii=False)}"


def _attachments(message: Message) -> Sequence[Mapping[str, Any]]:
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return ({"kind": "photo", "file_id": largest.file_id},)
    for kind, details in _ATTACHMENTS.items():
        found = getattr(message, kind)
        if found is not None:
            return ({"kind": kind, **_details(found, ("file_id", *details))},)
    return ()


def _details(found: object, names: Sequence[str]) -> Mapping[str, Any]:
    known = {name: getattr(found, name, None) for name in names}
    return {name: _plain(value) for name, value in known.items() if value is not None}


def _plain(value: object) -> object:
    """Durations as seconds: attachments are stored as JSON."""
    return int(value.total_seconds()) if isinstance(value, timedelta) else value


def _language(user: User | None) -> str | None:
    """The language of the customer's app, where it tells."""
    return known_language(user.language_code) if user else None


def _name(user: User | None) -> str | None:
    return user.full_name.strip() or None if user else None
