"""The desk's routes for files: what customers sent, and what agents send them. Put together in `api`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import StringConstraints
from starlette.responses import Response

from bot.attachments import UPLOAD, Attachments, UploadedView
from bot.desk.access import Door, Seat
from bot.desk.conversations import Conversations, refusals
from bot.desk.handoffs import Id
from bot.desk.texts import NoNul
from bot.http import ApiError, error_responses
from memory.ports import Handoffs

Name = Annotated[str, StringConstraints(min_length=1, max_length=255), NoNul, Query()]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Place = Annotated[int, Path(ge=0, le=99)]


def attachment_routes(
    door: Door, handoffs: Handoffs, attachments: Attachments, conversations: Conversations
) -> APIRouter:
    """`POST handoffs/{id}/attachments`, `GET handoffs/{id}/messages/{number}/attachments/{place}`."""
    router = APIRouter(prefix="/handoffs/{handoff_id}")
    seated = Annotated[Seat, Depends(door.seat)]

    @router.post(
        "/attachments",
        status_code=201,
        responses=error_responses(401, 403, 404, 409, 413, 415, 422),
        openapi_extra=UPLOAD,
    )
    async def upload(handoff_id: Id, name: Name, request: Request, seat: seated) -> UploadedView:
        """Take a file, as the request's body, to be sent with the next reply. Its content says what it is."""
        async with refusals():
            handoff = (await handoffs.view(handoff_id)).handoff
        if handoff.agent_id != seat.agent.id or not handoff.state.owned_by_person:
            raise ApiError(409, "not_yours", "Accept the conversation to send files to its customer.")
        return await attachments.take(handoff.customer_id, name, await request.body())

    @router.get(
        "/messages/{number}/attachments/{place}",
        response_class=Response,
        responses=error_responses(401, 404, 422, 502),
    )
    async def download(handoff_id: Id, number: Number, place: Place, seat: seated) -> Response:
        """A file that came with a message of this customer; always as a download, from which nothing runs."""
        async with refusals():
            customer_id = (await handoffs.view(handoff_id)).handoff.customer_id
        await conversations.opened(handoff_id, seat.agent)
        return await attachments.hand_out(customer_id, number, place)

    return router
