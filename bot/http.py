"""What all HTTP routes share: one form of error, limits on bodies, safe headers.

Routers of channels and desk raise `ApiError`; `bot.bootstrap` calls `prepare` once.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractContextManager, nullcontext

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from memory.errors import MemoryUnavailable

log = structlog.get_logger()

MAX_BODY = 128 * 1024
"""Bytes of a request's body: a 10,000-character message in any script, with room for its envelope."""

MAX_FILE = 5 * 1024 * 1024
"""Bytes of a file that a customer or an agent sends."""

UPLOADS = re.compile(r"/api/(visitor|desk/handoffs/[A-Za-z0-9_-]{1,64})/attachments")
UPLOAD_SECONDS = 120.0
"""Paths whose body is a file, and how long one may take to arrive: over a slow line."""

BODY_SECONDS = 30.0
"""How long a body may take to arrive: who sends it byte by byte holds a connection for no longer."""

RETRY_SECONDS = 5.0
"""When to try again while memory can't be used, or after the server has ended."""

_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 401: "unauthorized"}


class ApiError(Exception):
    """An answer to a request that can't be served: HTTP status, a stable code, a sentence for a person.

    `details` are further fields of the error, for a client that can do something about it.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        retry_after: float | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.details = details or {}


class ErrorDetail(BaseModel):
    """Why a request was refused."""

    code: str
    message: str


class ErrorBody(BaseModel):
    """The body of every error."""

    error: ErrorDetail


def error_responses(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The `responses` of a route that may answer with these statuses, for the OpenAPI page."""
    return {status: {"model": ErrorBody} for status in statuses}


def check_bearer(authorization: str | None, token: str) -> None:
    """Raises ApiError unless the header shows this very token; compared in constant time."""
    shown = (authorization or "").removeprefix("Bearer ")
    if not secrets.compare_digest(shown.encode(), token.encode()):
        raise ApiError(401, "unauthorized", "Send the API token as `Authorization: Bearer …`.")


def error(
    status: int, code: str, message: str, retry_after: float | None = None, details: Mapping[str, object] | None = None
) -> JSONResponse:
    """The one form in which an error leaves the server."""
    headers = {} if retry_after is None else {"Retry-After": str(max(1, round(retry_after)))}
    return JSONResponse({"error": {"code": code, "message": message, **(details or {})}}, status, headers)


def prepare(app: FastAPI) -> None:
    """Give an application its error answers, body limit and headers."""

    @app.exception_handler(ApiError)
    async def _refused(_: Request, exc: ApiError) -> JSONResponse:
        return error(exc.status, exc.code, exc.message, exc.retry_after, exc.details)

    @app.exception_handler(MemoryUnavailable)
    async def _unavailable(request: Request, exc: MemoryUnavailable) -> JSONResponse:
        log.error("memory_unavailable", path=request.url.path, reason=exc.reason)
        return error(503, "unavailable", "That can't be kept just now. Please send it again.", RETRY_SECONDS)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, exc: RequestValidationError) -> JSONResponse:
        first = exc.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
        if first["type"] == "json_invalid":
            return error(400, "invalid_json", "The body is not valid JSON.")
        return error(422, "invalid_request", f"{where}: {first['msg']}.")

    @app.exception_handler(HTTPException)
    async def _http(_: Request, exc: HTTPException) -> JSONResponse:
        answer = error(exc.status_code, _CODES.get(exc.status_code, "invalid_request"), f"{exc.detail}.")
        answer.headers.update(exc.headers or {})
        return answer

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, exc: Exception) -> JSONResponse:
        log.error("request_failed", path=request.url.path, exc_info=exc)
        return error(500, "internal", "Something went wrong on our side; it has been noted.")

    app.add_middleware(BodyLimit, limit=MAX_BODY)
    app.add_middleware(LastWord)
    app.add_middleware(SafeHeaders)


class BodyLimit:
    """Refuses bodies over a limit, whether their length was announced or not, and those that take too long."""

    def __init__(self, app: ASGIApp, limit: int, seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._limit = limit
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_file = scope["method"] == "POST" and UPLOADS.fullmatch(scope["path"]) is not None
        limit, seconds = (MAX_FILE, UPLOAD_SECONDS) if is_file else (self._limit, self._seconds)
        try:
            body = await asyncio.wait_for(self._read(scope, receive, limit), seconds)
        except asyncio.TimeoutError:
            await error(408, "too_slow", "The body took too long to arrive.")(scope, receive, send)
            return
        if body is None:
            refusal = error(413, "too_large", f"This is too much at once: at most {limit // 1024} KB are taken.")
            await refusal(scope, receive, send)
            return
        await self._app(scope, _Replay(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive, limit: int) -> bytes | None:
        """The whole body, or None when it is too large; reading it early frees the routes from the question."""
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > limit:
            return None
        chunks, size, more = [], 0, True
        while more:
            message = await receive()
            chunk = message.get("body", b"")
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                return None
            more = message["type"] == "http.request" and message.get("more_body", False)
        return b"".join(chunks)


class _Replay:
    """Hands the body that was read to the route, then whatever comes (a disconnect)."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class EventStream(EventSourceResponse):
    """Server-Sent Events that end like any answer when the server does; sse-starlette would break off mid-body.

    They end so, too, when memory can't be used: whoever listens comes back, and gets what they missed.
    `within` is held while the stream is open; if it refuses, so is the request.
    """

    def __init__(
        self,
        content: AsyncIterator[ServerSentEvent],
        *,
        status_code: int = 200,  # read by FastAPI for the description of the API
        ping: float | None = None,
        within: AbstractContextManager[None] | None = None,
    ) -> None:
        super().__init__(_while_remembered(content), status_code, ping=ping)
        self._within = within or nullcontext()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._within:
            await self._stream(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        open_body = False

        async def watched(message: Message) -> None:
            nonlocal open_body
            open_body = message.get("more_body", message["type"] == "http.response.start")
            await send(message)

        await super().__call__(scope, receive, watched)
        if open_body:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _while_remembered(events: AsyncIterator[ServerSentEvent]) -> AsyncIterator[ServerSentEvent]:
    """An error in the middle of an answer can't be answered any more; as a traceback each, a crowd's would stop all."""
    try:
        async for event in events:
            yield event
    except MemoryUnavailable as exc:
        log.warning("stream_ended", reason=exc.reason)
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()


class LastWord:
    """Tells who still waits for an answer when the server ends, and is cut off, to ask again."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except asyncio.CancelledError:
            if scope["type"] != "http" or has_begun:
                raise
            last_word = error(
                503, "ending", "The server is just ending. What it has received is kept; ask again.", RETRY_SECONDS
            )
            await last_word(scope, receive, send)


class SafeHeaders:
    """Adds the headers that keep browsers from guessing and framing."""

    HEADERS = (
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"strict-origin-when-cross-origin"),
        (b"x-frame-options", b"DENY"),
    )

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self.HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers)
