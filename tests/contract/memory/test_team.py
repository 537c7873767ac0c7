"""Who is on the team, what they know, what they have, and whether they are there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from memory.errors import UnknownAgent
from memory.model import USUAL_CAPACITY, Agent, AgentId, HandoffState, Presence, Role
from tests.contract.memory.talk import Talk


async def test_an_agent_takes_anything_on_unless_told_otherwise(talk: Talk) -> None:
    await talk.agent()
    (mara,) = await talk.memory.team.all()
    assert (mara.agent.departments, mara.agent.languages, mara.agent.capacity) == (frozenset(), frozenset(), 3)
    assert (mara.presence, mara.last_seen_at, mara.load, mara.offers) == (Presence.GONE, None, 0, 0)
    assert mara.room == USUAL_CAPACITY


async def test_what_an_agent_knows_is_kept_and_can_be_changed(talk: Talk) -> None:
    await talk.agent(departments=frozenset({"returns"}), languages=frozenset({"en", "de"}), capacity=2)
    (found, _) = await talk.memory.agents.credentials("mara@example.com") or pytest.fail("nobody found")
    assert (found.departments, found.languages, found.capacity) == ({"returns"}, {"en", "de"}, 2)
    changed = replace(found, name="Mara B", role=Role.LEAD, departments=frozenset(), capacity=5)
    await talk.memory.team.change(changed)
    assert [colleague.agent for colleague in await talk.memory.team.all()] == [changed]


async def test_nobody_unknown_is_changed_or_sent_away(talk: Talk) -> None:
    with pytest.raises(UnknownAgent):
        await talk.memory.team.change(Agent(AgentId("x"), "x@example.com", "X", Role.AGENT))
    with pytest.raises(UnknownAgent):
        await talk.memory.team.stand(AgentId("x"), away=True)


async def presence(talk: Talk) -> Presence:
    (mara,) = await talk.memory.team.all()
    return mara.presence


async def test_an_agent_is_present_while_they_are_seen_and_away_when_they_say_so(talk: Talk) -> None:
    mara = await talk.agent()
    await talk.comes_in(mara)
    assert await presence(talk) is Presence.PRESENT
    await talk.memory.team.stand(mara, away=True)
    assert await presence(talk) is Presence.AWAY
    assert (await talk.thread_at()).agents_present == 0
    await talk.memory.team.stand(mara, away=False)
    assert (await talk.thread_at()).agents_present == 1
    talk.clock.advance(seconds=60)
    assert await presence(talk) is Presence.GONE


async def test_signing_in_again_ends_being_away(talk: Talk) -> None:
    mara = await talk.agent()
    await talk.memory.team.stand(mara, away=True)
    await talk.comes_in(mara)
    assert await presence(talk) is Presence.PRESENT


async def test_coming_in_rings_at_the_desk_and_staying_does_not(talk: Talk) -> None:
    mara = await talk.agent()
    await talk.memory.agents.open_session(mara, "hash", talk.clock.now + timedelta(hours=1))
    with talk.memory.doorbell.listen("desk") as ring:
        await talk.memory.agents.by_session("hash")
        assert await ring.wait(5)
        talk.clock.advance(seconds=20)
        await talk.memory.agents.by_session("hash")
        assert not await ring.wait(0)
        await talk.memory.team.stand(mara, away=True)
        assert await ring.wait(5)


async def test_what_an_agent_has_and_is_offered_counts_until_it_ends(talk: Talk) -> None:
    mara, tom = await talk.agent(), await talk.agent("Tom", capacity=2)
    handoffs = [await talk.ask_for_person(("telegram", f"{number}")) for number in range(3)]
    await talk.memory.handoffs.move(handoffs[0].id, HandoffState.ACCEPTED, tom)
    await talk.offered(handoffs[1], tom)
    await talk.offered(handoffs[2], mara)
    first, second = await talk.memory.team.all()
    assert (first.agent.name, first.load, first.offers, first.room) == ("Mara", 0, 1, 2)
    assert (second.agent.name, second.load, second.offers, second.room) == ("Tom", 1, 1, 0)
    await talk.memory.handoffs.move(handoffs[0].id, HandoffState.RESOLVED, tom)
    await talk.memory.handoffs.move(handoffs[1].id, HandoffState.ACCEPTED, mara)
    first, second = await talk.memory.team.all()
    assert (first.load, first.offers, second.load, second.offers) == (1, 1, 0, 0)
