"""What the library's errors mean for a delivery."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.port import PermanentError, TemporaryError, UnknownResult
from bot.channels.telegram.api import TelegramSettings, errors_as_ours


def caused(exc: TelegramError, cause: Exception) -> TelegramError:
    exc.__cause__ = cause
    return exc


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), PermanentError),
        (BadRequest("Bad Request: chat not found"), PermanentError),
        (ChatMigrated(-100), PermanentError),
        (NetworkError("Bad Gateway"), TemporaryError),
        (Conflict("x"), TemporaryError),
        (InvalidToken("Unauthorized"), TemporaryError),
        (caused(TimedOut(), httpx.ConnectTimeout("")), TemporaryError),
        (caused(TimedOut(), httpx.PoolTimeout("")), TemporaryError),
        (caused(NetworkError("x"), httpx.ConnectError("")), TemporaryError),
        (caused(NetworkError("x"), httpx.WriteError("")), TemporaryError),
        (caused(NetworkError("x"), RuntimeError("closed")), TemporaryError),
        (caused(TimedOut(), httpx.ReadTimeout("")), UnknownResult),
        (caused(TimedOut(), httpx.WriteTimeout("")), UnknownResult),
        (caused(NetworkError("x"), httpx.ReadError("")), UnknownResult),
        (caused(NetworkError("x"), httpx.RemoteProtocolError("")), UnknownResult),
        (TelegramError("Invalid server response"), UnknownResult),
    ],
)
def test_every_error_is_temporary_permanent_or_unknown(error: TelegramError, meaning: type[Exception]) -> None:
    with pytest.raises(meaning), errors_as_ours():
        raise error


@pytest.mark.parametrize("pause", [7, timedelta(seconds=7)])
def test_a_request_to_slow_down_says_for_how_long(pause: int | timedelta) -> None:
    with pytest.raises(TemporaryError) as refusal, errors_as_ours():
        raise RetryAfter(pause)
    assert refusal.value.retry_after == 7.0


def test_secrets_do_not_show_and_the_webhook_secret_is_made_when_none_is_set() -> None:
    settings = TelegramSettings(token="1:secret-token", webhook_secret=None)
    assert "secret-token" not in repr(settings)
    assert settings.secret == TelegramSettings(token="1:secret-token").secret
    assert settings.secret != TelegramSettings(token="2:other").secret
    assert TelegramSettings(token="1:x", webhook_secret="mine").secret == "mine"


@pytest.mark.parametrize(
    "url", ["http://local:8081", "http://local:8081/", "http://local:8081/bot", "http://local:8081/bot/"]
)
def test_the_base_url_may_be_given_with_or_without_bot(url: str) -> None:
    assert TelegramSettings(token="1:x", base_url=url).bot_url == "http://local:8081/bot"
