"""The stages against a small local server: what they send, and what they count."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from benchmarks import measure
from benchmarks.conversation import CONVERSATION

NOBODY = "http://127.0.0.1:1/"


@dataclass
class Bot:
    """A server that answers everything and remembers what it heard."""

    url: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    failures: int = 0
    at_once: int = 0
    most_at_once: int = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.heard.append(await request.json())
        await asyncio.sleep(0)
        self.at_once -= 1
        if self.failures:
            self.failures -= 1
            return web.json_response({"error": {"code": "starting"}}, status=503)
        return web.json_response([{"recipient_id": "x", "text": "Hello."}])

    @property
    def messages_by_sender(self) -> Counter[str]:
        return Counter(body["sender"] for body in self.heard)


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    bot = Bot()
    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", bot.answer)
    async with TestServer(app) as server:
        bot.url = str(server.make_url("/webhooks/rest/webhook"))
        yield bot


async def test_start_up_ends_with_the_first_answer_not_the_first_response(bot: Bot) -> None:
    bot.failures = 2
    seconds = await measure.first_answer(bot.url, begun=time.perf_counter(), within=30, is_up=lambda: True)
    assert len(bot.heard) == 3
    assert seconds > 0


async def test_a_server_that_never_answers_is_reported() -> None:
    with pytest.raises(measure.NotAnswering):
        await measure.first_answer(NOBODY, begun=time.perf_counter(), within=0.01, is_up=lambda: True)


async def test_a_server_that_has_died_is_not_waited_for(bot: Bot) -> None:
    with pytest.raises(measure.NotAnswering):
        await measure.first_answer(bot.url, begun=time.perf_counter(), within=300, is_up=lambda: False)
    assert bot.heard == []


async def test_each_conversation_is_a_new_customers_and_each_message_has_its_own_id(bot: Bot) -> None:
    result = await measure.sequential(bot.url, 2 * len(CONVERSATION))
    assert list(bot.messages_by_sender.values()) == [len(CONVERSATION)] * 2
    assert len({body["message_id"] for body in bot.heard}) == len(bot.heard)
    assert [body["message"] for body in bot.heard[: len(CONVERSATION)]] == [said.text for said in CONVERSATION]
    assert result.answered == 1.0
    assert set(result.by_kind) == {said.kind for said in CONVERSATION}


async def test_unanswered_messages_are_counted_as_such(bot: Bot) -> None:
    bot.failures = 2
    assert (await measure.sequential(bot.url, 8)).answered == 0.75


async def test_history_is_one_customers_and_is_timed_after_exactly_so_many_messages(bot: Bot) -> None:
    result = await measure.history(bot.url, [50, 10])
    assert list(result) == [10, 50]
    (total,) = bot.messages_by_sender.values()
    assert total == 50 + measure.WINDOW
    assert [body["message"] for body in bot.heard] == [measure.line(position).text for position in range(total)]


async def test_throughput_has_so_many_customers_at_once(bot: Bot) -> None:
    per_second = await measure.throughput(bot.url, customers=4, seconds=0.05)
    assert per_second > 0
    assert 1 < bot.most_at_once <= 4
    assert len(bot.messages_by_sender) >= 4
