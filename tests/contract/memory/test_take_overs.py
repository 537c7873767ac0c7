"""An agent takes a conversation from the bot though nobody called: it is theirs at once, and written down as such."""

from __future__ import annotations

import asyncio

import pytest

from memory.errors import NotYours, OwnerChanged, UnknownHandoff
from memory.model import (
    AgentId,
    CaseState,
    Handoff,
    HandoffId,
    HandoffReason,
    HandoffState,
    OpenCase,
    Outcome,
    Reply,
)
from tests.contract.memory.talk import Talk


async def ended(talk: Talk) -> tuple[Handoff, AgentId]:
    """A customer whom Mara has helped, and who talks with the bot again."""
    handoff, mara = await talk.taken()
    await talk.memory.handoffs.move(handoff.id, HandoffState.RESOLVED, mara)
    await talk.hear("one more thing")
    await talk.answer("yes?", records=[OpenCase("return_item", "Return, order 1031", "c1")])
    return handoff, mara


async def test_what_has_ended_is_the_agents_again_in_a_handoff_of_its_own(talk: Talk) -> None:
    handoff, mara = await ended(talk)
    taken, is_new = await talk.memory.take_overs.take_over(handoff.id, mara)
    assert is_new
    assert taken.id != handoff.id
    assert (taken.state, taken.agent_id, taken.agent_name) == (HandoffState.ACCEPTED, mara, "Mara")
    assert (taken.reason, taken.follows) == (HandoffReason.AGENT_TOOK_OVER, handoff.id)
    assert taken.requested_at == taken.accepted_at == talk.clock.now
    view = await talk.memory.handoffs.view(taken.id)
    assert view.brief.asked_in is not None
    assert view.brief.asked_in.text == "one more thing"
    assert [(move.after, move.by) for move in view.moves] == [
        (HandoffState.REQUESTED, mara),
        (HandoffState.QUEUED, mara),
        (HandoffState.ACCEPTED, mara),
    ]
    assert view.brief.cases[0].state is CaseState.HANDED_OVER
    assert (await talk.memory.handoffs.reply(taken.id, mara, "Mara again")).text == "Mara again"


async def test_the_bot_is_silent_from_then_on(talk: Talk) -> None:
    handoff, mara = await ended(talk)
    await talk.hear("and this")
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        taking = asyncio.create_task(talk.memory.take_overs.take_over(handoff.id, mara))
        done, _ = await asyncio.wait([taking], timeout=0.5)  # on PostgreSQL it waits for the turn
        if done:
            with pytest.raises(OwnerChanged):
                await turn.commit(Outcome([Reply("from the bot")]))
    assert (await taking)[0].state is HandoffState.ACCEPTED
    assert "from the bot" not in await talk.texts(handoff.customer_id)


async def test_of_two_who_take_over_at_once_one_has_it(talk: Talk) -> None:
    handoff, mara = await ended(talk)
    noor = await talk.agent("Noor")
    both = await asyncio.gather(
        *(talk.memory.take_overs.take_over(handoff.id, agent) for agent in (mara, noor)), return_exceptions=True
    )
    assert sorted(isinstance(each, NotYours) for each in both) == [False, True]
    ((won, is_new),) = (each for each in both if isinstance(each, tuple))
    assert is_new
    assert won.agent_id is not None
    again = await talk.memory.take_overs.take_over(handoff.id, won.agent_id)
    assert again == (won, False), "who has it has it"


async def test_who_waits_already_is_accepted_with_the_reason_they_have(talk: Talk) -> None:
    handoff, mara = await ended(talk)
    waiting = await talk.ask_for_person()
    taken, is_new = await talk.memory.take_overs.take_over(handoff.id, mara)
    assert not is_new
    assert (taken.id, taken.state) == (waiting.id, HandoffState.ACCEPTED)
    assert taken.reason is HandoffReason.ASKED_FOR_PERSON


async def test_nobody_takes_over_from_nowhere(talk: Talk) -> None:
    with pytest.raises(UnknownHandoff):
        await talk.memory.take_overs.take_over(HandoffId("gone"), await talk.agent())
