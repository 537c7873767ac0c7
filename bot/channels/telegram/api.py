"""The Bot API client and what its errors mean to us. Built by `channel`, used by everything else in this folder."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.port import AddressClosed, PermanentError, TemporaryError, UnknownResult

WITH_WRONG_TOKEN = 300.0
"""Seconds until a message is tried again while the token is refused: the operator has to act first."""

_CONNECTIONS = 64
"""Requests side by side; the pace allows about 30 messages a second, and typing and button answers besides."""
_MAYBE_DELIVERED = (httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.RemoteProtocolError)
"""The request had been written when the answer failed to come. Any other failure came before that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """How to reach Telegram, and how it reaches us: by `webhook_url`, or by long polling without one."""

    token: str = field(repr=False)
    base_url: str = "https://api.telegram.org/bot"
    webhook_url: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)
    answers_within: float = 10.0  # seconds to wait for an answer before its result is unknown
    poll_lasts: int = 25  # seconds that Telegram holds a poll open when there is nothing new

    @property
    def bot_url(self) -> str:
        """The base URL as the client wants it: the token follows "/bot" at once."""
        url = self.base_url.rstrip("/")
        return url if url.endswith("/bot") else f"{url}/bot"

    @property
    def file_url(self) -> str:
        """Where the files are that customers sent: beside the methods."""
        return f"{self.bot_url.removesuffix('/bot')}/file/bot"

    @property
    def secret(self) -> str:
        """What Telegram shows us with every update; made from the token, the same in every process, if not set."""
        made = hmac.new(self.token.encode(), b"threadkeeper telegram webhook", hashlib.sha256).hexdigest()
        return self.webhook_secret or made


class BotApi:
    """Telegram's client with the connections it uses. Nothing is opened before the first request."""

    def __init__(self, *, settings: TelegramSettings) -> None:
        # These log URLs, and the URL holds the token.
        for chatty in ("httpx", "httpcore", "telegram"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        self._requests = (
            _connections(1, settings.answers_within),
            _connections(_CONNECTIONS, settings.answers_within),
        )
        polling, sending = self._requests
        self.bot = Bot(
            settings.token, settings.bot_url, settings.file_url, get_updates_request=polling, request=sending
        )

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(*(request.shutdown() for request in self._requests))


class GatewayTimedOut(NetworkError):
    """A gateway before Telegram had no answer in time: whether Telegram has done it, nobody knows."""


class InDoubt(NetworkError):
    """Telegram, or a gateway before it, says that it broke: mostly before it has done anything."""


class _Requests(HTTPXRequest):
    """Tells the server's own failures apart, which the client calls all the same."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        code, payload = await super().do_request(*args, **kwargs)
        if code == HTTPStatus.GATEWAY_TIMEOUT:
            raise GatewayTimedOut(f"Telegram's gateway had no answer in time ({code}).")
        if code in {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY}:
            raise InDoubt(f"Telegram broke ({code}).")
        return code, payload


def _connections(number: int, patience: float) -> HTTPXRequest:
    return _Requests(
        connection_pool_size=number,
        read_timeout=patience,
        write_timeout=patience,
        connect_timeout=patience,
        pool_timeout=patience,
    )


@contextmanager
def errors_as_ours() -> Iterator[None]:
    """Let nothing but TemporaryError, PermanentError and UnknownResult out of a delivery."""
    try:
        yield
    except TelegramError as exc:
        raise _meaning(exc) from exc


def seconds_to_wait(exc: RetryAfter) -> float:
    """How long Telegram asks us to pause."""
    pause = exc.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)


def _meaning(exc: TelegramError) -> TemporaryError | PermanentError | UnknownResult:
    if isinstance(exc, RetryAfter):
        return TemporaryError(exc.message, seconds_to_wait(exc))
    if isinstance(exc, InvalidToken):
        return TemporaryError("Telegram refuses our token.", WITH_WRONG_TOKEN)
    if isinstance(exc, (Forbidden, BadRequest, ChatMigrated)):
        # Forbidden: they blocked the bot, or deleted their account.
        return AddressClosed(exc.message) if isinstance(exc, Forbidden) else PermanentError(exc.message)
    if isinstance(exc.__cause__, _MAYBE_DELIVERED):
        return UnknownResult(f"Telegram did not answer ({type(exc.__cause__).__name__}).")
    if type(exc) in {GatewayTimedOut, TelegramError}:  # the latter is a success whose body can't be read
        return UnknownResult(exc.message)
    return TemporaryError(exc.message, in_doubt=isinstance(exc, InDoubt))
