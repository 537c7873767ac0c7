"""What is learnt about a customer: from which message, how surely, until when."""

from __future__ import annotations

from memory.model import QUOTED, CustomerId, EndFact, LearnFact
from tests.contract.memory.talk import ANA, Talk


async def test_a_fact_said_again_stays_where_it_was_learnt_and_another_value_supersedes_it(talk: Talk) -> None:
    for value in ("M", "M", "L"):
        await talk.hear()
        await talk.answer(records=[LearnFact("size", value)])
        if value == "M":
            talk.clock.advance(minutes=1)
    handoff = await talk.ask_for_person()
    (fact,) = (await talk.memory.handoffs.view(handoff.id)).brief.facts
    assert (fact.value, fact.number) == ("L", 3)


async def test_a_turn_knows_the_current_facts_the_latest_learnt_first(talk: Talk) -> None:
    for key, value in (("size", "M"), ("colour", "red"), ("size", "L")):
        await talk.hear()
        await talk.answer(records=[LearnFact(key, value)])
        talk.clock.advance(minutes=1)
    facts = (await talk.thread_at()).facts
    assert [(fact.key, fact.value, fact.number) for fact in facts] == [("size", "L", 3), ("colour", "red", 2)]


async def test_a_fact_points_to_the_message_it_came_from_and_says_how_sure_it_is(talk: Talk) -> None:
    await talk.hear("I'm usually an L" + "!" * 400)
    await talk.answer("Noted", records=[LearnFact("size", "L", confidence=0.8)])

    (fact,) = (await talk.thread_at()).facts
    assert (fact.confidence, fact.channel, fact.said) == (0.8, "telegram", ("I'm usually an L" + "!" * 400)[:QUOTED])
    assert (fact.valid_until, fact.superseded_by) == (None, None)


async def test_all_that_was_ever_learnt_is_kept_with_what_superseded_it(talk: Talk) -> None:
    times = []
    for value in ("M", "M", "L"):
        accepted = await talk.hear()
        talk.clock.advance(minutes=1)
        times.append(talk.clock.now)
        await talk.answer(records=[LearnFact("size", value)])

    old, new = await talk.memory.facts.history(accepted.customer_id)
    assert (old.value, old.number, old.at) == ("M", 1, times[0])
    assert (old.valid_until, old.superseded_by) == (times[2], 3)
    assert (new.value, new.number, new.valid_until, new.superseded_by) == ("L", 3, None, None)
    assert await talk.memory.facts.history(CustomerId("nobody")) == ()


async def test_a_fact_that_ended_is_known_no_more_and_kept_in_history(talk: Talk) -> None:
    accepted = await talk.hear()
    await talk.answer(records=[LearnFact("allergy:wool", "wool"), LearnFact("size", "M")])
    await talk.hear()
    talk.clock.advance(minutes=1)
    await talk.answer(records=[EndFact("allergy:wool", "wool"), EndFact("allergy:latex"), EndFact("size", "L")])

    assert [fact.key for fact in (await talk.thread_at()).facts] == ["size"]
    wool, _ = await talk.memory.facts.history(accepted.customer_id)
    assert (wool.valid_until, wool.superseded_by) == (talk.clock.now, None)


async def test_a_fact_learnt_again_after_its_end_holds_again(talk: Talk) -> None:
    accepted = await talk.hear()
    wool = LearnFact("allergy:wool", "wool")
    await talk.answer(records=[wool, EndFact("allergy:wool"), wool])

    assert [fact.value for fact in (await talk.thread_at()).facts] == ["wool"]
    assert len(await talk.memory.facts.history(accepted.customer_id)) == 2


async def test_a_fact_repeated_a_hundred_times_is_one_fact(talk: Talk) -> None:
    await talk.hear()
    await talk.answer(records=[LearnFact("size", "M")] * 100)
    handoff = await talk.ask_for_person()
    (fact,) = (await talk.memory.handoffs.view(handoff.id)).brief.facts
    assert fact.number == 1


async def test_the_facts_of_two_customers_who_are_one_keep_their_evidence_and_history(talk: Talk) -> None:
    await talk.hear("size M please", at=("web", "v1"), identity=ANA)
    await talk.answer(records=[LearnFact("size", "M")])
    talk.clock.advance(minutes=1)
    await talk.hear("I'm an S", at=("web", "v2"))
    await talk.answer(records=[LearnFact("size", "S")])
    await talk.hear("I'm an L", at=("web", "v2"))
    talk.clock.advance(minutes=1)
    await talk.answer(records=[LearnFact("size", "L")])
    ana = await talk.say("it's me", at=("web", "v2"), identity=ANA)

    history = await talk.memory.facts.history(ana)
    assert [(fact.value, fact.said) for fact in history] == [
        ("M", "size M please"),
        ("S", "I'm an S"),
        ("L", "I'm an L"),
    ]
    assert [fact.superseded_by for fact in history] == [history[2].number, history[2].number, None]
