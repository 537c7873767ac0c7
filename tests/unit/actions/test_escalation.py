"""Reasons to call a person, as the operator wants them dealt with."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.actions.conftest import ANA, Stage, Talker

PAY = {"id": "pay", "question": "How can I pay?", "answer": "By card.", "score": 0.9}


def decided(ana: Talker, **escalation: str) -> Talker:
    """A customer of a shop whose operator has decided so."""
    ana.tell(escalation=escalation)
    return ana


async def test_misunderstandings_can_call_a_person_at_the_second(talker: Stage) -> None:
    ana = decided(talker(ANA), misunderstood="at_once")
    assert (await ana.say("blorp", "nlu_fallback")).command("request_handoff") is None
    assert (await ana.say("fnarr", "nlu_fallback")).command("request_handoff")["reason"] == "misunderstood"


async def test_misunderstandings_can_be_left_without_a_person(talker: Stage) -> None:
    ana = decided(talker(ANA), misunderstood="off")
    for word in ("blorp", "fnarr", "zibble", "dorf"):
        said = await ana.say(word, "nlu_fallback")
        assert said.texts
        assert "Shall I get someone" not in said.text
        assert said.command("request_handoff") is None


async def test_who_asks_for_a_person_gets_one_whatever_is_off(talker: Stage) -> None:
    ana = decided(talker(ANA), misunderstood="off", distress="off", form_failed="off")
    await ana.say("blorp", "nlu_fallback")
    assert (await ana.say("a person", "ask_person")).command("request_handoff")["reason"] == "asked_for_person"


async def test_a_rejected_answer_can_call_a_person_at_once(talker: Stage) -> None:
    ana = decided(talker(ANA), rejected_answers="at_once")
    await ana.say("how can I pay", "ask_faq", faq=[PAY])
    assert (await ana.say("no", "deny")).command("request_handoff")["reason"] == "rejected_answers"


async def test_the_same_answer_wanted_four_times_calls_the_person_offered_at_the_third(talker: Stage) -> None:
    ana = talker(ANA)
    said = [await ana.say("how can I pay", "ask_faq", faq=[PAY]) for _ in range(4)]
    assert "Shall I get someone" in said[2].text
    assert [each.command("request_handoff") is not None for each in said] == [False, False, False, True]
    assert said[3].command("request_handoff")["reason"] == "repetition"


async def test_anger_can_call_a_person_at_once_and_the_question_is_answered_all_the_same(talker: Stage) -> None:
    ana = decided(talker(ANA), distress="at_once")
    said = await ana.say("this is ridiculous, how can I pay", "ask_faq", faq=[PAY])
    assert said.command("request_handoff")["reason"] == "distress"
    assert said.text.startswith("I can see that this is annoying. I’m getting someone")
    assert "By card." in said.text


async def test_anger_can_be_met_without_a_person(talker: Stage) -> None:
    ana = decided(talker(ANA), distress="off")
    said = await ana.say("this is ridiculous, how can I pay", "ask_faq", faq=[PAY])
    assert "annoying" in said.text
    assert "person" not in said.text
    for _ in range(4):
        assert (await ana.say("idiots", "abuse")).command("request_handoff") is None


async def test_a_form_can_be_kept_from_calling_a_person(talker: Stage) -> None:
    ana = decided(talker(ANA), form_failed="off")
    await ana.say("return the tent", "return_item", product="tent")
    for _ in range(4):
        said = await ana.say("flurb", "nlu_fallback")
        assert "Shall I get someone" not in said.text
        assert said.command("request_handoff") is None


@pytest.mark.parametrize(
    ("topic", "reason", "words"),
    [
        ("bereavement", "bereavement", "very sorry for your loss"),
        ("injury", "injury", "don’t use it"),
        ("danger", "distress", "emergency number"),
        ("complaint", "valued_complaint", "let you down"),
    ],
)
async def test_a_topic_calls_a_person_with_words_of_its_own(talker: Stage, topic: str, reason: str, words: str) -> None:
    said = await talker(ANA).say("…", "ask_person", topic=topic)
    assert words in said.text
    assert said.text.count("getting someone from our team") == 1
    assert said.command("request_handoff")["reason"] == reason


async def test_a_topic_can_be_left_to_an_offer(talker: Stage) -> None:
    ana = decided(talker(ANA), press="offer")
    said = await ana.say("I write for the Times", "ask_person", topic="press")
    assert "Shall I get someone" in said.text
    assert said.command("request_handoff") is None
    assert (await ana.say("yes", "affirm")).command("request_handoff")["reason"] == "press"


async def test_despair_is_not_asked_for_its_leave_where_anger_is(talker: Stage) -> None:
    said = await talker(ANA).say("I can't cope", "ask_person", topic="distress")
    assert said.command("request_handoff")["reason"] == "distress"


def broken(ana: Talker, **more: Any) -> Talker:
    ana.tell(broken_promise="yesterday by 10:00", **more)
    return ana


async def test_a_broken_promise_is_owned_up_to_before_the_answer(talker: Stage) -> None:
    said = await broken(talker(ANA)).say("how can I pay", "ask_faq", faq=[PAY])
    assert said.texts[0].startswith("We promised to get back to you yesterday by 10:00, and we haven’t. I’m sorry.")
    assert "By card." in said.texts[1]
    assert [each["reason"] for each in said.commands if each["command"] == "request_handoff"] == ["broken_promise"]


async def test_who_was_told_of_a_broken_promise_before_hears_no_second_apology(talker: Stage) -> None:
    said = await broken(talker(ANA), broken_promise_told=True).say("hello", "greet")
    assert said.texts[0].startswith("We still owe you what was due yesterday by 10:00. I’ve told our team again")
    assert "sorry" not in said.text
    assert said.command("request_handoff")["reason"] == "broken_promise"


async def test_a_broken_promise_is_owned_up_to_once_in_a_task(talker: Stage) -> None:
    said = await broken(talker(ANA)).say("return the tent", "return_item", product="tent")
    assert said.text.count("We promised") == 1
    assert "reason" in said.texts[-1]


async def test_who_wants_to_be_forgotten_is_called_nobody_for_a_broken_promise(talker: Stage) -> None:
    ana = broken(talker(ANA))
    assert (await ana.say("forget me", "forget")).command("request_handoff") is None
    assert (await ana.say("yes", "affirm")).command("request_handoff") is None


async def test_a_broken_promise_can_be_left_alone(talker: Stage) -> None:
    said = await broken(talker(ANA), escalation={"broken_promise": "off"}).say("hello", "greet")
    assert "promised" not in said.text
    assert said.command("request_handoff") is None
