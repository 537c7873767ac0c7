"""Files that come with messages: taken, and handed out. Used by the website and the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from pydantic import BaseModel
from starlette.responses import Response

from bot.channels.port import PermanentError, TemporaryError, UnknownResult
from bot.files import received, served
from bot.http import ApiError
from memory.errors import TooManyFiles, UnknownCustomer, UnknownFile
from memory.model import Address, Attached, Cursor, CustomerId, DeliveryState, Message
from memory.ports import Files, Transcript

log = structlog.get_logger()

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets a file that a channel keeps. Raises what deliveries raise."""

UPLOAD = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}
"""A file as the body of a request, for the OpenAPI page."""


class AttachmentView(BaseModel):
    """A file that came with a message, at this place of its list. What its channel does not tell is null."""

    place: int
    name: str
    type: str | None
    size: int | None


class UploadedView(BaseModel):
    """A file that was taken; its id goes with the message that it belongs to."""

    id: str
    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachments:
    """Takes and hands out files. `fetch` gets those that a channel keeps, by the channel's name."""

    files: Files
    transcript: Transcript
    fetch: Mapping[str, Fetch]

    async def take(self, customer_id: CustomerId, name: str, content: bytes, at: Address | None = None) -> UploadedView:
        """Keep a file. Raises ApiError 404, 409, 413, 415 and 422."""
        new = received(name, content)
        try:
            kept = await self.files.keep(customer_id, new, at)
        except TooManyFiles as exc:
            raise ApiError(409, "too_many_files", str(exc)) from exc
        except UnknownCustomer as exc:
            raise ApiError(404, "not_found", str(exc)) from exc
        return UploadedView(id=kept.file_id or "", name=kept.name, type=new.media_type, size=len(content))

    async def hand_out(self, customer_id: CustomerId, number: int, place: int) -> Response:
        """A file of one of this customer's messages. Raises ApiError 404, and 502 while its channel can't be asked."""
        (message,) = await self.transcript.after(customer_id, Cursor(number - 1), 1) or (None,)
        is_there = message is not None and message.number == number and message.delivery is not DeliveryState.WITHDRAWN
        if message is None or not is_there or place >= len(message.attachments):
            raise _gone()
        file = message.attachments[place]
        return served(file.name, await self._content(customer_id, message, file))

    async def _content(self, customer_id: CustomerId, message: Message, file: Attached) -> bytes:
        if file.file_id is not None:
            try:
                return await self.files.content(customer_id, file.file_id)
            except UnknownFile as exc:
                raise _gone() from exc
        if file.remote is None or message.channel not in self.fetch:
            raise ApiError(404, "kept_elsewhere", f"This file is kept by its channel ({message.channel}); look there.")
        try:
            return await self.fetch[message.channel](file.remote)
        except PermanentError as exc:
            raise _gone() from exc
        except (TemporaryError, UnknownResult) as exc:
            log.warning("file_not_fetched", channel=message.channel, reason=str(exc))
            raise ApiError(502, "channel_away", "The channel that keeps this file can't be reached just now.") from exc


def attachment_views(message: Message) -> list[AttachmentView]:
    """What came with a message."""
    return [
        AttachmentView(place=place, name=file.name, type=file.media_type, size=file.size)
        for place, file in enumerate(message.attachments)
    ]


def _gone() -> ApiError:
    return ApiError(404, "not_found", "There is no such file any more.")
