"""How the Bot API double reads requests, refuses them and breaks down when it is told to."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from tests.doubles.telegram_rules import Refused

Params = dict[str, Any]
Trouble = int | Literal["timeout", "reset"]
_JSON_FIELDS = {"entities", "reply_markup", "allowed_updates", "commands", "link_preview_options"}


@dataclass
class Fault:
    """What happens to a request instead of, or after, its effect."""

    kind: Trouble
    method: str
    after_delivery: bool
    retry_after: int | None
    chat_id: int | None

    async def strike(self, request: web.Request) -> web.StreamResponse:
        if self.kind == "timeout":
            await asyncio.Event().wait()  # until the client goes away
        if self.kind == "reset":
            assert request.transport is not None
            lingering = struct.pack("ii", 1, 0)  # closes with a reset instead of a polite end
            request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)
            request.transport.abort()
            return web.Response()
        again = {} if self.retry_after is None else {"retry_after": self.retry_after}
        return refusal(Refused(int(self.kind), f"Trouble {self.kind}", **again))


async def params_of(request: web.Request) -> Params:
    if request.content_type == "application/json":
        given = await request.json()
        return dict(given)
    form = {**request.query, **await request.post()}
    return {name: json.loads(str(value)) if name in _JSON_FIELDS else value for name, value in form.items()}


def refusal(exc: Refused) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": exc.status, "description": exc.description}
    if exc.parameters:
        body["parameters"] = exc.parameters
    return web.json_response(body, status=exc.status)


def snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)
