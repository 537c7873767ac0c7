"""The listening socket, of which small answers depend on one detail."""

from __future__ import annotations

import asyncio
import socket

from bot.serve import listen


async def test_answers_leave_at_once() -> None:
    """Nagle's algorithm holds small answers back for 40 ms; asyncio turns it off only where a socket says it is TCP."""
    seen = asyncio.get_running_loop().create_future()

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted = writer.get_extra_info("socket")
        seen.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listener = listen("127.0.0.1", 0)
    async with await asyncio.start_server(greet, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname())
        assert await seen
        writer.close()
