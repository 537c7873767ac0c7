"""What a REST caller reads of an answer."""

from __future__ import annotations

import httpx
from fastapi import FastAPI

from bot.channels.rest.api import RestChannel
from bot.identity import IdentityTokens
from memory.fakes import FakeMemory
from memory.model import Address, Inbound, Outcome, Reply
from tests.callers import WEBHOOK
from tests.conftest import HandClock


async def test_the_bots_markdown_reaches_a_rest_caller_as_plain_text(clock: HandClock) -> None:
    memory = FakeMemory(clock=clock)
    await memory.inbox.accept(Inbound(Address("rest", "ana"), "1", "returns?"))
    async with memory.turns.claim() as turn:
        assert turn is not None
        await turn.commit(Outcome([Reply("Within **60 days**, see [returns](https://shop.example/returns).")]))

    channel = RestChannel(
        inbox=memory.inbox, doorbell=memory.doorbell, tokens=IdentityTokens(secret=None), api_token=None
    )
    app = FastAPI()
    app.include_router(channel.router())
    body = {"sender": "ana", "message": "returns?", "message_id": "1"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rest.test") as client:
        answer = await client.post(WEBHOOK, json=body)

    assert [reply["text"] for reply in answer.json()] == ["Within 60 days, see returns (https://shop.example/returns)."]
