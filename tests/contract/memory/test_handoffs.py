"""An agent takes over, knowing everything, and never two at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from memory.errors import IllegalMove, NotYours, UnknownHandoff
from memory.model import (
    HANDOFF_MOVES,
    Address,
    AgentId,
    Author,
    Brief,
    CaseState,
    CloseCase,
    DeliveryState,
    DialogueState,
    HandoffId,
    HandoffReason,
    HandoffState,
    LearnFact,
    MakePromise,
    OfferAnswer,
    OpenCase,
    RateAnswer,
    RequestHandoff,
)
from tests.contract.memory.talk import ANA, Talk, task

NOBODY = HandoffId("nobody")


async def brief_of(talk: Talk, handoff_id: HandoffId) -> Brief:
    return (await talk.memory.handoffs.view(handoff_id)).brief


async def test_a_request_is_queued_with_its_reason_and_message(talk: Talk) -> None:
    await talk.say("hello")
    handoff = await talk.ask_for_person()
    assert (handoff.state, handoff.reason) == (HandoffState.QUEUED, HandoffReason.ASKED_FOR_PERSON)
    assert (handoff.requested_number, handoff.requested_at) == (3, talk.clock.now)
    assert (handoff.agent_id, handoff.accepted_at, handoff.closed_at) == (None, None, None)


async def test_the_queue_shows_the_longest_waiting_first_with_what_matters(talk: Talk) -> None:
    first = await talk.ask_for_person(("telegram", "1"), display_name="Ana")
    talk.clock.advance(minutes=3)
    second = await talk.ask_for_person(("web", "v1"))
    await talk.hear("anyone?", ("telegram", "1"))
    await talk.answer(dialogue=task("return_form"))
    one, two = await talk.memory.handoffs.queue([HandoffState.QUEUED])
    assert (one.handoff.id, two.handoff.id) == (first.id, second.id)
    assert (one.customer.name, one.channel, one.goal, one.unanswered) == ("Ana", "telegram", "wants return_form", 2)
    assert one.last_message is not None
    assert one.last_message.text == "anyone?"
    assert (two.channel, two.goal, two.unanswered) == ("web", None, 1)


async def test_the_queue_holds_only_the_states_asked_for(talk: Talk) -> None:
    await talk.taken(("telegram", "1"))
    talk.clock.advance(minutes=1)
    await talk.ask_for_person(("telegram", "2"))
    states = [HandoffState.QUEUED, HandoffState.ACCEPTED]
    assert [line.handoff.state for line in await talk.memory.handoffs.queue(states)] == [*reversed(states)]
    assert await talk.memory.handoffs.queue([]) == []


async def test_an_agents_answer_leaves_nothing_unanswered(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    await talk.memory.handoffs.reply(handoff.id, mara, "Hello")
    (line,) = await talk.memory.handoffs.queue([HandoffState.ACTIVE])
    assert line.unanswered == 0
    await talk.hear("thanks, one more thing")
    await talk.answer()
    (line,) = await talk.memory.handoffs.queue([HandoffState.ACTIVE])
    assert line.unanswered == 1


async def test_accepting_makes_the_agent_the_owner(talk: Talk) -> None:
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    talk.clock.advance(minutes=1)
    accepted = await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
    assert (accepted.state, accepted.agent_id, accepted.agent_name) == (HandoffState.ACCEPTED, mara, "Mara")
    assert accepted.accepted_at == talk.clock.now


async def test_of_two_agents_who_accept_at_once_exactly_one_wins(talk: Talk) -> None:
    handoff = await talk.ask_for_person()
    agents = [await talk.agent(name) for name in ("Mara", "Tom", "Ola", "Kai")]

    async def accept(agent: AgentId) -> AgentId | None:
        try:
            return (await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, agent)).agent_id
        except (IllegalMove, NotYours):
            return None

    winners = [won for won in await asyncio.gather(*map(accept, agents)) if won]
    assert len(winners) == 1
    assert (await talk.memory.handoffs.view(handoff.id)).handoff.agent_id == winners[0]


async def test_another_agent_cannot_move_or_answer_an_owned_conversation(talk: Talk) -> None:
    handoff, _ = await talk.taken()
    tom = await talk.agent("Tom")
    for to in (HandoffState.QUEUED, HandoffState.RESOLVED, HandoffState.RETURNED):
        with pytest.raises(NotYours):
            await talk.memory.handoffs.move(handoff.id, to, tom)
    with pytest.raises(NotYours):
        await talk.memory.handoffs.reply(handoff.id, tom, "mine")
    assert (await talk.memory.handoffs.view(handoff.id)).handoff.state is HandoffState.ACCEPTED


async def test_a_transfer_frees_the_conversation_for_another_agent(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    tom = await talk.agent("Tom")
    freed = await talk.memory.handoffs.move(handoff.id, HandoffState.QUEUED, mara, "knows boots better")
    assert (freed.state, freed.agent_id, freed.agent_name, freed.accepted_at) == (HandoffState.QUEUED, *(None,) * 3)
    assert (await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, tom)).agent_id == tom


@pytest.mark.parametrize("end", [HandoffState.RESOLVED, HandoffState.RETURNED])
async def test_an_ended_handoff_stays_ended(talk: Talk, end: HandoffState) -> None:
    handoff, mara = await talk.taken()
    ended = await talk.memory.handoffs.move(handoff.id, end, mara)
    assert (ended.state, ended.closed_at, ended.agent_name) == (end, talk.clock.now, "Mara")
    assert HANDOFF_MOVES[end] == frozenset()
    for to in HandoffState:
        with pytest.raises(IllegalMove) as refused:
            await talk.memory.handoffs.move(handoff.id, to, mara)
        assert (refused.value.current, refused.value.wanted) == (end, to)
    again = await talk.ask_for_person()
    assert again.id != handoff.id


async def test_a_move_that_is_not_in_the_table_is_refused(talk: Talk) -> None:
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    with pytest.raises(IllegalMove):
        await talk.memory.handoffs.move(handoff.id, HandoffState.RESOLVED, mara)
    assert (await talk.memory.handoffs.view(handoff.id)).handoff.state is HandoffState.QUEUED


async def test_what_does_not_exist_cannot_be_seen_moved_answered_or_noted(talk: Talk) -> None:
    mara = await talk.agent()
    with pytest.raises(UnknownHandoff):
        await talk.memory.handoffs.view(NOBODY)
    with pytest.raises(UnknownHandoff):
        await talk.memory.handoffs.move(NOBODY, HandoffState.ACCEPTED, mara)
    with pytest.raises(UnknownHandoff):
        await talk.memory.handoffs.reply(NOBODY, mara, "hi")
    with pytest.raises(UnknownHandoff):
        await talk.memory.handoffs.note(NOBODY, mara, "hi")


async def test_an_answer_goes_where_the_customer_last_wrote_and_makes_it_active(talk: Talk) -> None:
    handoff, mara = await talk.taken(("web", "v1"), identity=ANA)
    await talk.hear("from the train", ("rest", "r1"), identity=ANA)
    await talk.answer()
    talk.clock.advance(seconds=5)
    message = await talk.memory.handoffs.reply(handoff.id, mara, "Hello Ana")
    assert (message.author, message.channel, message.agent_name) == (Author.AGENT, "rest", "Mara")
    assert (message.text, message.number, message.at) == ("Hello Ana", 4, talk.clock.now)
    view = await talk.memory.handoffs.view(handoff.id)
    assert view.handoff.state is HandoffState.ACTIVE
    assert view.messages[-1] == message


async def test_an_answer_to_a_chat_goes_into_the_outbox(talk: Talk) -> None:
    handoff, mara = await talk.taken(("telegram", "42"))
    message = await talk.memory.handoffs.reply(handoff.id, mara, "Hello")
    assert message.delivery is DeliveryState.PENDING
    (row,) = await talk.memory.outbox.claim(["telegram"], 5)
    assert (row.message.text, row.address) == ("Hello", Address("telegram", "42"))


async def test_nobody_can_answer_before_accepting(talk: Talk) -> None:
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    with pytest.raises(IllegalMove):
        await talk.memory.handoffs.reply(handoff.id, mara, "hi")


async def test_notes_are_for_agents_only(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    note = await talk.memory.handoffs.note(handoff.id, mara, "tall order")
    assert (note.agent_name, note.text, note.at) == ("Mara", "tall order", talk.clock.now)
    assert list((await talk.memory.handoffs.view(handoff.id)).notes) == [note]
    assert "tall order" not in await talk.texts(handoff.customer_id)


async def test_the_brief_tells_the_whole_story(talk: Talk) -> None:
    await talk.say("hi", ("web", "v1"), identity=ANA)
    await talk.hear("my tent leaks", ("web", "v1"), identity=ANA)
    talk.clock.advance(seconds=1)
    made = talk.clock.now
    promise = MakePromise("Someone writes by ten", made + timedelta(hours=1))
    await talk.answer(
        "try this",
        dialogue=task("return_form", Order="1042", Item="Ridge 2 tent"),
        records=[
            OpenCase("return_item", "Return of the tent"),
            OfferAnswer("seams", "How do I seal seams?", 0.8),
            LearnFact("delivery_address", "12 Mill Lane"),
            promise,
        ],
    )
    await talk.hear("no use", ("web", "v1"), identity=ANA)
    await talk.answer(records=[RateAnswer(helped=False)])
    handoff = await talk.ask_for_person(("web", "v1"), identity=ANA)
    brief = await brief_of(talk, handoff.id)
    assert (brief.customer.name, brief.addresses) == ("Ana", [Address("web", "v1")])
    assert (brief.goal, brief.collected) == ("wants return_form", {"Order": "1042", "Item": "Ridge 2 tent"})
    (tried,) = brief.tried
    assert (tried.faq_id, tried.title, tried.confidence, tried.number) == ("seams", "How do I seal seams?", 0.8, 4)
    assert tried.helped is False
    assert brief.reason is HandoffReason.ASKED_FOR_PERSON
    assert brief.asked_in is not None
    assert (brief.asked_in.text, brief.asked_in.number) == ("a person please", 6)
    (fact,) = brief.facts
    assert (fact.key, fact.value, fact.number, fact.at) == ("delivery_address", "12 Mill Lane", 3, made)
    (owed,) = brief.promises
    assert (owed.text, owed.due_at, owed.made_at, owed.kept_at) == (promise.text, promise.due_at, made, None)
    (case,) = brief.cases
    assert (case.topic, case.title, case.outcome) == ("return_item", "Return of the tent", CaseState.HANDED_OVER)
    assert (case.channel, case.opened_at) == ("web", made)


async def test_the_brief_forgets_what_was_tried_over_a_month_ago(talk: Talk) -> None:
    await talk.hear()
    await talk.answer("try this", records=[OfferAnswer("old", "Old", 0.9)])
    talk.clock.advance(days=31)
    await talk.hear()
    await talk.answer("or this", records=[OfferAnswer("new", "New", 0.9)])
    handoff = await talk.ask_for_person()
    assert [attempt.faq_id for attempt in (await brief_of(talk, handoff.id)).tried] == ["new"]


async def test_a_handoff_opens_with_the_last_two_hundred_messages(talk: Talk) -> None:
    await talk.hear()
    await talk.answer(*(f"{number}" for number in range(230)))
    handoff = await talk.ask_for_person()
    messages = (await talk.memory.handoffs.view(handoff.id)).messages
    assert len(messages) == 200
    assert [message.number for message in messages] == list(range(34, 234))


async def test_a_rating_belongs_to_the_last_answer_without_one(talk: Talk) -> None:
    await talk.hear()
    await talk.answer("a", records=[OfferAnswer("one", "One", 0.5)])
    await talk.hear()
    await talk.answer("b", records=[OfferAnswer("two", "Two", 0.5)])
    await talk.hear()
    await talk.answer(records=[RateAnswer(helped=True), RateAnswer(helped=False), RateAnswer(helped=True)])
    handoff = await talk.ask_for_person()
    tried = (await brief_of(talk, handoff.id)).tried
    assert [(attempt.faq_id, attempt.helped) for attempt in tried] == [("one", False), ("two", True)]


async def test_a_case_opened_again_is_retitled_and_closed_once(talk: Talk) -> None:
    await talk.hear()
    await talk.answer(records=[OpenCase("return_item", "A return"), OpenCase("return_item", "Return of the tent")])
    await talk.hear()
    await talk.answer(records=[CloseCase("return_item", CaseState.SOLVED)])
    closed = talk.clock.now
    talk.clock.advance(hours=1)
    await talk.hear()
    await talk.answer(records=[CloseCase("return_item", CaseState.ABANDONED), OpenCase("return_item", "Another")])
    handoff = await talk.ask_for_person()
    newest, oldest = (await brief_of(talk, handoff.id)).cases
    assert (newest.title, newest.outcome) == ("Another", CaseState.HANDED_OVER)
    assert (oldest.title, oldest.outcome, oldest.closed_at) == ("Return of the tent", CaseState.SOLVED, closed)


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (HandoffState.RESOLVED, CaseState.SOLVED),
        (HandoffState.RETURNED, None),
        (HandoffState.ABANDONED, CaseState.ABANDONED),
    ],
)
async def test_the_case_ends_as_the_handoff_does(talk: Talk, end: HandoffState, outcome: CaseState | None) -> None:
    await talk.hear()
    await talk.answer(records=[OpenCase("return_item", "A return")])
    handoff, mara = await talk.taken()
    await talk.memory.handoffs.move(handoff.id, end, mara)
    (case,) = (await brief_of(talk, handoff.id)).cases
    assert case.outcome is outcome
    assert (case.closed_at is None) is (outcome is None)


async def test_a_case_begun_anew_meanwhile_is_not_doubled_when_the_bot_gets_the_conversation_back(talk: Talk) -> None:
    await talk.hear()
    await talk.answer(records=[OpenCase("return_item", "First")])
    handoff, mara = await talk.ask_for_person(), await talk.agent()
    await talk.hear()
    await talk.answer(records=[OpenCase("return_item", "Second")])
    await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
    await talk.memory.handoffs.move(handoff.id, HandoffState.RETURNED, mara)
    cases = (await brief_of(talk, handoff.id)).cases
    assert {case.title: case.outcome for case in cases} == {"First": CaseState.HANDED_OVER, "Second": None}


async def test_only_twenty_past_cases_are_told_newest_first(talk: Talk) -> None:
    for number in range(25):
        await talk.hear()
        await talk.answer(records=[OpenCase("t", f"{number}"), CloseCase("t", CaseState.SOLVED)])
        talk.clock.advance(minutes=1)
    handoff = await talk.ask_for_person()
    cases = (await brief_of(talk, handoff.id)).cases
    assert [case.title for case in cases] == [f"{number}" for number in range(24, 4, -1)]


async def test_an_unknown_agents_id_does_not_stop_a_move(talk: Talk) -> None:
    handoff = await talk.ask_for_person()
    await talk.memory.handoffs.move(handoff.id, HandoffState.ABANDONED, AgentId("timer"), "the customer left")
    assert (await talk.memory.handoffs.view(handoff.id)).handoff.state is HandoffState.ABANDONED


async def test_asking_for_a_person_in_one_turn_twice_makes_one_handoff(talk: Talk) -> None:
    await talk.hear()
    twice = [RequestHandoff(HandoffReason.DISTRESS), RequestHandoff(HandoffReason.FORM_FAILED)]
    await talk.answer(records=twice)
    (line,) = await talk.memory.handoffs.queue([HandoffState.QUEUED])
    assert line.handoff.reason is HandoffReason.DISTRESS


async def test_the_line_of_who_waits_tells_no_wish_that_is_done(talk: Talk) -> None:
    at_it = DialogueState("{}", task="return_form", goal="Return, order 1031")
    await talk.hear("I want to return the tent")
    await talk.answer("why?", dialogue=at_it, records=[OpenCase("return_item", "Return, order 1031", "c1")])
    handoff = await talk.ask_for_person()

    async def goal() -> str | None:
        (line,) = await talk.memory.handoffs.queue(list(HandoffState))
        return line.goal

    assert await goal() == "Return, order 1031", "it has gone along, and is still to be done"
    await talk.hear("oh, it is done")
    await talk.answer("good", records=[CloseCase("return_item", CaseState.SOLVED, "c1")])
    assert await goal() is None
    mara = await talk.agent()
    await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
    await talk.memory.handoffs.move(handoff.id, HandoffState.RESOLVED, mara)
    assert await goal() == "Return, order 1031", "of what has ended it is told what it was about"


async def test_of_many_only_the_newest_are_listed_if_that_is_wanted(talk: Talk) -> None:
    handoffs = []
    for number in range(4):
        handoffs.append(await talk.ask_for_person(("telegram", f"{number}")))
        talk.clock.advance(seconds=1)
    listed = await talk.memory.handoffs.queue([HandoffState.QUEUED], 2)
    assert [line.handoff.id for line in listed] == [handoffs[2].id, handoffs[3].id]
    assert all(line.last_message is not None for line in listed)
    assert len(await talk.memory.handoffs.queue([HandoffState.QUEUED], 9)) == 4
    assert await talk.memory.handoffs.queue([HandoffState.RESOLVED], 9) == []
