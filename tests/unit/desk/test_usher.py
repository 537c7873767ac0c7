"""Those who wait are offered to one agent after the other, until somebody takes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.desk.usher import LOOK_AGAIN, Usher
from memory.errors import IllegalMove
from memory.model import AgentId, Handoff, HandoffReason, HandoffState, RequestHandoff
from tests.conftest import HandClock
from tests.contract.memory.talk import Talk
from tests.remembering import fake_memory

PATIENCE = 5.0
"""Seconds that a test waits for what must come; nothing waits for them to pass."""


class Desk:
    """An usher over memory that forgets, with agents who come and go."""

    def __init__(self, clock: HandClock, *, offer_seconds: float = 60) -> None:
        self.clock = clock
        self.memory = fake_memory(clock=clock)
        self.talk = Talk(self.memory, clock)
        self.usher = Usher(
            handoffs=self.memory.handoffs,
            offers=self.memory.offers,
            team=self.memory.team,
            doorbell=self.memory.doorbell,
            offer_for=timedelta(seconds=offer_seconds),
            clock=clock,
        )

    async def sits_down(self, name: str, **skills: Any) -> AgentId:
        """A new agent comes in."""
        agent_id = await self.talk.agent(name, **skills)
        await self.talk.comes_in(agent_id)
        return agent_id

    async def passes(self, seconds: float) -> float:
        """Time goes by, with everybody still at the desk, and the usher looks."""
        self.clock.advance(seconds=seconds)
        for colleague in await self.memory.team.all():
            if colleague.last_seen_at is not None:
                await self.talk.comes_in(colleague.agent.id)
        return await self.usher.look()

    async def now(self, handoff: Handoff) -> Handoff:
        """The handoff as it is."""
        return (await self.memory.handoffs.view(handoff.id)).handoff

    async def offered_to(self, handoff: Handoff) -> AgentId | None:
        """Whom it is offered to."""
        offer = (await self.now(handoff)).offer
        return offer.agent_id if offer else None

    async def becomes(self, handoff: Handoff, state: HandoffState) -> None:
        """Wait until it is in a state."""
        with self.memory.doorbell.listen("desk") as ring:
            while (await self.now(handoff)).state is not state:
                assert await ring.wait(PATIENCE), f"it never became {state.value}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The usher at work beside the test."""
        task = asyncio.create_task(self.usher.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def desk(clock: HandClock) -> Desk:
    return Desk(clock)


async def test_who_waits_is_offered_to_who_is_there_with_the_reason_in_the_history(desk: Desk) -> None:
    mara, handoff = await desk.sits_down("Mara"), await desk.talk.ask_for_person()
    assert await desk.usher.look() == LOOK_AGAIN
    offered = await desk.now(handoff)
    assert offered.offer is not None
    assert (offered.offer.agent_id, offered.offer.until) == (mara, desk.clock.now + timedelta(seconds=60))
    assert (await desk.memory.handoffs.view(handoff.id)).moves[-1].why == "has 0 of 3"


async def test_an_offer_that_is_not_taken_goes_to_the_next_agent_and_not_to_the_same_again(desk: Desk) -> None:
    agents = [await desk.sits_down("Mara"), await desk.sits_down("Tom")]
    handoff = await desk.talk.ask_for_person()
    await desk.usher.look()
    first = await desk.offered_to(handoff)
    await desk.passes(60)
    second = await desk.offered_to(handoff)
    assert {first, second} == set(agents)
    await desk.passes(60)
    assert (await desk.now(handoff)).state is HandoffState.QUEUED, "both were asked just now"
    await desk.passes(180)
    assert await desk.offered_to(handoff) == first, "five minutes after they let it pass they are asked again"


async def test_it_looks_again_when_the_next_offer_ends(desk: Desk) -> None:
    await desk.sits_down("Mara")
    await desk.talk.ask_for_person()
    await desk.usher.look()
    assert await desk.passes(58) == 2


async def test_an_agent_may_take_from_the_queue_whatever_is_offered_to_others(desk: Desk) -> None:
    await desk.sits_down("Mara")
    tom, handoff = await desk.talk.agent("Tom"), await desk.talk.ask_for_person()
    await desk.usher.look()
    await desk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, tom)
    await desk.passes(120)
    assert (await desk.now(handoff)).agent_id == tom


async def test_who_is_quicker_than_the_offer_keeps_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.sits_down("Mara")
    tom, handoff = await desk.talk.agent("Tom"), await desk.talk.ask_for_person()
    everybody = desk.memory.team.all

    async def and_tom_is_quick() -> Any:
        await desk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, tom)
        return await everybody()

    monkeypatch.setattr(desk.memory.team, "all", and_tom_is_quick)
    await desk.usher.look()
    assert (await desk.now(handoff)).agent_id == tom


async def test_without_offers_times_still_come(clock: HandClock) -> None:
    desk = Desk(clock, offer_seconds=0)
    await desk.sits_down("Mara")
    wanted = RequestHandoff(HandoffReason.ASKED_FOR_PERSON, patience=timedelta(minutes=5))
    handoff = await desk.talk.ask_for_person(wanted=wanted)
    await desk.usher.look()
    assert (await desk.now(handoff)).state is HandoffState.QUEUED
    await desk.passes(300)
    assert (await desk.now(handoff)).state is HandoffState.ABANDONED


async def test_who_asks_is_offered_at_once_and_who_comes_in_is_asked_at_once(desk: Desk) -> None:
    async with desk.running():
        waiting = await desk.talk.ask_for_person()
        mara = await desk.sits_down("Mara")
        await desk.becomes(waiting, HandoffState.OFFERED)
        await desk.memory.handoffs.move(waiting.id, HandoffState.ACCEPTED, mara)
        second = await desk.talk.ask_for_person(("telegram", "2"))
        await desk.becomes(second, HandoffState.OFFERED)


async def test_who_ends_a_conversation_has_room_for_the_next(desk: Desk) -> None:
    mara = await desk.sits_down("Mara", capacity=1)
    first = await desk.talk.ask_for_person()
    await desk.memory.handoffs.move(first.id, HandoffState.ACCEPTED, mara)
    second = await desk.talk.ask_for_person(("telegram", "2"))
    await desk.usher.look()
    assert await desk.offered_to(second) is None
    await desk.memory.handoffs.move(first.id, HandoffState.RESOLVED, mara)
    await desk.usher.look()
    assert await desk.offered_to(second) == mara


async def test_a_database_that_is_away_for_a_moment_does_not_end_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.sits_down("Mara")
    lapse, failed = desk.memory.offers.lapse, asyncio.Event()

    async def away_at_first() -> Any:
        if not failed.is_set():
            failed.set()
            raise ConnectionError
        return await lapse()

    monkeypatch.setattr(desk.memory.offers, "lapse", away_at_first)
    async with desk.running():
        await asyncio.wait_for(failed.wait(), PATIENCE)
        handoff = await desk.talk.ask_for_person()
        await desk.becomes(handoff, HandoffState.OFFERED)


async def test_two_ushers_at_once_make_one_offer(desk: Desk) -> None:
    await desk.sits_down("Mara")
    await desk.sits_down("Tom")
    handoff = await desk.talk.ask_for_person()
    await asyncio.gather(desk.usher.look(), desk.usher.look())
    moves = (await desk.memory.handoffs.view(handoff.id)).moves
    assert [move.after for move in moves].count(HandoffState.OFFERED) == 1
    with pytest.raises(IllegalMove):
        await desk.talk.offered(handoff, AgentId("tom"))
