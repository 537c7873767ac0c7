"""A channel that memory never heard of is as its own description says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from memory.fakes import FakeMemory
from memory.model import NoticeState, Topic, Way, Ways
from memory.sql import open_memory
from tests.conftest import HandClock
from tests.contract.memory.talk import Talk
from tests.sqlite import new_sqlite

PIGEONS = Way(name="pigeon", is_sent_to=True, may_begin=True)
LETTERBOX = Way(name="letterbox", is_sent_to=False, may_begin=False, answers_only=True)
WAYS = Ways((PIGEONS, LETTERBOX))
LOFT, BOX = ("pigeon", "7"), ("letterbox", "7")


@pytest.fixture(params=["fakes", "sqlite"])
async def talk(request: pytest.FixtureRequest, tmp_path: Path, clock: HandClock) -> AsyncIterator[Talk]:
    if request.param == "fakes":
        yield Talk(FakeMemory(clock=clock, ways=WAYS), clock)
        return
    async with open_memory(new_sqlite(tmp_path / "memory.db"), clock=clock, ways=WAYS) as memory:
        yield Talk(memory, clock)


async def test_replies_are_sent_where_the_channel_says_so(talk: Talk) -> None:
    await talk.say(at=LOFT)
    await talk.say(at=BOX)
    (row,) = await talk.memory.outbox.claim(["pigeon", "letterbox"], 5)
    assert (row.address.channel, row.message.text) == ("pigeon", "ok")


async def test_news_come_only_where_customers_may_be_written_to_first(talk: Talk) -> None:
    in_the_loft = await talk.say(at=LOFT)
    at_the_box = await talk.say(at=BOX)
    told = await talk.memory.notices.post(in_the_loft, Topic.ORDERS, "It is on its way.", "n1")
    untold = await talk.memory.notices.post(at_the_box, Topic.ORDERS, "It is on its way.", "n1")
    assert (told.state, told.channel, untold.state) == (NoticeState.POSTED, "pigeon", NoticeState.UNREACHABLE)


async def test_an_agents_words_wait_for_a_question_where_only_answers_are_given(talk: Talk) -> None:
    handoff, mara = await talk.taken(at=BOX)
    await talk.memory.handoffs.reply(handoff.id, mara, "Mara here")
    asked = await talk.hear("and?", BOX)
    await talk.answer()
    replies = await talk.memory.inbox.replies(asked.inbox_id)
    assert replies is not None
    assert [reply.text for reply in replies] == ["Mara here"]
