"""Why a message has not arrived, as agents read it. Used by `views`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from memory.model import DeliveryState, Message

_SAID: Final[Mapping[str, str]] = {
    "blocked by the user": "They have blocked the bot.",
    "user is deactivated": "Their account does not exist any more.",
    "chat not found": "The chat does not exist any more.",
    "kicked from": "The bot was removed from the chat.",
    "is no telegram chat": "There is no such chat.",
    "refuses our token": "The channel does not accept our access; an administrator has to renew it.",
    "it would be answer": "So many answers in an hour looked as if two machines were talking. Send it again if not.",
    "refuses our password": "The mail server does not accept our access; an administrator has to renew it.",
    "can't be written to": "No mail can be sent to this address.",
    "the mail came back: 550": "Their mail server does not take mail for this address.",
    "too long": "It is too long for the channel.",
    "file is too big": "The file is too big for the channel.",
    "the channel broke": "Something broke on our side while it was on its way.",
    "did not answer": "The channel did not answer in time.",
    "timed out": "The channel did not answer in time.",
}
"""What providers and our own parts say, in lower case, and what it means."""

_GAVE_UP: Final = "given up: "


def why_not_there(message: Message) -> str | None:
    """A sentence for what failed, is unknown or is being tried again; None where nothing went wrong."""
    reason = message.reason
    if not reason or message.delivery in {None, DeliveryState.SENT, DeliveryState.WITHHELD, DeliveryState.WITHDRAWN}:
        return None
    return in_words(reason)


def in_words(reason: str) -> str:
    """A sentence for what a provider or a part of ours said."""
    if reason.startswith(_GAVE_UP):
        return f"It was tried for three quarters of an hour. {_plainly(reason.removeprefix(_GAVE_UP))}"
    return _plainly(reason)


def _plainly(reason: str) -> str:
    said = reason.casefold()
    known = next((meaning for words, meaning in _SAID.items() if words in said), None)
    return known or f"The channel says: {reason.rstrip('.')}."
