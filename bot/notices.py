"""Your shop's way to tell a customer something that they did not ask for. Put together in `bot.bootstrap`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field

from bot.channels.port import Storable
from bot.http import ApiError, check_bearer, error_responses
from memory.errors import UnknownCustomer
from memory.model import Address, Identity, NoticeState, Proof, Topic
from memory.ports import Identities, Notices

MAX_TEXT = 4000
"""Characters, so that every channel takes it as one message."""


class NewNotice(BaseModel):
    """Something to tell a customer of yours."""

    model_config = ConfigDict(extra="forbid")

    customer: Annotated[Storable, Field(min_length=1, max_length=255, description="Your id of them: `sub` of tokens.")]
    topic: Annotated[Topic, Field(description="What it is about; they may not want to hear about some.")]
    text: Annotated[Storable, Field(min_length=1, max_length=MAX_TEXT, description="In Markdown.")]
    notice_id: Annotated[Storable, Field(min_length=1, max_length=255, description="Repeat it: they are told once.")]


class NoticeView(BaseModel):
    """What became of it; `until` is when it is sent (held) or may be tried again (too_often)."""

    state: NoticeState
    channel: str | None = None
    until: datetime | None = None


def notices_router(*, notices: Notices, identities: Identities, api_token: str | None) -> APIRouter:
    """The one route; it is closed while there is no API token."""
    router = APIRouter(prefix="/api/notices", tags=["Notices"])

    @router.post("", response_model_exclude_none=True, responses=error_responses(400, 401, 404, 413, 422))
    async def tell(
        body: NewNotice, authorization: Annotated[str | None, Header(include_in_schema=True)] = None
    ) -> NoticeView:
        """Tell a customer something, when, where, how often and about what they want to be told."""
        if api_token is None:
            raise ApiError(401, "unauthorized", "This server has no THREADKEEPER_API_TOKEN, so nobody may write.")
        check_bearer(authorization, api_token)
        known = await identities.customer_for(Address("", ""), Proof.NONE, Identity(body.customer))
        if known is None:
            raise _unknown()
        try:
            notice = await notices.post(known.id, body.topic, body.text, body.notice_id)
        except UnknownCustomer as exc:
            raise _unknown() from exc
        return NoticeView(state=notice.state, channel=notice.channel, until=notice.until)

    return router


def _unknown() -> ApiError:
    return ApiError(404, "unknown_customer", "This customer of yours has never talked with us while signed in.")
