"""What gateways know of each other: what was done once for all time, and how many of them send."""

from __future__ import annotations

import asyncio

from tests.conftest import HandClock
from tests.contract.memory.talk import Talk
from tests.remembering import open_memory


async def test_the_first_time_is_the_first_time_once(talk: Talk) -> None:
    gateways = talk.memory.gateways
    assert await gateways.first("telegram", "group -1")
    assert not await gateways.first("telegram", "group -1")
    assert await gateways.first("telegram", "group -2")
    assert await gateways.first("other", "group -1")


async def test_of_several_at_once_one_is_first(talk: Talk) -> None:
    asked = [talk.memory.gateways.first("telegram", "group -1") for _ in range(6)]
    assert sorted(await asyncio.gather(*asked)) == [False] * 5 + [True]


async def test_a_process_that_sends_is_one(talk: Talk) -> None:
    for _ in range(2):
        assert await talk.memory.gateways.sending("telegram") == 1


async def test_those_who_send_on_a_channel_count_for_as_long_as_they_live(postgres_url: str, clock: HandClock) -> None:
    async with open_memory(postgres_url, clock=clock) as one:
        assert await one.gateways.sending("telegram") == 1
        async with open_memory(postgres_url, clock=clock) as other:
            assert await other.gateways.sending("email") == 1
            assert await one.gateways.sending("telegram") == 1
            assert await other.gateways.sending("telegram") == 2
            assert await one.gateways.sending("telegram") == 2
        assert await one.gateways.sending("telegram") == 1


async def test_what_was_done_is_known_after_a_restart(postgres_url: str, clock: HandClock) -> None:
    for first in (True, False):
        async with open_memory(postgres_url, clock=clock) as memory:
            assert await memory.gateways.first("telegram", "group -1") is first
