"""The route by which a shop tells its customers things."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from bot.http import prepare
from bot.notices import notices_router
from memory.fakes import FakeMemory
from memory.model import Address, Identity, Inbound, LearnFact, Outcome, Wish
from tests.conftest import HandClock
from tests.remembering import fake_memory

NEWS = {"customer": "ana-7", "topic": "orders", "text": "Your order 1042 is on its way.", "notice_id": "shipped-1042"}


class Shop:
    """A shop that calls, and the memory it calls on."""

    def __init__(self, memory: FakeMemory, token: str | None = "a-token-of-ours") -> None:
        self.memory = memory
        app = FastAPI()
        prepare(app)
        app.include_router(notices_router(notices=memory.notices, identities=memory.identities, api_token=token))
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test")

    async def tells(self, bearer: str = "a-token-of-ours", **other: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {bearer}"}
        return await self._http.post("/api/notices", json={**NEWS, **other}, headers=headers)

    async def ana_says(self, *facts: LearnFact) -> None:
        await self.memory.inbox.accept(Inbound(Address("web", "v1"), "1", "hello", identity=Identity("ana-7")))
        async with self.memory.turns.claim() as turn:
            assert turn is not None
            await turn.commit(Outcome(records=facts))


@pytest.fixture
def shop(clock: HandClock) -> Shop:
    return Shop(fake_memory(clock=clock))


async def test_a_customer_is_told_and_the_shop_learns_where(shop: Shop) -> None:
    await shop.ana_says()
    answer = await shop.tells()
    assert (answer.status_code, answer.json()) == (200, {"state": "posted", "channel": "web"})


async def test_the_shop_learns_what_the_customer_does_not_want(shop: Shop) -> None:
    await shop.ana_says(LearnFact(Wish.NOT_ABOUT.value, "offers"))
    assert (await shop.tells(topic="offers")).json() == {"state": "unwanted"}


async def test_one_who_never_talked_with_us_is_no_customer_here(shop: Shop) -> None:
    answer = await shop.tells()
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_customer")


@pytest.mark.parametrize("bearer", ["", "a-token-of-theirs"])
async def test_only_who_has_the_token_may_write(shop: Shop, bearer: str) -> None:
    await shop.ana_says()
    assert (await shop.tells(bearer)).status_code == 401


async def test_without_a_token_set_nobody_may_write(clock: HandClock) -> None:
    shop = Shop(fake_memory(clock=clock), token=None)
    answer = await shop.tells()
    assert answer.status_code == 401
    assert "THREADKEEPER_API_TOKEN" in answer.json()["error"]["message"]


@pytest.mark.parametrize(("field", "value"), [("topic", "gossip"), ("text", ""), ("text", "x" * 4001), ("to", "me")])
async def test_what_can_not_be_told_is_refused_by_name(shop: Shop, field: str, value: str) -> None:
    await shop.ana_says()
    answer = await shop.tells(**{field: value})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith(field)
