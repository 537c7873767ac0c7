"""The REST webhook: one message in, the replies of its turn out. Put together in `bot.bootstrap`."""

from __future__ import annotations

import time
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field

from bot.channels.port import MAX_LANGUAGE_TAG, Storable
from bot.faq.entry import known_language
from bot.http import ApiError, check_bearer, error_responses
from bot.identity import IdentityTokens, InvalidIdentity
from bot.limits import Limits
from bot.markdown import to_plain
from memory.model import Accepted, Address, Author, Identity, Inbound, Message, Proof
from memory.ports import Doorbell, Inbox

WAIT_SECONDS = 30.0
"""How long a caller waits for a turn; a turn takes milliseconds, so more means that no worker is there."""
LOOK_AGAIN = 1.0


class RestMessage(BaseModel):
    """A customer's message, as Rasa's REST channel takes it."""

    model_config = ConfigDict(extra="forbid")

    sender: Annotated[Storable, Field(min_length=1, max_length=255, description="Your id of the conversation.")]
    message: Annotated[Storable, Field(max_length=10_000, description="What the customer wrote, or a payload.")]
    message_id: Annotated[
        Storable | None, Field(min_length=1, max_length=255, description="Repeat it to get the same replies again.")
    ] = None
    identity: Annotated[
        str | None, Field(max_length=4096, description="JWT (HS256) that says who the customer is.")
    ] = None
    language: Annotated[
        str | None, Field(max_length=MAX_LANGUAGE_TAG, description="Theirs, such as de or de-AT; kept until another.")
    ] = None


class RestButton(BaseModel):
    """A choice; send its payload as `message` to press it."""

    title: str
    payload: str


class RestReply(BaseModel):
    """One reply of the bot, or of a person since the last call. `text` is plain: no Markdown."""

    recipient_id: str
    text: str
    buttons: list[RestButton] | None = None
    custom: dict[str, object] | None = None


class RestChannel:
    """Takes messages and waits for their turns."""

    def __init__(
        self, *, inbox: Inbox, doorbell: Doorbell, tokens: IdentityTokens, api_token: str | None, limits: Limits
    ) -> None:
        self._inbox = inbox
        self._doorbell = doorbell
        self._tokens = tokens
        self._api_token = api_token
        self._limits = limits

    def router(self) -> APIRouter:
        """The routes of this channel."""
        router = APIRouter(prefix="/webhooks/rest", tags=["REST"])
        router.add_api_route(
            "/webhook",
            self.webhook,
            methods=["POST"],
            response_model_exclude_none=True,
            responses=error_responses(400, 401, 413, 422, 429, 504),
        )
        return router

    async def webhook(
        self, body: RestMessage, authorization: Annotated[str | None, Header(include_in_schema=True)] = None
    ) -> list[RestReply]:
        """Say something as a customer; the answer comes when everything has been remembered."""
        proof = self._proof(authorization)
        self._limits.admit()  # the caller speaks for many customers, so only what all may send together is limited
        inbound = Inbound(
            address=Address("rest", body.sender),
            provider_id=body.message_id or uuid4().hex,
            text=body.message,
            payload=body.message if body.message.startswith("/") else None,
            proof=proof,
            identity=self._identity(body.identity),
            language=known_language(body.language),
        )
        accepted = await self._inbox.accept(inbound)
        replies = await self._replies(accepted)
        return [_rest_reply(body.sender, message) for message in replies]

    def _proof(self, authorization: str | None) -> Proof:
        if self._api_token is None:
            return Proof.NONE
        check_bearer(authorization, self._api_token)
        return Proof.TRUSTED_CALLER

    def _identity(self, token: str | None) -> Identity | None:
        if token is None:
            return None
        try:
            return self._tokens.verify(token)
        except InvalidIdentity as exc:
            raise ApiError(401, "invalid_identity", str(exc)) from exc

    async def _replies(self, accepted: Accepted) -> list[Message]:
        deadline = time.monotonic() + WAIT_SECONDS
        with self._doorbell.listen(f"customer:{accepted.customer_id}") as bell:
            while (replies := await self._inbox.replies(accepted.inbox_id)) is None:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise ApiError(504, "not_answered_yet", "The message is kept; ask again with the same message_id.")
                await bell.wait(timeout=min(left, LOOK_AGAIN))
        return list(replies)


def _rest_reply(sender: str, message: Message) -> RestReply:
    return RestReply(
        recipient_id=sender,
        text=to_plain(message.text) if message.author is Author.BOT else message.text,
        buttons=[RestButton(title=b.title, payload=b.payload) for b in message.buttons] or None,
        custom=dict(message.custom) if message.custom else None,
    )
