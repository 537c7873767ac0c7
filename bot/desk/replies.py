"""The desk's routes for replies that are not with the customer yet. Put together in `api`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from bot.desk.access import Door, Seat
from bot.desk.conversations import Conversations, refusals
from bot.desk.handoffs import Id, Replied
from bot.desk.views import Conversation
from bot.http import ApiError, error_responses
from memory.errors import TooLate, UnknownMessage
from memory.model import Cursor
from memory.ports import Replies

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


def reply_routes(door: Door, replies: Replies, conversations: Conversations) -> APIRouter:
    """`PUT/DELETE handoffs/{id}/replies/{number}`, `POST …/retry`; each answers with the fresh handoff."""
    router = APIRouter(
        prefix="/handoffs/{handoff_id}/replies/{number}", responses=error_responses(401, 403, 404, 409, 422)
    )
    seated = Annotated[Seat, Depends(door.seat)]

    @router.put("")
    async def edit(handoff_id: Id, number: Number, body: Replied, seat: seated) -> Conversation:
        """Say it in other words, while nobody has begun to send it; else 409 `too_late`."""
        async with _reply_refusals():
            await replies.edit(handoff_id, seat.agent.id, Cursor(number), body.text)
        return await conversations.open(handoff_id, seat.agent)

    @router.delete("")
    async def withdraw(handoff_id: Id, number: Number, seat: seated) -> Conversation:
        """Take it back, while nobody has begun to send it; else 409 `too_late`."""
        async with _reply_refusals():
            await replies.withdraw(handoff_id, seat.agent.id, Cursor(number))
        return await conversations.open(handoff_id, seat.agent)

    @router.post("/retry")
    async def retry(handoff_id: Id, number: Number, seat: seated) -> Conversation:
        """Send again what failed, or of what is not known whether it arrived; else 409 `too_late`."""
        async with _reply_refusals():
            await replies.retry(handoff_id, seat.agent.id, Cursor(number))
        return await conversations.open(handoff_id, seat.agent)

    return router


@asynccontextmanager
async def _reply_refusals() -> AsyncIterator[None]:
    async with refusals():
        try:
            yield
        except TooLate as exc:
            raise ApiError(409, "too_late", str(exc)) from exc
        except UnknownMessage as exc:
            raise ApiError(404, "not_found", str(exc)) from exc
