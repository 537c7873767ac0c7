"""Passwords that are changed or set by a link, and who was shown what of whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memory.errors import UnknownAgent
from memory.model import THE_READINGS, AgentId, Look, ReadBy
from tests.contract.memory.talk import ANA, Talk

HOUR = timedelta(hours=1)


async def hash_of_mara(talk: Talk) -> str:
    found = await talk.memory.agents.credentials("mara@example.com")
    assert found is not None
    return found[1]


async def test_a_new_password_ends_all_other_sessions_and_resets(talk: Talk) -> None:
    mara, noor = await talk.agent(), await talk.agent("Noor")
    for agent, session in ((mara, "here"), (mara, "phone"), (noor, "noors")):
        await talk.memory.agents.open_session(agent, session, talk.clock.now + HOUR)
    secret = await talk.memory.keys.issue_reset(mara, talk.clock.now + HOUR)
    await talk.memory.keys.change(mara, "new hash", keep="here")
    assert await hash_of_mara(talk) == "new hash"
    by_session = talk.memory.agents.by_session
    assert [await by_session(session) is not None for session in ("here", "phone", "noors")] == [True, False, True]
    assert await talk.memory.keys.reset_for(secret) is None


async def test_a_reset_works_once_and_ends_all_sessions(talk: Talk) -> None:
    mara = await talk.agent()
    await talk.memory.agents.open_session(mara, "here", talk.clock.now + HOUR)
    secret = await talk.memory.keys.issue_reset(mara, talk.clock.now + HOUR)
    owner = await talk.memory.keys.reset_for(secret)
    assert owner is not None
    assert owner.id == mara
    assert await talk.memory.keys.redeem(secret, "new hash") == owner
    assert await talk.memory.keys.redeem(secret, "another") is None
    assert await hash_of_mara(talk) == "new hash"
    assert await talk.memory.agents.by_session("here") is None


async def test_a_reset_ends_in_time_and_with_the_next_one(talk: Talk) -> None:
    mara = await talk.agent()
    first = await talk.memory.keys.issue_reset(mara, talk.clock.now + HOUR)
    second = await talk.memory.keys.issue_reset(mara, talk.clock.now + HOUR)
    assert await talk.memory.keys.reset_for(first) is None
    talk.clock.advance(hours=1)
    assert await talk.memory.keys.reset_for(second) is None
    assert await talk.memory.keys.redeem(second, "new hash") is None
    assert await hash_of_mara(talk) == "hash"


@pytest.mark.parametrize("wrong", ["", ".", "nonsense", "a.b", "\x00.\x00"])
async def test_what_is_no_secret_sets_nothing(talk: Talk, wrong: str) -> None:
    secret = await talk.memory.keys.issue_reset(await talk.agent(), talk.clock.now + HOUR)
    for guess in (wrong, secret.partition(".")[0] + "." + wrong, secret[:-1]):
        assert await talk.memory.keys.redeem(guess, "new hash") is None
    assert await hash_of_mara(talk) == "hash"


async def test_nobody_unknown_gets_a_password(talk: Talk) -> None:
    with pytest.raises(UnknownAgent):
        await talk.memory.keys.change(AgentId("nobody"), "hash")
    with pytest.raises(UnknownAgent):
        await talk.memory.keys.issue_reset(AgentId("nobody"), talk.clock.now + HOUR)


async def test_who_opens_a_conversation_is_noted_once_an_hour(talk: Talk) -> None:
    handoff, mara, noor = await talk.ask_for_person(("web", "v1"), identity=ANA), await talk.agent(), AgentId("noor")
    for _ in range(2):
        await talk.memory.readings.note([Look(mara, handoff.id, ReadBy.OPENED)])
    await talk.memory.readings.note([Look(noor, handoff.id, ReadBy.OPENED)])
    talk.clock.advance(minutes=61)
    await talk.memory.readings.note([Look(mara, handoff.id, ReadBy.OPENED)])
    noted = await talk.memory.readings.latest(10)
    assert [(each.agent_id, each.agent_name) for each in noted] == [(mara, "Mara"), (noor, None), (mara, "Mara")]
    assert {(each.handoff_id, each.customer_id, each.customer_name) for each in noted} == {
        (handoff.id, handoff.customer_id, "Ana")
    }
    assert list(await talk.memory.readings.latest(1, before=noted[0].id)) == [noted[1]]


async def test_looks_of_many_agents_by_many_views_are_noted_together_each_once_an_hour(talk: Talk) -> None:
    mine, theirs = await talk.ask_for_person(("web", "v1"), identity=ANA), await talk.ask_for_person(("web", "v2"))
    mara, noor = await talk.agent(), await talk.agent("Noor")
    looks = [
        Look(mara, mine.id, ReadBy.FOUND),
        Look(mara, theirs.id, ReadBy.QUEUE),
        Look(mara, mine.id, ReadBy.FOUND),
        Look(noor, mine.id, ReadBy.FOUND),
    ]
    await talk.memory.readings.note([])
    await talk.memory.readings.note(looks[:1])
    talk.clock.advance(minutes=59)
    await talk.memory.readings.note(looks)
    noted = {(each.agent_id, each.handoff_id, each.by) for each in await talk.memory.readings.latest(3)}
    assert noted == {(mara, mine.id, ReadBy.FOUND), (mara, theirs.id, ReadBy.QUEUE), (noor, mine.id, ReadBy.FOUND)}
    talk.clock.advance(minutes=2)
    await talk.memory.readings.note(looks)
    assert len(await talk.memory.readings.latest(10)) == 4, "the first is noted anew, the others are from just now"


async def test_what_is_of_a_customer_and_of_no_conversation_is_noted_by_the_customer(talk: Talk) -> None:
    mara, customer = await talk.agent(), await talk.say("hello", ("web", "v1"), identity=ANA)
    await talk.memory.readings.note([Look(mara, customer, ReadBy.UNDELIVERED)])
    (noted,) = await talk.memory.readings.latest(10)
    assert (noted.handoff_id, noted.customer_id, noted.customer_name) == (None, customer, "Ana")


@pytest.mark.parametrize("of_the_conversation", [True, False])
async def test_of_an_erased_customer_only_that_somebody_looked_remains(talk: Talk, of_the_conversation: bool) -> None:
    handoff, mara = await talk.ask_for_person(("web", "v1"), identity=ANA), await talk.agent()
    seen = handoff.id if of_the_conversation else handoff.customer_id
    await talk.memory.readings.note([Look(mara, seen, ReadBy.PROMISES)])
    await talk.memory.custody.erase(handoff.customer_id, "r")
    (noted,) = await talk.memory.readings.latest(10)
    assert (noted.agent_id, noted.by) == (mara, ReadBy.PROMISES)
    assert (noted.handoff_id, noted.customer_id, noted.customer_name) == (None, None, None)


async def test_a_look_at_what_is_of_nobody_can_be_noted(talk: Talk) -> None:
    await talk.memory.readings.note([Look(await talk.agent(), THE_READINGS, ReadBy.READINGS)])
    (noted,) = await talk.memory.readings.latest(10)
    assert (noted.by, noted.handoff_id, noted.customer_id) == (ReadBy.READINGS, None, None)
