"""How agents end handoffs, what customers are asked then, and what their answers bring about."""

from __future__ import annotations

import pytest

from memory.errors import IllegalMove, NotYours, UnknownHandoff
from memory.fakes import FakeMemory
from memory.model import (
    AgentId,
    Agreed,
    AnswerFeedback,
    Button,
    CaseState,
    ContactReasonId,
    CustomerId,
    Ending,
    Feedback,
    GivenBack,
    Handoff,
    HandoffOutcome,
    HandoffReason,
    HandoffState,
    LearnFact,
    Message,
    OpenCase,
    Proof,
    Reply,
    RequestHandoff,
    Wish,
)
from tests.contract.memory.sides import BY_HAND
from tests.contract.memory.talk import ANA, Talk, task

PHONE = ("telegram", "42")
BROWSER = ("web", "v1")
SOLVED = Ending(HandoffOutcome.SOLVED, ContactReasonId("returns/too_late"))
QUESTION = Reply("Is it solved?", (Button("Yes, it’s solved", "/solved_yes"), Button("No, not yet", "/solved_no")))


async def ended(talk: Talk, ending: Ending = SOLVED, at: tuple[str, str] = PHONE) -> tuple[Handoff, AgentId]:
    """A handoff that Mara has resolved, asking the customer."""
    handoff, mara = await talk.taken(at)
    return await talk.memory.endings.resolve(handoff.id, mara, ending, question=QUESTION), mara


async def again(talk: Talk, mara: AgentId) -> Handoff:
    """The customer asks once more, Mara takes and resolves it."""
    handoff = await talk.ask_for_person()
    await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
    return await talk.memory.endings.resolve(handoff.id, mara, SOLVED, question=QUESTION)


async def questions(talk: Talk, customer_id: CustomerId) -> list[Message]:
    return [message for message in await talk.said(customer_id) if message.text == QUESTION.text]


async def test_a_handoff_keeps_its_outcome_and_contact_reason(talk: Talk) -> None:
    handoff, mara = await ended(talk)
    view = await talk.memory.handoffs.view(handoff.id)
    assert view.handoff.state is HandoffState.RESOLVED
    assert view.handoff.ending == SOLVED
    assert (view.moves[-1].by, view.moves[-1].after) == (mara, HandoffState.RESOLVED)


