"""A crowd that only sits there, or that sends slowly or far too much, keeps nobody else from being answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import httpx

from tests.server import Server

SILENT = 1_000
SLOW = 200
HUGE = 100 * 1024 * 1024
AT_ONCE = 50
PATIENCE = 60.0


@asynccontextmanager
async def connection(server: Server, sent: bytes) -> AsyncIterator[asyncio.StreamReader]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(sent)
        await writer.drain()
        yield reader
    finally:
        writer.close()


async def open_stream(stack: AsyncExitStack, server: Server, room: asyncio.Semaphore) -> asyncio.StreamReader:
    async with room:
        register = b"POST /api/visitor HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        async with connection(server, register) as answer:
            token = json.loads((await answer.read()).partition(b"\r\n\r\n")[2])["token"]
        asked = f"GET /api/visitor/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        reader = await stack.enter_async_context(connection(server, asked))
        assert b" 200 " in await asyncio.wait_for(reader.readline(), PATIENCE)
        return reader


async def test_a_thousand_silent_visitors_and_slow_senders_hold_nobody_up(server: Server) -> None:
    room = asyncio.Semaphore(AT_ONCE)
    async with AsyncExitStack() as stack:
        await asyncio.gather(*(open_stream(stack, server, room) for _ in range(SILENT)))
        for _ in range(SLOW):
            await stack.enter_async_context(connection(server, b"POST /api/visitor/messages HTTP/1.1\r\nHost:"))
            slow_body = b"POST /api/visitor/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
            await stack.enter_async_context(connection(server, slow_body))

        async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE) as client:
            said = {"sender": uuid4().hex, "message": "where is my order?"}
            answer = await client.post("/webhooks/rest/webhook", json=said)
            assert "order number" in answer.text
            assert (await client.get("/health/ready")).status_code == 200


async def test_a_hundred_megabytes_are_refused_before_they_are_sent(server: Server) -> None:
    head = f"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: {HUGE}\r\n\r\n".encode()
    async with connection(server, head + b"x" * 1024) as answer:
        assert b" 413 " in await asyncio.wait_for(answer.readline(), PATIENCE)


async def test_a_body_of_unknown_length_is_cut_off_at_the_limit(server: Server) -> None:
    head = b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    async with connection(server, head + chunk * 3) as answer:
        assert b" 413 " in await asyncio.wait_for(answer.readline(), PATIENCE)
