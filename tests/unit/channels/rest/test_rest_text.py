"""What a REST caller tells, and reads of an answer."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.rest.api import RestChannel
from bot.identity import IdentityTokens
from bot.limits import NO_LIMITS, Limits
from memory.fakes import FakeMemory
from memory.model import Address, Inbound, Outcome, Reply
from tests.callers import WEBHOOK
from tests.conftest import HandClock
from tests.remembering import fake_memory


@pytest.fixture
def memory(clock: HandClock) -> FakeMemory:
    return fake_memory(clock=clock)


async def posted(memory: FakeMemory, limits: Limits = NO_LIMITS, **more: object) -> httpx.Response:
    """What a caller gets for the first message of "ana"."""
    channel = RestChannel(
        inbox=memory.inbox,
        doorbell=memory.doorbell,
        tokens=IdentityTokens(secret=None),
        api_token=None,
        limits=limits,
    )
    app = FastAPI()
    app.include_router(channel.router())
    body = {"sender": "ana", "message": "returns?", "message_id": "1", **more}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rest.test") as client:
        return await client.post(WEBHOOK, json=body)


async def test_the_bots_markdown_reaches_a_rest_caller_as_plain_text(memory: FakeMemory) -> None:
    await memory.inbox.accept(Inbound(Address("rest", "ana"), "1", "returns?"))
    async with memory.turns.claim() as turn:
        assert turn is not None
        await turn.commit(Outcome([Reply("Within **60 days**, see [returns](https://shop.example/returns).")]))

    answer = await posted(memory)

    assert [reply["text"] for reply in answer.json()] == ["Within 60 days, see returns (https://shop.example/returns)."]


@pytest.mark.parametrize(("tag", "language"), [("de-AT", "de"), ("klingon", None), (None, None)])
async def test_a_language_is_told_by_its_tag_and_one_that_is_none_is_no_error(
    memory: FakeMemory, tag: str | None, language: str | None
) -> None:
    with memory.doorbell.listen("inbox") as bell:
        answer = asyncio.create_task(posted(memory, language=tag))
        assert await bell.wait(10)
    async with memory.turns.claim() as turn:
        assert turn is not None
        assert turn.inbound.language == language
        await turn.commit(Outcome([Reply("Ja.")]))

    assert (await answer).status_code == 200
