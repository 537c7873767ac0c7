from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import ServerSentEvent
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from bot.http import MAX_BODY, ApiError, BodyLimit, EventStream, prepare
from memory.errors import MemoryUnavailable


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(max_length=10)]


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = FastAPI()
    prepare(app)

    @app.post("/ask")
    async def ask(question: Question) -> dict[str, str]:
        return {"answer": question.text}

    @app.get("/refused")
    async def refused() -> None:
        raise ApiError(409, "illegal_move", "That is not possible.")

    @app.get("/full")
    async def full() -> None:
        raise MemoryUnavailable("the disk is full")

    @app.get("/stream")
    async def stream() -> EventStream:
        async def events() -> AsyncIterator[ServerSentEvent]:
            yield ServerSentEvent("one", id="1")
            raise MemoryUnavailable("the database has no more room or connections")

        return EventStream(events())

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("a secret detail")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def test_what_can_not_be_kept_just_now_is_to_be_sent_again_and_the_disk_is_nobodys_business(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/full")

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert "disk" not in answer.text


async def test_who_still_waits_when_the_server_ends_is_told_to_ask_again() -> None:
    app, has_come = FastAPI(), asyncio.Event()
    prepare(app)

    @app.get("/endless")
    async def endless() -> None:
        has_come.set()
        await asyncio.Event().wait()

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        waiting = asyncio.create_task(client.get("/endless"))
        await has_come.wait()
        waiting.cancel()
        answer = await waiting

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "ending")
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_stream_ends_where_memory_can_not_be_used_and_says_so_in_one_line(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        answer = await client.get("/stream")

    assert answer.status_code == 200
    assert "data: one" in answer.text
    assert [entry["event"] for entry in logs] == ["stream_ended"]


async def test_a_refusal_has_a_code_and_a_sentence(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused")

    assert answer.status_code == 409
    assert answer.json() == {"error": {"code": "illegal_move", "message": "That is not possible."}}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "invalid_json"),
        (b"", 422, "invalid_request"),
        (b'{"text": 3}', 422, "invalid_request"),
        (b'{"text": "far too long for it"}', 422, "invalid_request"),
        (b'{"text": "a", "more": 1}', 422, "invalid_request"),
        (b"x" * (MAX_BODY + 1), 413, "too_large"),
    ],
)
async def test_bad_bodies_get_the_one_form_of_error(
    client: httpx.AsyncClient, content: bytes, status: int, code: str
) -> None:
    answer = await client.post("/ask", content=content, headers={"content-type": "application/json"})

    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code


async def test_a_body_of_unknown_length_is_cut_off_too(client: httpx.AsyncClient) -> None:
    async def drip() -> object:
        for _ in range(MAX_BODY // 1024 + 2):
            yield b" " * 1024

    answer = await client.post("/ask", content=drip(), headers={"content-type": "application/json"})  # type: ignore[arg-type]

    assert answer.status_code == 413


async def test_an_unexpected_failure_tells_nothing_of_its_inside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/broken")

    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert "secret" not in answer.text


async def test_unknown_paths_and_methods_answer_in_the_same_form(client: httpx.AsyncClient) -> None:
    assert (await client.get("/nowhere")).json()["error"]["code"] == "not_found"
    assert (await client.get("/ask")).json()["error"]["code"] == "method_not_allowed"


async def test_every_answer_tells_browsers_not_to_guess_and_not_to_frame(client: httpx.AsyncClient) -> None:
    answer = await client.post("/ask", json={"text": "hello"})

    assert answer.json() == {"answer": "hello"}
    for headers in (answer.headers, (await client.get("/nowhere")).headers):
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"


async def test_a_body_that_never_ends_is_given_up() -> None:
    sent: list[Message] = []

    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def note(message: Message) -> None:
        sent.append(message)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("the route must not be asked")

    limited = BodyLimit(app, limit=10, seconds=0.01)
    scope = {"type": "http", "method": "POST", "path": "/ask", "headers": [(b"content-length", b"5")]}
    await limited(scope, never, note)

    assert sent[0]["status"] == 408
