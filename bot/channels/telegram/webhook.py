"""The route that Telegram calls when a webhook is set. Mounted by `bot.bootstrap` through `TelegramChannel`."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from fastapi import APIRouter, Request
from telegram import Bot, Update

from bot.http import ApiError, error_responses

log = structlog.get_logger()

PATH = "/webhooks/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_AGAIN_IN = 1.0


def webhook_router(*, bot: Bot, secret: str, take: Callable[[Update], Awaitable[None]]) -> APIRouter:
    """`POST /webhooks/telegram`, for Telegram alone: whoever does not show the secret is refused."""
    router = APIRouter(tags=["telegram"])

    @router.post(PATH, responses=error_responses(400, 401, 413, 503))
    async def take_update(request: Request) -> dict[str, bool]:
        """Telegram delivers an update. 200 means that it is stored; on anything else Telegram sends it again."""
        shown = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(shown.encode(), secret.encode()):
            raise ApiError(401, "unauthorized", "Only Telegram may call this, with the secret it was given.")
        update = _update(_json(await request.body()), bot)
        try:
            await take(update)
        except Exception as exc:
            log.exception("telegram_update_not_stored", update_id=update.update_id)
            raise ApiError(503, "not_stored", "The update could not be stored. Send it again.", _AGAIN_IN) from exc
        return {"ok": True}

    return router


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise ApiError(400, "invalid_json", "The body is not valid JSON.") from exc


def _update(data: Any, bot: Bot) -> Update:
    if not isinstance(data, dict) or not isinstance(data.get("update_id"), int):
        raise ApiError(400, "invalid_request", "The body is no update: update_id is missing.")
    try:
        return Update.de_json(data, bot)
    except Exception as exc:  # whatever the library makes of a body that Telegram would not send
        raise ApiError(400, "invalid_request", "The body is no update that can be read.") from exc