async def test_a_plain_resolve_says_nothing_of_its_outcome_and_asks_nothing(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    resolved = await talk.memory.handoffs.move(handoff.id, HandoffState.RESOLVED, mara)
    assert (resolved.ending, resolved.feedback) == (Ending(), None)


async def test_the_customer_is_asked_with_buttons_where_they_last_wrote(talk: Talk) -> None:
    handoff, _ = await ended(talk)
    (question,) = await questions(talk, handoff.customer_id)
    assert handoff.feedback == Feedback(question.number)
    assert (question.channel, question.buttons) == ("telegram", QUESTION.buttons)
    view = await talk.memory.handoffs.view(handoff.id)
    assert view.handoff.feedback == Feedback(question.number)
    sent = [delivery.message.text for delivery in await talk.memory.outbox.claim(["telegram"], 10)]
    while more := await talk.memory.outbox.claim(["telegram"], 10):
        sent += [delivery.message.text for delivery in more]
    assert sent == ["of course"], "of one customer one row at a time is on its way"


async def test_only_its_owner_resolves_it_and_only_once(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    noor = await talk.agent("Noor")
    with pytest.raises(NotYours, match="Mara"):
        await talk.memory.endings.resolve(handoff.id, noor, SOLVED, question=QUESTION)
    await talk.memory.endings.resolve(handoff.id, mara, SOLVED, question=QUESTION)
    with pytest.raises(IllegalMove):
        await talk.memory.endings.resolve(handoff.id, mara, SOLVED, question=QUESTION)
    assert len(await questions(talk, handoff.customer_id)) == 1


async def test_nobody_is_asked_twice_on_one_day(talk: Talk) -> None:
    first, mara = await ended(talk)
    talk.clock.advance(hours=3)
    second = await again(talk, mara)
    assert (await talk.memory.handoffs.view(second.id)).handoff.feedback is None
    talk.clock.advance(days=2)
    await again(talk, mara)
    assert len(await questions(talk, first.customer_id)) == 2


async def test_who_wants_no_surveys_is_not_asked(talk: Talk) -> None:
    await talk.hear("no surveys please", PHONE)
    await talk.answer("noted", records=[LearnFact(Wish.NOT_ABOUT.value, "feedback")])
    handoff, _ = await ended(talk)
    assert await questions(talk, handoff.customer_id) == []
    assert (await talk.memory.handoffs.view(handoff.id)).handoff.feedback is None


async def test_who_cannot_be_written_to_first_is_asked_once_with_the_next_answer(talk: Talk) -> None:
    handoff, _ = await ended(talk, at=("rest", "script"))
    talk.clock.advance(minutes=1)
    replies = []
    for text in ("yes, and where is my order?", "thanks"):
        accepted = await talk.hear(text, ("rest", "script"))
        await talk.answer("It is on its way.")
        replies.append([message.text for message in await talk.memory.inbox.replies(accepted.inbox_id) or ()])
    assert replies == [[QUESTION.text, "It is on its way."], ["It is on its way."]]
    assert len(await questions(talk, handoff.customer_id)) == 1


async def test_who_can_be_written_to_elsewhere_is_asked_there(talk: Talk) -> None:
    await talk.hear("hello", BROWSER, identity=ANA)
    await talk.answer("hello")
    handoff, mara = await talk.taken(("rest", "script"), identity=ANA)
    await talk.memory.endings.resolve(handoff.id, mara, SOLVED, question=QUESTION)
    assert [asked.channel for asked in await questions(talk, handoff.customer_id)] == ["web"]


@pytest.mark.parametrize(
    ("outcome", "case"),
    [
        (None, CaseState.SOLVED),
        (HandoffOutcome.SOLVED, CaseState.SOLVED),
        (HandoffOutcome.ELSEWHERE, CaseState.SOLVED),
        (HandoffOutcome.NOT_SOLVED, CaseState.ABANDONED),
        (HandoffOutcome.NO_ANSWER, CaseState.ABANDONED),
        (HandoffOutcome.NO_MATTER, CaseState.ABANDONED),
    ],
)
async def test_what_went_along_ends_as_the_outcome_says(
    talk: Talk, outcome: HandoffOutcome | None, case: CaseState
) -> None:
    await talk.hear("my tent leaks", PHONE)
    await talk.answer("oh", records=[OpenCase("return_item", "Return of the tent", "k1")])
    handoff, _ = await ended(talk, Ending(outcome))
    (along,) = (await talk.memory.handoffs.view(handoff.id)).brief.cases
    assert along.state is case


async def test_a_no_brings_the_case_back_and_goes_along_with_the_new_request(talk: Talk) -> None:
    await talk.hear("my tent leaks", PHONE)
    await talk.answer("oh", records=[OpenCase("return_item", "Return of the tent", "k1")])
    handoff, mara = await ended(talk)
    await talk.hear("No, not yet", PHONE)
    no = [AnswerFeedback(handoff.id, solved=False, asks_line=True), RequestHandoff(HandoffReason.NOT_SOLVED)]
    await talk.answer("I'm sorry. What is missing?", records=no)
    (waiting,) = await talk.memory.offers.waiting()
    assert (waiting.handoff.reason, waiting.handoff.follows) == (HandoffReason.NOT_SOLVED, handoff.id)
    assert waiting.knew == mara
    brief = (await talk.memory.handoffs.view(waiting.handoff.id)).brief
    (case,) = brief.cases
    assert [move.to for move in case.moves][-2:] == [CaseState.CAME_BACK, CaseState.HANDED_OVER]
    (past,) = brief.past
    assert (past.handoff.id, past.handoff.ending) == (handoff.id, SOLVED)
    assert past.handoff.feedback is not None
    assert past.handoff.feedback.solved is False


async def test_the_line_about_it_is_kept_as_the_message_it_is(talk: Talk) -> None:
    handoff, _ = await ended(talk)
    await talk.hear("Yes, it’s solved", PHONE)
    await talk.answer("good", records=[AnswerFeedback(handoff.id, solved=True, asks_line=True)])
    await talk.hear("Mara was very kind", PHONE)
    knew = await talk.answer("thank you", records=[AnswerFeedback(handoff.id, is_line=True)])
    assert knew.last_handoff is not None
    assert knew.last_handoff.feedback is not None
    assert knew.last_handoff.feedback.line_asked_in == knew.customer.last_number
    (past,) = (await talk.memory.handoffs.view(handoff.id)).brief.past
    assert past.line is not None
    assert (past.line.text, past.handoff.feedback and past.handoff.feedback.solved) == ("Mara was very kind", True)


async def test_an_answer_to_what_was_never_asked_changes_nothing(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    await talk.memory.handoffs.move(handoff.id, HandoffState.RESOLVED, mara)
    await talk.hear("no", PHONE)
    await talk.answer("hm", records=[AnswerFeedback(handoff.id, solved=False)])
    assert (await talk.memory.handoffs.view(handoff.id)).handoff.feedback is None


async def test_linked_with_another_the_answers_still_point_to_their_messages(talk: Talk) -> None:
    for _ in range(3):
        await talk.say("before", BROWSER, identity=ANA)
        talk.clock.advance(minutes=1)
    ana = await talk.say("before", BROWSER, identity=ANA)
    talk.clock.advance(minutes=1)
    handoff, _ = await ended(talk)
    await talk.hear("yes", PHONE)
    await talk.answer("good", records=[AnswerFeedback(handoff.id, solved=True, asks_line=True)])
    await talk.hear("lovely", PHONE)
    await talk.answer("thanks", records=[AnswerFeedback(handoff.id, is_line=True)])
    link = await talk.memory.links.merge(handoff.customer_id, into=ana, on=BY_HAND)
    assert link.proof is Proof.OPERATOR
    (past,) = (await talk.memory.handoffs.view(handoff.id)).brief.past
    said = {message.number: message.text for message in await talk.said(ana)}
    assert past.line is not None
    assert past.line.text == "lovely"
    assert past.handoff.feedback is not None
    assert said[past.handoff.feedback.asked_in] == QUESTION.text
    await talk.memory.links.undo(link.id, why="no", by="operator")
    (past,) = (await talk.memory.handoffs.view(handoff.id)).brief.past
    assert past.line is not None
    assert past.line.text == "lovely"


async def test_the_brief_tells_the_latest_five_that_agents_ended(talk: Talk) -> None:
    handoff, mara = await ended(talk)
    ids = [handoff.id]
    for _ in range(5):
        talk.clock.advance(hours=1)
        ids.append((await again(talk, mara)).id)
    latest = (await talk.memory.handoffs.view(ids[-1])).brief.past
    assert [past.handoff.id for past in latest] == ids[:0:-1]


async def given_back(talk: Talk, agreed: Agreed, at: tuple[str, str] = PHONE) -> Handoff:
    """Ana had begun a return, Mara took it, heard two things and gives it back."""
    await talk.hear("return my tent", at)
    await talk.answer("why?", dialogue=task("return_form", Order="1042"))
    accepted = await talk.hear("a person please", at)
    asked = [RequestHandoff(HandoffReason.ASKED_FOR_PERSON)]
    await talk.answer("of course", records=asked, dialogue=task("return_form", Order="1042"))
    (line,) = await talk.memory.handoffs.queue([HandoffState.QUEUED])
    mara = await talk.agent()
    await talk.memory.handoffs.move(line.handoff.id, HandoffState.ACCEPTED, mara)
    for words in ("it is too small", "and a refund please"):
        await talk.hear(words, at)
        await talk.answer()
    await talk.memory.handoffs.reply(line.handoff.id, mara, "Fine.")
    assert line.customer.id == accepted.customer_id
    return await talk.memory.endings.give_back(line.handoff.id, mara, agreed, why="she knows")


async def test_the_next_turn_knows_what_was_said_and_agreed_and_the_one_after_does_not(talk: Talk) -> None:
    agreed = Agreed("A refund, without the bag.", {"return_reason": "too small"})
    handoff = await given_back(talk, agreed)
    assert handoff.ending.agreed == agreed
    await talk.hear("ok", PHONE)
    knew = await talk.answer("so", dialogue=task("return_form", Order="1042"))
    assert [said.text for said in knew.unheard] == ["it is too small", "and a refund please"]
    assert [said.number for said in knew.unheard] == [5, 6]
    assert list(knew.said_by_person) == ["Fine."]
    assert knew.given_back == GivenBack("Mara", agreed)
    await talk.hear("yes", PHONE)
    after = await talk.answer("done")
    assert (tuple(after.unheard), after.given_back, tuple(after.said_by_person)) == ((), None, ())


async def test_a_turn_that_the_dialogue_did_not_take_leaves_it_to_be_heard(talk: Talk) -> None:
    await given_back(talk, Agreed("A refund."))
    await talk.hear("a picture", PHONE)
    await talk.answer("I can only read text")
    await talk.hear("ok", PHONE)
    knew = await talk.peek()
    assert [said.text for said in knew.unheard] == ["it is too small", "and a refund please", "a picture"]
    assert knew.given_back == GivenBack("Mara", Agreed("A refund."))
    assert list(knew.said_by_person) == ["Fine."]


async def test_a_plain_return_is_one_with_nothing_agreed(talk: Talk) -> None:
    await talk.hear("return my tent", PHONE)
    await talk.answer("why?", dialogue=task("return_form"))
    handoff, mara = await talk.taken()
    await talk.memory.handoffs.move(handoff.id, HandoffState.RETURNED, mara)
    await talk.hear("ok", PHONE)
    assert (await talk.peek()).given_back == GivenBack("Mara", Agreed())


async def test_only_its_owner_gives_it_back(talk: Talk) -> None:
    handoff, _ = await talk.taken()
    with pytest.raises(NotYours):
        await talk.memory.endings.give_back(handoff.id, await talk.agent("Noor"), Agreed())


async def test_a_fact_told_to_a_person_points_to_the_message_it_came_in(talk: Talk) -> None:
    handoff = await given_back(talk, Agreed())
    await talk.hear("ok", PHONE)
    knew = await talk.peek()
    size = LearnFact("clothing_size", "S", said_in=knew.unheard[0].number)
    await talk.answer("so", records=[size])
    (fact,) = (await talk.memory.handoffs.view(handoff.id)).brief.facts
    assert (fact.value, fact.said) == ("S", "it is too small")


async def test_linked_with_another_only_the_unheard_words_of_whose_turn_it_is_are_heard(talk: Talk) -> None:
    for _ in range(3):
        await talk.say("before", BROWSER, identity=ANA)
        talk.clock.advance(minutes=1)
    ana = await talk.say("before", BROWSER, identity=ANA)
    talk.clock.advance(minutes=1)
    handoff = await given_back(talk, Agreed("A refund."))
    talk.clock.advance(minutes=1)
    link = await talk.memory.links.merge(handoff.customer_id, into=ana, on=BY_HAND)
    await talk.hear("ok", PHONE)
    knew = await talk.peek()
    said = {message.number: message.text for message in await talk.said(ana)}
    assert [said[each.number] for each in knew.unheard] == [each.text for each in knew.unheard]
    assert [each.text for each in knew.unheard] == ["it is too small", "and a refund please"]
    assert knew.given_back == GivenBack("Mara", Agreed("A refund."))
    await talk.answer("wait")
    await talk.hear("hello", BROWSER, identity=ANA)
    assert (await talk.peek()).unheard == ()
    await talk.answer("hi")
    await talk.memory.links.undo(link.id, why="no", by="operator")


async def test_what_was_agreed_goes_with_its_customer(talk: Talk) -> None:
    handoff = await given_back(talk, Agreed("secretword for Ana", {"return_reason": "secretword"}))
    export = await talk.memory.custody.export(handoff.customer_id)
    if not isinstance(talk.memory, FakeMemory):
        assert "secretword for Ana" in str(export)
    await talk.memory.custody.erase(handoff.customer_id, "r")
    with pytest.raises(UnknownHandoff):
        await talk.memory.handoffs.view(handoff.id)
