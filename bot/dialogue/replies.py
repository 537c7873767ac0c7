"""Reads what the dialogue uttered: replies for the customer, and commands for memory among them.

Used by `bot.dialogue.embedded`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rasa.core.channels.channel import OutputChannel

from bot.dialogue.cards import cards_in
from bot.dialogue.port import DialogueError
from memory.model import (
    Button,
    CaseState,
    CloseCase,
    EndFact,
    Erase,
    Extent,
    ForgetFact,
    HandoffReason,
    LearnFact,
    LinkId,
    OfferAnswer,
    OfferExport,
    OpenCase,
    RateAnswer,
    Record,
    Reply,
    RequestHandoff,
    UndoLink,
)

COMMANDS = "threadkeeper"
"""The key under which an action utters a command for memory."""

_READERS: Mapping[str, Callable[[Mapping[str, Any]], Record]] = {
    "request_handoff": lambda given: RequestHandoff(HandoffReason(given["reason"])),
    "open_case": lambda given: OpenCase(given["topic"], given["title"], given["key"], given["about"]),
    "close_case": lambda given: CloseCase(given["topic"], CaseState(given["state"]), given["key"]),
    "offer_answer": lambda given: OfferAnswer(given["faq_id"], given["title"], float(given["confidence"])),
    "rate_answer": lambda given: RateAnswer(bool(given["helped"])),
    "learn_fact": lambda given: LearnFact(given["key"], given["value"], float(given["confidence"])),
    "end_fact": lambda given: EndFact(given["key"], given["value"]),
    "erase": lambda given: Erase(Extent(given["extent"]), given["reference"]),
    "forget_fact": lambda given: ForgetFact(given["key"], given["reference"]),
    "offer_export": lambda given: OfferExport(given["export_id"]),
    "undo_link": lambda given: UndoLink(LinkId(given["link_id"])),
}


class Collected(OutputChannel):
    """An output channel that sends nothing: it keeps what was uttered, in order."""

    def __init__(self) -> None:
        self.uttered: list[dict[str, Any]] = []
        self._recorded: list[Record] = []

    @classmethod
    def name(cls) -> str:
        """The channel name under which responses are chosen: the common ones."""
        return "collected"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one utterance whole."""
        self.uttered.append(message)

    def record(self, records: Sequence[Record]) -> None:
        """Have memory record something that no action asked for."""
        self._recorded.extend(records)

    def replies(self) -> Sequence[Reply]:
        """What the customer is to read."""
        return tuple(_reply(message) for message in self.uttered if _is_for_customer(message))

    def records(self) -> Sequence[Record]:
        """What memory is to record. Raises DialogueError for a command that does not exist."""
        given = (message["custom"][COMMANDS] for message in self.uttered if COMMANDS in (message.get("custom") or {}))
        return (*self._recorded, *(_record(command) for command in given))


def _record(given: Mapping[str, Any]) -> Record:
    try:
        return _READERS[given["command"]](given)
    except (KeyError, ValueError) as exc:
        raise DialogueError(f"An action uttered a command that can't be read: {given!r}.") from exc


def _is_for_customer(message: Mapping[str, Any]) -> bool:
    return COMMANDS not in (message.get("custom") or {}) and bool(message.get("text") or message.get("custom"))


def _reply(message: Mapping[str, Any]) -> Reply:
    buttons = tuple(Button(b["title"], b["payload"]) for b in message.get("buttons") or ())
    custom = message.get("custom") or {}
    in_words = "\n".join(card.in_words() for card in cards_in(custom))
    return Reply(text=message.get("text") or in_words, buttons=buttons, custom=custom or None)
