"""What Telegram refuses, in its own words. Used by the Bot API double in `telegram`."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any

LIMIT = 4096
BUTTON_BYTES = 64
KINDS = frozenset({"bold", "italic", "strikethrough", "code", "pre", "text_link", "blockquote"})
"""The looks that a bot may ask for (the real server knows some more)."""


class Refused(Exception):
    """An error answer of the Bot API."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def utf16(text: str) -> bytes:
    """A text in the units in which Telegram counts: two bytes each."""
    return text.encode("utf-16-le")


def check_text(text: str) -> None:
    if not text.strip():
        raise Refused(400, "Bad Request: message text is empty")
    if len(utf16(text)) // 2 > LIMIT:
        raise Refused(400, "Bad Request: message is too long")


def check_entities(text: str, entities: list[Mapping[str, Any]]) -> None:
    """Every entity lies within the text, tears no character, and overlaps others only by nesting as allowed."""
    end = len(utf16(text)) // 2
    for entity in entities:
        first, last = entity["offset"], entity["offset"] + entity["length"]
        if entity["type"] not in KINDS:
            raise Refused(400, f"Bad Request: can't parse entities: unsupported type {entity['type']}")
        if not (0 <= first < last <= end) or _torn(text, first) or _torn(text, last):
            raise Refused(400, f"Bad Request: entity beginning at UTF-16 offset {first} ends after the end of the text")
        if entity["type"] == "text_link" and not str(entity.get("url", "")).startswith(("http", "tg:")):
            raise Refused(400, "Bad Request: text_link has a wrong URL")
    for entity in entities:
        for other in entities:
            _check_pair(entity, other)


def _torn(text: str, offset: int) -> bool:
    unit = utf16(text)[offset * 2 : offset * 2 + 2]
    return bool(unit) and 0xDC00 <= int.from_bytes(unit, "little") <= 0xDFFF


def _check_pair(one: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    first, last = one["offset"], one["offset"] + one["length"]
    begins, ends = other["offset"], other["offset"] + other["length"]
    if first < begins < last < ends:
        raise Refused(400, f"Bad Request: entities overlap at UTF-16 offset {begins}")
    inside = one is not other and first <= begins and ends <= last
    if inside and "code" in (one["type"], other["type"]) and "blockquote" not in (one["type"], other["type"]):
        raise Refused(400, f"Bad Request: code can't be combined with another entity at UTF-16 offset {begins}")


def check_markup(markup: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The buttons (title, data) of an inline keyboard."""
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
    for button in buttons:
        if not str(button.get("text", "")).strip():
            raise Refused(400, "Bad Request: can't parse inline keyboard button: text buttons are empty")
        if not 1 <= len(str(button.get("callback_data", "")).encode()) <= BUTTON_BYTES:
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    if len(buttons) > 100:
        raise Refused(400, "Bad Request: reply markup is too long")
    return [(button["text"], button["callback_data"]) for button in buttons]


class Limits:
    """About one message a second to a chat, with bursts of three, and thirty a second overall."""

    CHAT_BURST = 3
    OVERALL = 30

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._chats: dict[int, deque[float]] = defaultdict(deque)
        self._all: deque[float] = deque()

    def take(self, chat_id: int) -> None:
        now = self._now()
        self._within(self._chats[chat_id], self.CHAT_BURST, float(self.CHAT_BURST), now)
        self._within(self._all, self.OVERALL, 1.0, now)
        self._chats[chat_id].append(now)
        self._all.append(now)

    def _within(self, sent: deque[float], most: int, seconds: float, now: float) -> None:
        while sent and sent[0] <= now - seconds:
            sent.popleft()
        if len(sent) >= most:
            wait = max(1, math.ceil(sent[0] + seconds - now))
            raise Refused(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
