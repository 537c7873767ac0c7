"""What a channel is: it puts arrivals into the inbox and, if it must be pushed to, sends what the outbox gives it.

Implemented in the channels' folders; used by the outbox and put together in `bot.bootstrap`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable
from typing import Annotated, Protocol

from pydantic import AfterValidator

from memory.model import Delivery


class TemporaryError(Exception):
    """The provider can't take it now. Try again after `retry_after` seconds (None: by the usual back-off).

    `in_doubt`: it says that it broke, mostly before it has taken the message. Tried again, that may come twice.
    """

    def __init__(self, reason: str, retry_after: float | None = None, *, in_doubt: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.in_doubt = in_doubt


class PermanentError(Exception):
    """The provider will never take it: the row is given up, with this reason."""


class AddressClosed(PermanentError):
    """Whoever has this address wants nothing more there, or is gone: nothing else will be taken either."""


class UnknownResult(Exception):
    """The provider did not answer in time: the message may have arrived, so it is not sent again."""


class Overtaken(Exception):
    """A person has taken the conversation over: what the bot had to say is not sent any more."""


Check = Callable[[], Awaitable[None]]
"""Raises Overtaken when a message may not go any more. To be asked at the last moment, after every wait."""


async def unchecked() -> None:
    """The check of what may go whatever has happened."""


class Sender(Protocol):
    """A channel that is pushed to."""

    @property
    def name(self) -> str:
        """The channel's name in addresses: "telegram"."""

    async def send(self, delivery: Delivery, check: Check = unchecked) -> None:
        """Deliver one message. Raises TemporaryError, PermanentError, UnknownResult, or what `check` raises."""


class Runnable(Protocol):
    """A part that runs beside the HTTP server, such as long polling."""

    async def run(self) -> None:
        """Run until cancelled."""


def storable(text: str) -> str:
    """Text without what no database keeps: NUL and other control characters, and halves of surrogate pairs."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c for c in whole if c in "\n\t" or unicodedata.category(c) != "Cc")


MAX_LANGUAGE_TAG = 35
"""Characters that a language tag needs at most (BCP 47, 4.4.1)."""

Storable = Annotated[str, AfterValidator(storable)]
"""A string from outside that is safe to keep; for the request models of channels and desk."""
