"""People who use the Bot API double: what they write, press and read. Made by `BotApi.user`."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.doubles.telegram_rules import utf16

if TYPE_CHECKING:
    from tests.doubles.telegram import BotApi

BOT = {"id": 7000000001, "is_bot": True, "first_name": "Fern", "username": "fern_test_bot"}
PATIENCE = 10.0
_query_ids = count(1_761_055_432_000_000_001)


@dataclass(frozen=True)
class Seen:
    """A message of the bot as a person sees it."""

    message_id: int
    text: str
    entities: list[dict[str, Any]]
    keyboard: list[tuple[str, str]]
    at: float
    file: tuple[str, str, bytes] | None = None  # how it was sent, its name, its content

    @property
    def buttons(self) -> list[str]:
        return [title for title, _ in self.keyboard]

    @property
    def looks(self) -> list[tuple[str, str]]:
        """What is marked, and how: [("bold", "Returns"), …]."""
        raw = utf16(self.text)
        return [
            (entity["type"], raw[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le"))
            for entity in self.entities
        ]


@dataclass
class Chat:
    """A chat as the server keeps it."""

    id: int
    type: str
    names: dict[str, str]
    opened: bool = False
    blocked: bool = False
    last_id: int = 0
    seen: list[Seen] = field(default_factory=list)
    read: int = 0
    typing: int = 0
    answers: list[str | None] = field(default_factory=list)

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    @property
    def json(self) -> dict[str, Any]:
        return {"id": self.id, "type": self.type, **self.names}


class TelegramUser:
    """A person with a phone. What they do is sent at once; what they read is waited for."""

    def __init__(self, api: BotApi, chat: Chat) -> None:
        self._api = api
        self.chat = chat
        self.id = chat.id

    def says(self, text: str, **extra: Any) -> int:
        """Write a message; returns its id."""
        return self.sends(text=text, **extra)

    def starts(self, code: str | None = None) -> int:
        """Open the chat, by a deep link if there is a code."""
        return self.says(f"/start {code}" if code else "/start")

    def sends(self, *, into: Chat | None = None, **content: Any) -> int:
        """Send any content, such as sticker={…}; into a group if one is given."""

        def send() -> int:
            chat = into or self.chat
            chat.opened = True
            message = self._api.message(chat, self._sender, content)
            self._api.happened("message", message)
            return int(message["message_id"])

        return self._api.do(send)

    def sends_photo(self, caption: str | None = None) -> int:
        sizes = [{"file_id": f"photo-{n}", "file_unique_id": f"u{n}", "width": n, "height": n} for n in (90, 800)]
        return self.sends(photo=sizes, caption=caption) if caption else self.sends(photo=sizes)

    def edits(self, message_id: int, text: str) -> None:
        """Correct an earlier message."""
        message = {"message_id": message_id, "from": self._sender, "chat": self.chat.json, "date": int(time.time())}
        edited = {**message, "edit_date": int(time.time()), "text": text}
        self._api.do(lambda: self._api.happened("edited_message", edited))

    def presses(self, title: str, *, of: Seen | None = None) -> str:
        """Press a button of the last message that has some (or of an older one); returns the query's id."""

        def press() -> str:
            offered = of or next((seen for seen in reversed(self.chat.seen) if seen.keyboard), None)
            assert offered is not None, f"{self.chat.names['first_name']} has no buttons to press"
            data = dict(offered.keyboard).get(title)
            assert data is not None, f"no button {title!r} among {offered.buttons}"
            return self._press(offered, data)

        return self._api.do(press)

    def presses_data(self, data: str) -> str:
        """A press that a modified app could send: any data, under the last message."""
        return self._api.do(lambda: self._press(self.chat.seen[-1], data))

    def blocks(self) -> None:
        """Block the bot."""

        def block() -> None:
            self.chat.blocked = True

        self._api.do(block)

    @property
    def messages(self) -> list[Seen]:
        """All messages of the bot so far, read or not."""
        return self._api.do(lambda: list(self.chat.seen))

    @property
    def texts(self) -> list[str]:
        return [seen.text for seen in self.messages]

    async def reads(self, number: int, timeout: float = PATIENCE) -> list[Seen]:
        """The next so many messages that were not read yet."""
        chat = self.chat
        what = f"{number} messages to {chat.names['first_name']}"
        await self._api.until(lambda: len(chat.seen) >= chat.read + number, timeout, what)
        chat.read += number
        return self.messages[chat.read - number : chat.read]

    async def next_message(self, timeout: float = PATIENCE) -> Seen:
        """The next message that was not read yet."""
        return (await self.reads(1, timeout))[0]

    async def sees_typing(self, times: int = 1, timeout: float = PATIENCE) -> None:
        """Wait until the bot has shown so often that it is typing."""
        await self._api.until(lambda: self.chat.typing >= times, timeout, "typing")

    async def next_answer(self, timeout: float = PATIENCE) -> str | None:
        """What pops up after a press; None when only the waiting ends."""
        await self._api.until(lambda: bool(self.chat.answers), timeout, "an answer to a press")
        return self._api.do(lambda: self.chat.answers.pop(0))

    @property
    def _sender(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "language_code": "en", **self.chat.names}

    def _press(self, seen: Seen, data: str) -> str:
        query_id = str(next(_query_ids))
        rows = [[{"text": title, "callback_data": kept}] for title, kept in seen.keyboard]
        under = {"message_id": seen.message_id, "from": BOT, "chat": self.chat.json, "date": 1, "text": seen.text}
        under["reply_markup"] = {"inline_keyboard": rows}
        query = {"id": query_id, "from": self._sender, "chat_instance": "1", "message": under, "data": data}
        self._api.queries[query_id] = self.chat
        self._api.happened("callback_query", query)
        return query_id
