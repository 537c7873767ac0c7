"""The visitor routes: a token, messages in, messages out by Server-Sent Events, a link to Telegram.

`bot.bootstrap` includes the router.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Security
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.attachments import UPLOAD, Attachments, UploadedView
from bot.channels.web import assets
from bot.channels.web.cors import PREFIX, allow_origins
from bot.channels.web.sign_in import EmailSignIn
from bot.channels.web.threads import Threads, address_of, proof_of
from bot.channels.web.views import (
    MAX_CURSOR,
    CodeRequest,
    EmailRequest,
    EmailResponse,
    HistoryResponse,
    LinkResponse,
    MessageRequest,
    MessageResponse,
    VisitorRequest,
    VisitorResponse,
    is_shown,
    provider_id,
    thread_of,
)
from bot.faq.entry import known_language
from bot.http import ApiError, EventStream, error_responses
from bot.identity import IdentityTokens, InvalidIdentity, InvalidVisitor, Visitor, VisitorTokens
from bot.limits import Limits
from bot.standing import Standings
from memory.codes import CODE_LIFE, typed_code
from memory.errors import UnknownCustomer, UnknownFile
from memory.model import CustomerId, FileId, Identity, Inbound
from memory.ports import Doorbell, Identities, Inbox, Signs, Transcript

__all__ = ["WebParts", "allow_origins", "web_router"]

_SAY_SOMETHING = "Say something first; then it can be continued in Telegram."
CODE_TYPED = "(one-time code)"
"""What is kept of a message with a code: a code that opens a conversation has no place in a transcript."""
_PING = 15
"""Seconds between heartbeats; proxies commonly cut a connection that is silent for 60."""

BotName = Callable[[], Awaitable[str | None]]
"""Asks for the Telegram bot's username; None while it is not known."""
Bearer = Annotated[
    HTTPAuthorizationCredentials | None, Security(HTTPBearer(auto_error=False, scheme_name="VisitorToken"))
]
Number = Annotated[int, Query(ge=0, le=MAX_CURSOR, description="A message number of this conversation.")]
Limit = Annotated[int, Query(ge=1, le=100)]
FileName = Annotated[str, Query(min_length=1, max_length=255)]
MessageNumber = Annotated[int, Path(ge=1, le=MAX_CURSOR)]
Place = Annotated[int, Path(ge=0, le=99)]
LastEventId = Annotated[str | None, Header(pattern=r"^[0-9]{1,15}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebParts:
    """What the website channel needs of the rest; `telegram_name` and `sign_in` are None while Telegram or e-mail is
    not configured.
    """

    inbox: Inbox
    transcript: Transcript
    identities: Identities
    doorbell: Doorbell
    signs: Signs
    standings: Standings
    attachments: Attachments
    visitors: VisitorTokens
    tokens: IdentityTokens
    limits: Limits
    images_from: frozenset[str] = frozenset()
    """Origins whose pictures may stand in the bot's words; a link stands for those of others."""
    telegram_name: BotName | None = None
    sign_in: EmailSignIn | None = None


def web_router(parts: WebParts) -> APIRouter:
    """All routes of the website channel."""
    api = _VisitorApi(parts)
    router = APIRouter(prefix=PREFIX, tags=["website"])
    router.add_api_route(
        "", api.register, methods=["POST"], response_model=VisitorResponse, responses=error_responses(401, 422, 429)
    )
    router.add_api_route(
        "/messages",
        api.say,
        methods=["POST"],
        response_model=MessageResponse,
        status_code=202,
        responses=error_responses(401, 413, 422, 429),
    )
    router.add_api_route(
        "/messages", api.history, methods=["GET"], response_model=HistoryResponse, responses=error_responses(401, 422)
    )
    router.add_api_route(
        "/events",
        api.events,
        methods=["GET"],
        response_class=EventStream,
        responses=error_responses(401, 422, 429),
    )
    router.add_api_route(
        "/attachments",
        api.upload,
        methods=["POST"],
        response_model=UploadedView,
        status_code=201,
        responses=error_responses(401, 404, 409, 413, 415, 422, 429),
        openapi_extra=UPLOAD,
    )
    router.add_api_route(
        "/attachments/{number}/{place}",
        api.download,
        methods=["GET"],
        response_class=Response,
        responses=error_responses(401, 404, 422, 502),
    )
    router.add_api_route("/writing", api.writing, methods=["POST"], status_code=204, responses=error_responses(401))
    router.add_api_route(
        "/link", api.link, methods=["POST"], response_model=LinkResponse, responses=error_responses(401, 404, 409)
    )
    router.add_api_route(
        "/email",
        api.email,
        methods=["POST"],
        response_model=EmailResponse,
        status_code=202,
        responses=error_responses(401, 404, 422, 429),
    )
    router.add_api_route(
        "/code", api.code, methods=["POST"], response_model=VisitorResponse, responses=error_responses(401, 404, 422)
    )
    both = APIRouter()
    both.include_router(router)
    both.include_router(assets.router)
    return both


class _VisitorApi:
    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self._threads = Threads(
            transcript=parts.transcript,
            identities=parts.identities,
            doorbell=parts.doorbell,
            signs=parts.signs,
            standings=parts.standings,
            images_from=parts.images_from,
        )

    async def register(self, request: Request, bearer: Bearer, body: VisitorRequest | None = None) -> VisitorResponse:
        """Get a token for a new visitor, or a fresh one for the visitor whose token is shown."""
        self._parts.limits.admit(address=_address(request))
        identity = self._proved(body.identity if body else None)
        return self._welcome(*self._token(bearer, identity))

    def _welcome(self, token: str, visitor: Visitor) -> VisitorResponse:
        return VisitorResponse(
            token=token,
            visitor=visitor.id,
            identified=visitor.identity is not None,
            name=visitor.identity.name if visitor.identity else None,
            telegram=self._parts.telegram_name is not None,
            email=self._parts.sign_in is not None,
        )

    async def say(self, request: Request, bearer: Bearer, body: MessageRequest) -> MessageResponse:
        """Say something. Answered once the message is stored for good; replies come by `events`."""
        visitor = self._visitor(bearer)
        self._parts.limits.admit(visitor=visitor.id, address=_address(request))
        await self._threads.customer_of(visitor)
        inbound = await self._inbound(visitor, body)
        accepted = await self._parts.inbox.accept(inbound)
        thread = thread_of(accepted.customer_id, accepted.renumbered)
        differs = body.text is not None and body.payload is None and accepted.text != body.text
        return MessageResponse(duplicate=accepted.duplicate, thread=thread, text=accepted.text if differs else None)

    async def history(
        self, bearer: Bearer, after: Number | None = None, before: Number | None = None, limit: Limit = 50
    ) -> HistoryResponse:
        """A page of the conversation: the newest messages, those before a number, or those after one."""
        if after is not None and before is not None:
            raise ApiError(422, "invalid_request", "Give after or before, not both.")
        visitor = self._visitor(bearer)
        customer_id = await self._threads.customer_of(visitor)
        if customer_id is None:
            return HistoryResponse(messages=[], thread=None)
        messages = await self._threads.page(customer_id, after, before, limit)
        thread = await self._threads.name_of(customer_id)
        return HistoryResponse(
            messages=[self._threads.shown(m, visitor) for m in messages if is_shown(m)], thread=thread
        )

    async def events(self, bearer: Bearer, after: Number = 0, last_event_id: LastEventId = None) -> EventStream:
        """Server-Sent Events: `thread` (the conversation's name), then every `message` after the cursor, for good.

        `writing` tells that a person is writing to the visitor: their name, and for how many seconds that counts.
        `waiting` tells who waits for a person their place (`number` from 1), how many `minutes` others lately waited
        in all (null: too few have) and when the desk `opens` next (null: it is open); null once nobody is awaited.

        Ids are message numbers, so a reconnect with the last one gets exactly what it missed.
        """
        visitor = self._visitor(bearer)
        await self._threads.customer_of(visitor)
        cursor = max(after, int(last_event_id or 0))
        events = self._threads.follow(visitor, cursor)
        return EventStream(events, ping=_PING, within=self._parts.limits.stream(visitor.id))

    async def upload(self, request: Request, bearer: Bearer, name: FileName) -> UploadedView:
        """Take a file, as the request's body, to be sent with a message. Its content says what it is."""
        visitor = self._visitor(bearer)
        self._parts.limits.admit(visitor=visitor.id, address=_address(request))
        customer_id = await self._threads.customer_of(visitor)
        if customer_id is None:
            raise ApiError(409, "no_conversation", "Say something first; then files can be sent.")
        return await self._parts.attachments.take(customer_id, name, await request.body(), address_of(visitor))

    async def download(self, bearer: Bearer, number: MessageNumber, place: Place) -> Response:
        """A file that came with a message of this conversation; always as a download, from which nothing runs."""
        customer_id = await self._threads.customer_of(self._visitor(bearer))
        if customer_id is None:
            raise ApiError(404, "not_found", "There is no such file any more.")
        return await self._parts.attachments.hand_out(customer_id, number, place)

    async def _attached(self, visitor: Visitor, file_ids: Sequence[FileId]) -> Sequence[Mapping[str, Any]]:
        """What a message keeps of its files. Raises ApiError 422 for those that are not this visitor's."""
        if not file_ids:
            return ()
        customer_id = await self._threads.customer_of(visitor)
        try:
            known = await self._parts.attachments.files.known(customer_id or CustomerId(""), file_ids)
        except UnknownFile as exc:
            raise ApiError(422, "unknown_file", "One of the files is not there any more. Attach it again.") from exc
        return [file.as_json() for file in known]

    async def writing(self, bearer: Bearer) -> None:
        """Tell that one is writing, for the next six seconds; an agent who has the conversation open is shown it."""
        await self._threads.writes(self._visitor(bearer), datetime.now(timezone.utc))

    async def link(self, bearer: Bearer) -> LinkResponse:
        """A code that continues this conversation in Telegram, once, within ten minutes."""
        if self._parts.telegram_name is None:
            raise ApiError(404, "no_telegram", "Telegram is not set up here.")
        customer_id = await self._threads.customer_of(self._visitor(bearer))
        if customer_id is None:
            raise ApiError(409, "no_conversation", _SAY_SOMETHING)
        expires_at = datetime.now(timezone.utc) + CODE_LIFE
        try:
            code = await self._parts.identities.issue_code(customer_id, expires_at)
        except UnknownCustomer as exc:  # erased meanwhile
            raise ApiError(409, "no_conversation", _SAY_SOMETHING) from exc
        name = await self._parts.telegram_name()
        url = f"https://t.me/{name}?start={code}" if name else None
        return LinkResponse(code=code, url=url, expires_at=expires_at)

    async def email(self, bearer: Bearer, body: EmailRequest) -> EmailResponse:
        """Have a one-time code sent to an e-mail address, if it is a customer's. The answer never tells whether."""
        visitor, sign_in = self._visitor(bearer), self._email()
        if not sign_in.ask(visitor.id, body.email):
            raise ApiError(429, "too_many_codes", "Several codes were asked for just now.", retry_after=600)
        return EmailResponse()

    async def code(self, bearer: Bearer, body: CodeRequest) -> VisitorResponse:
        """Show the code that came by e-mail; the token in the answer is that customer's for a day."""
        visitor, sign_in = self._visitor(bearer), self._email()
        identity = await sign_in.identity_by(address_of(visitor), body.code)
        if identity is None:
            raise ApiError(401, "invalid_code", "That code does not work. Ask for a new one.")
        return self._welcome(*self._parts.visitors.renew(Visitor(visitor.id, identity, by_email=True)))

    def _email(self) -> EmailSignIn:
        if self._parts.sign_in is None:
            raise ApiError(404, "no_email", "E-mail is not set up here.")
        return self._parts.sign_in

    async def _inbound(self, visitor: Visitor, body: MessageRequest) -> Inbound:
        text = body.text
        if text is None and body.payload is not None:
            text = await self._threads.title_of(visitor, body.payload) or body.payload
        code = typed_code(text) if text and body.payload is None else None
        return Inbound(
            address=address_of(visitor),
            provider_id=provider_id(visitor, body.client_id),
            text=CODE_TYPED if code else text or "",
            command="continue_task" if code else None,
            link_code=code,
            proof=proof_of(visitor),
            payload=body.payload,
            identity=visitor.identity,
            display_name=visitor.identity.name if visitor.identity else None,
            language=known_language(body.language),
            attachments=await self._attached(visitor, body.attachments),
        )

    def _proved(self, token: str | None) -> Identity | None:
        if token is None:
            return None
        try:
            return self._parts.tokens.verify(token)
        except InvalidIdentity as exc:
            raise ApiError(401, "invalid_identity", str(exc)) from exc

    def _token(self, bearer: Bearer, identity: Identity | None) -> tuple[str, Visitor]:
        """The visitor's next token. A browser that somebody else was logged in with becomes a new visitor."""
        known = self._known(bearer)
        if bearer is None or known is None:
            return self._parts.visitors.new(identity)
        if identity is None:
            # A login is not made longer by asking again; that takes a new identity.
            return self._parts.visitors.renew(known) if known.identity is None else (bearer.credentials, known)
        if known.identity is not None and known.identity.subject != identity.subject:
            return self._parts.visitors.new(identity)
        return self._parts.visitors.renew(Visitor(id=known.id, identity=identity))

    def _known(self, bearer: Bearer) -> Visitor | None:
        """The visitor of a token, or None for one that is missing, not ours or too old."""
        try:
            return self._parts.visitors.read(bearer.credentials) if bearer else None
        except InvalidVisitor:
            return None

    def _visitor(self, bearer: Bearer) -> Visitor:
        visitor = self._known(bearer)
        if visitor is None:
            raise ApiError(401, "invalid_visitor", "Show a visitor's token; POST /api/visitor gives one.")
        return visitor


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None
