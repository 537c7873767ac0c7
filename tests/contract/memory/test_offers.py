"""Who waits is offered to one agent after another, times come once, and every move is written down."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from memory.errors import IllegalMove, NotYours, UnknownAgent
from memory.model import (
    BOT,
    TIMER,
    AgentId,
    Aim,
    FaqRecord,
    HandoffMove,
    HandoffReason,
    HandoffState,
    Identity,
    OfferAnswer,
    RequestHandoff,
    Wait,
)
from memory.moves import GIVEN_UP, LAPSED
from tests.contract.memory.talk import Talk

S = HandoffState
ASKED = HandoffReason.ASKED_FOR_PERSON


async def test_an_offer_stands_for_a_time_and_names_its_agent(talk: Talk) -> None:
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    offered = await talk.offered(handoff, mara)
    assert (offered.state, offered.agent_id) == (S.OFFERED, None)
    assert offered.offer is not None
    assert (offered.offer.agent_id, offered.offer.agent_name) == (mara, "Mara")
    assert offered.offer.until == talk.clock.now + timedelta(seconds=60)
    accepted = await talk.memory.handoffs.move(handoff.id, S.ACCEPTED, mara)
    assert (accepted.agent_id, accepted.offer) == (mara, None)


async def test_what_is_offered_to_one_agent_another_may_take(talk: Talk) -> None:
    handoff, mara, tom = await talk.ask_for_person(), await talk.agent(), await talk.agent("Tom")
    await talk.offered(handoff, mara)
    assert (await talk.memory.handoffs.move(handoff.id, S.ACCEPTED, tom)).agent_id == tom
    with pytest.raises(NotYours, match="Tom has this conversation"):
        await talk.memory.handoffs.move(handoff.id, S.ACCEPTED, mara)


async def test_whoever_comes_second_hears_who_was_first(talk: Talk) -> None:
    handoff = await talk.ask_for_person()
    agents = [await talk.agent(name) for name in ("Mara", "Tom", "Ola")]
    tries = [talk.memory.handoffs.move(handoff.id, S.ACCEPTED, agent) for agent in agents]
    results = await asyncio.gather(*tries, return_exceptions=True)
    (won,) = [result.agent_name for result in results if not isinstance(result, BaseException)]
    losers = [result for result in results if isinstance(result, NotYours)]
    assert [loser.holder for loser in losers] == [won, won]


async def test_an_offer_that_nobody_takes_goes_back_into_the_queue_once(talk: Talk) -> None:
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    await talk.offered(handoff, mara)
    assert await talk.memory.offers.next_due() == talk.clock.now + timedelta(seconds=60)
    talk.clock.advance(seconds=59)
    assert await talk.memory.offers.lapse() == []
    talk.clock.advance(seconds=1)
    twice = await asyncio.gather(talk.memory.offers.lapse(), talk.memory.offers.lapse())
    (lapsed,) = [each for found in twice for each in found]
    assert (lapsed.id, lapsed.state, lapsed.offer) == (handoff.id, S.QUEUED, None)
    assert await talk.memory.offers.next_due() is None
    (waiting,) = await talk.memory.offers.waiting()
    assert waiting.passed == {mara: talk.clock.now - timedelta(seconds=60)}


async def test_an_offer_taken_in_time_does_not_lapse(talk: Talk) -> None:
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    await talk.offered(handoff, mara)
    await talk.memory.handoffs.move(handoff.id, S.ACCEPTED, mara)
    talk.clock.advance(minutes=5)
    assert await talk.memory.offers.lapse() == []
    assert (await talk.memory.handoffs.view(handoff.id)).handoff.agent_id == mara


async def test_an_offer_is_put_back_by_whom_it_was_made_to_and_by_no_other_agent(talk: Talk) -> None:
    handoff, mara, tom = await talk.ask_for_person(), await talk.agent(), await talk.agent("Tom")
    await talk.offered(handoff, mara)
    with pytest.raises(NotYours, match="Mara"):
        await talk.memory.handoffs.move(handoff.id, S.QUEUED, tom)
    assert (await talk.memory.handoffs.move(handoff.id, S.QUEUED, mara, "lunch")).state is S.QUEUED


async def test_an_offer_needs_an_agent_who_is_known_and_a_time(talk: Talk) -> None:
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    for aim in (None, Aim(mara)):
        with pytest.raises(ValueError, match="an offer needs"):
            await talk.memory.handoffs.move(handoff.id, S.OFFERED, BOT, aim=aim)
    with pytest.raises(UnknownAgent):
        await talk.offered(handoff, AgentId("nobody"))
    view = await talk.memory.handoffs.view(handoff.id)
    assert (view.handoff.state, len(view.moves)) == (S.QUEUED, 2)


async def test_a_transfer_offers_the_conversation_to_a_colleague(talk: Talk) -> None:
    (handoff, mara), tom = await talk.taken(), await talk.agent("Tom")
    aim = Aim(tom, talk.clock.now + timedelta(minutes=2))
    passed_on = await talk.memory.handoffs.move(handoff.id, S.OFFERED, mara, "knows boots", aim=aim)
    assert (passed_on.state, passed_on.agent_id, passed_on.accepted_at) == (S.OFFERED, None, None)
    assert passed_on.offer is not None
    assert passed_on.offer.agent_name == "Tom"
    assert (await talk.memory.handoffs.move(handoff.id, S.ACCEPTED, tom)).agent_name == "Tom"


async def test_a_transfer_to_a_department_waits_for_its_agents_and_not_for_the_one_who_passed_it_on(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    await talk.memory.handoffs.reply(handoff.id, mara, "one moment")
    freed = await talk.memory.handoffs.move(handoff.id, S.QUEUED, mara, aim=Aim(department="workshop"))
    assert (freed.state, freed.department) == (S.QUEUED, "workshop")
    (waiting,) = await talk.memory.offers.waiting()
    assert set(waiting.passed) == {mara}


async def test_every_move_says_who_made_it_when_and_why(talk: Talk) -> None:
    asked_at = talk.clock.now
    handoff, mara, tom = await talk.ask_for_person(), await talk.agent(), await talk.agent("Tom")
    await talk.offered(handoff, mara)
    talk.clock.advance(seconds=60)
    await talk.memory.offers.lapse()
    await talk.memory.handoffs.move(handoff.id, S.ACCEPTED, tom)
    await talk.memory.handoffs.reply(handoff.id, tom, "Hello")
    await talk.memory.handoffs.move(handoff.id, S.RESOLVED, tom, "sent a new label")
    later = talk.clock.now
    moves = (await talk.memory.handoffs.view(handoff.id)).moves
    assert [move.by_name for move in moves] == [None] * 4 + ["Tom"] * 3
    assert list(moves) == [
        HandoffMove(None, S.REQUESTED, BOT, asked_at, "asked_for_person"),
        HandoffMove(S.REQUESTED, S.QUEUED, BOT, asked_at),
        HandoffMove(S.QUEUED, S.OFFERED, BOT, asked_at, "knows boots", mara),
        HandoffMove(S.OFFERED, S.QUEUED, TIMER, later, LAPSED),
        HandoffMove(S.QUEUED, S.ACCEPTED, tom, later),
        HandoffMove(S.ACCEPTED, S.ACTIVE, tom, later),
        HandoffMove(S.ACTIVE, S.RESOLVED, tom, later, "sent a new label"),
    ]


async def test_a_refused_move_leaves_no_trace(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    before = await talk.memory.handoffs.view(handoff.id)
    with pytest.raises(IllegalMove):
        await talk.memory.handoffs.move(handoff.id, S.REQUESTED, mara)
    with pytest.raises(NotYours):
        await talk.memory.handoffs.move(handoff.id, S.RESOLVED, await talk.agent("Tom"))
    assert await talk.memory.handoffs.view(handoff.id) == before


async def test_who_says_nothing_past_their_patience_is_taken_to_have_left(talk: Talk) -> None:
    handoff = await talk.ask_for_person(wanted=RequestHandoff(ASKED, patience=timedelta(hours=2)))
    talk.clock.advance(hours=1)
    await talk.hear("still there?")
    await talk.answer()
    talk.clock.advance(hours=1)
    assert await talk.memory.offers.lapse() == []
    assert await talk.memory.offers.next_due() == talk.clock.now + timedelta(hours=1)
    talk.clock.advance(hours=1)
    (left,) = await talk.memory.offers.lapse()
    assert (left.id, left.state, left.closed_at) == (handoff.id, S.ABANDONED, talk.clock.now)
    assert (await talk.memory.handoffs.view(handoff.id)).moves[-1].why == GIVEN_UP
    assert await talk.memory.offers.lapse() == []


async def test_patience_ends_also_while_it_is_offered_and_never_once_an_agent_has_it(talk: Talk) -> None:
    patient = RequestHandoff(ASKED, patience=timedelta(minutes=1))
    one = await talk.ask_for_person(("telegram", "1"), wanted=patient)
    two = await talk.ask_for_person(("telegram", "2"), wanted=patient)
    mara = await talk.agent()
    await talk.offered(one, mara, seconds=600)
    await talk.memory.handoffs.move(two.id, S.ACCEPTED, mara)
    talk.clock.advance(minutes=2)
    assert [(each.id, each.state) for each in await talk.memory.offers.lapse()] == [(one.id, S.ABANDONED)]
    assert await talk.memory.offers.next_due() is None


async def test_without_patience_nobody_is_ever_dropped(talk: Talk) -> None:
    await talk.ask_for_person()
    talk.clock.advance(days=30)
    assert await talk.memory.offers.lapse() == []
    assert len(await talk.memory.offers.waiting()) == 1


async def test_the_line_holds_who_is_queued_with_what_decides_who_takes_them(talk: Talk) -> None:
    vip = Identity("vip-1", name="Vi", valued=True)
    boots = RequestHandoff(ASKED, department="products", language="de")
    first = await talk.ask_for_person(("web", "v1"), identity=vip, wanted=boots)
    talk.clock.advance(minutes=1)
    second = await talk.ask_for_person(("telegram", "2"))
    third, mara = await talk.ask_for_person(("telegram", "3")), await talk.agent()
    await talk.offered(third, mara)
    one, two = await talk.memory.offers.waiting()
    assert (one.handoff.id, two.handoff.id) == (first.id, second.id)
    assert (one.handoff.department, one.handoff.language, one.is_valued) == ("products", "de", True)
    assert (two.handoff.department, two.handoff.language, two.is_valued, two.knew) == (None, None, False, None)


@pytest.mark.parametrize(("hours", "again"), [(72, True), (73, False)])
async def test_who_asks_again_within_three_days_goes_on_with_the_same_matter(
    talk: Talk, hours: float, again: bool
) -> None:
    handoff, mara = await talk.taken()
    await talk.memory.handoffs.move(handoff.id, S.RESOLVED, mara)
    talk.clock.advance(hours=hours)
    asked = await talk.ask_for_person()
    assert asked.follows == (handoff.id if again else None)
    (waiting,) = await talk.memory.offers.waiting()
    assert (waiting.knew, waiting.passed) == (mara, {})
    assert ("72 hours" in ((await talk.memory.handoffs.view(asked.id)).moves[0].why or "")) is again


async def test_one_that_no_agent_had_is_followed_by_none(talk: Talk) -> None:
    handoff = await talk.ask_for_person()
    await talk.memory.handoffs.move(handoff.id, S.ABANDONED, TIMER)
    assert (await talk.ask_for_person()).follows is None


async def test_after_an_answer_that_did_not_help_its_department_is_asked(talk: Talk) -> None:
    await talk.memory.faq.save([FaqRecord("wash", "?", ("?",), "By hand.", department="care")], by="Mara")
    await talk.hear()
    await talk.answer("By hand.", records=[OfferAnswer("wash", "Can I wash it?", 0.8)])
    talk.clock.advance(minutes=59)
    named = await talk.ask_for_person(wanted=RequestHandoff(ASKED, department="returns"))
    assert named.department == "returns"
    assert (await talk.ask_for_person(("telegram", "2"))).department is None
    await talk.memory.handoffs.move(named.id, S.ABANDONED, TIMER)
    assert (await talk.ask_for_person()).department == "care"


async def test_an_answer_of_an_hour_ago_says_nothing_about_the_department(talk: Talk) -> None:
    await talk.memory.faq.save([FaqRecord("wash", "?", ("?",), "By hand.", department="care")], by="Mara")
    await talk.hear()
    await talk.answer("By hand.", records=[OfferAnswer("wash", "Can I wash it?", 0.8)])
    talk.clock.advance(minutes=61)
    assert (await talk.ask_for_person()).department is None


async def test_waits_are_counted_from_the_asking_to_the_first_acceptance(talk: Talk) -> None:
    mara, tom = await talk.agent(), await talk.agent("Tom")
    waits = []
    for place, department in enumerate(["returns", "returns", "orders"]):
        began = talk.clock.now
        handoff = await talk.ask_for_person(
            ("telegram", f"{place}"), wanted=RequestHandoff(ASKED, department=department)
        )
        talk.clock.advance(minutes=1 + place)
        await talk.memory.handoffs.move(handoff.id, S.ACCEPTED, mara)
        waits.append(Wait(began, talk.clock.now))
        await talk.memory.handoffs.move(handoff.id, S.QUEUED, mara)
        talk.clock.advance(minutes=10)
        await talk.memory.handoffs.move(handoff.id, S.ACCEPTED, tom)
    await talk.ask_for_person(("telegram", "waits still"))
    assert await talk.memory.offers.waits("returns", 5) == [waits[1], waits[0]]
    assert await talk.memory.offers.waits(None, 2) == [waits[2], waits[1]]
    assert await talk.memory.offers.waits("workshop", 5) == []


async def test_linking_gives_way_to_the_one_that_waited_longest_and_an_offer_of_the_other_ends(talk: Talk) -> None:
    first = await talk.ask_for_person(("web", "v1"))
    talk.clock.advance(minutes=1)
    second, mara = await talk.ask_for_person(("telegram", "2")), await talk.agent()
    await talk.offered(second, mara)
    code = await talk.memory.identities.issue_code(first.customer_id, talk.clock.now + timedelta(hours=1))
    await talk.hear("", ("telegram", "2"), link_code=code)
    await talk.answer("linked")
    talk.clock.advance(minutes=5)
    assert await talk.memory.offers.lapse() == []
    (link,) = [link for link in await talk.memory.links.of(first.customer_id) if link.holds]
    await talk.memory.links.undo(link.id, why="not me", by="ana")
    (lapsed,) = await talk.memory.offers.lapse()
    assert (lapsed.id, lapsed.state) == (second.id, S.QUEUED)
    assert len(await talk.memory.offers.waiting()) == 2


async def test_whether_a_customer_is_valued_is_what_the_host_site_last_said(talk: Talk) -> None:
    vip = Identity("vip-1", name="Vi", valued=True)
    customer_id = await talk.say("hello", ("web", "v1"), identity=vip)
    assert (await talk.memory.identities.customer(customer_id)).valued
    await talk.say("hello", ("web", "v1"), identity=Identity("vip-1", name="Vi"))
    assert not (await talk.memory.identities.customer(customer_id)).valued


async def test_an_erased_customer_waits_no_more_and_their_offer_ends(talk: Talk) -> None:
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    await talk.offered(handoff, mara)
    await talk.memory.custody.erase(handoff.customer_id, "R-1")
    talk.clock.advance(minutes=2)
    assert await talk.memory.offers.lapse() == []
    assert await talk.memory.offers.next_due() is None
    (colleague,) = await talk.memory.team.all()
    assert colleague.offers == 0


async def test_who_signs_out_keeps_no_offer(talk: Talk) -> None:
    mara, noor = await talk.agent(), await talk.agent("Noor")
    handoff = await talk.offered(await talk.ask_for_person(), mara)
    other = await talk.offered(await talk.ask_for_person(("web", "v2")), noor)
    for agent, session in ((mara, "desk"), (mara, "phone"), (noor, "noors")):
        await talk.memory.agents.open_session(agent, session, talk.clock.now + timedelta(hours=1))
    await talk.memory.agents.close_session("phone")
    assert (await talk.memory.handoffs.view(handoff.id)).handoff.state is HandoffState.OFFERED
    await talk.memory.agents.close_session("desk")
    view = await talk.memory.handoffs.view(handoff.id)
    assert view.handoff.state is HandoffState.QUEUED
    assert (view.moves[-1].by, view.moves[-1].why) == (mara, "the agent signed out")
    assert (await talk.memory.handoffs.view(other.id)).handoff.state is HandoffState.OFFERED
