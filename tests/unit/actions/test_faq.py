"""Questions of knowledge, and not knowing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.actions.conftest import ANA, Stage


def candidates(*scores: float) -> Sequence[dict[str, Any]]:
    return [
        {"id": f"faq_{place}", "question": f"Question {place}?", "answer": f"Answer {place}.", "score": score}
        for place, score in enumerate(scores)
    ]


async def test_the_best_candidate_is_the_answer_and_is_rated_by_button(talker: Stage) -> None:
    ana = talker(ANA)
    said = await ana.say("how does it go?", "ask_faq", faq=candidates(0.83, 0.6))
    assert said.text == "Answer 0.\n\nDid that answer it?"
    assert said.titles == ["That helped", "Not quite"]
    assert said.command("offer_answer") == {
        "command": "offer_answer",
        "faq_id": "faq_0",
        "title": "Question 0?",
        "confidence": 0.83,
    }
    said = await ana.press("That helped")
    assert said.command("rate_answer")["helped"] is True


async def test_the_same_answer_again_says_so_and_offers_a_person(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("how does it go?", "ask_faq", faq=candidates(0.83))
    said = await ana.say("how did it go again?", "ask_faq", faq=candidates(0.83))
    assert "still all I have" in said.text
    assert "Answer 0." in said.text
    assert "Shall I get someone" in said.text
    assert "That helped" not in said.titles
    said = await ana.say("and how does it go?", "ask_faq", faq=candidates(0.83))
    assert "Answer 0." not in said.text


async def test_follow_ups_that_nobody_answers_are_given_up_until_one_is(talker: Stage) -> None:
    ana = talker(ANA)
    answers = candidates(0.83, 0.83, 0.83, 0.83, 0.83)
    asked = [(await ana.say("and this?", "ask_faq", faq=answers[place:])).titles for place in range(4)]
    assert asked == [["That helped", "Not quite"]] * 2 + [[]] * 2
    assert (await ana.say("yes", "affirm")).command("rate_answer")["helped"] is True
    assert (await ana.say("and this?", "ask_faq", faq=answers[4:])).titles


async def test_whether_it_helped_is_asked_once_per_topic(talker: Stage) -> None:
    ana = talker(ANA)
    answers = [{**each, "topic": topic} for each, topic in zip(candidates(0.83, 0.8, 0.7), "RRD", strict=True)]
    texts = []
    for answer in answers:
        texts.append((await ana.say("and this?", "ask_faq", faq=[answer])).text)
        await ana.say("that helped", "answer_helped")
    assert ["Did that answer it?" in text for text in texts] == [True, False, True]


async def test_an_answer_that_is_not_asked_about_can_be_rated_all_the_same(talker: Stage) -> None:
    ana = talker(ANA)
    for answer in candidates(0.83, 0.8):
        await ana.say("and this?", "ask_faq", faq=[{**answer, "topic": "returns"}])
    assert (await ana.say("no", "deny")).command("rate_answer")["helped"] is False


async def test_what_was_not_asked_is_not_asked_when_coming_back_to_it(talker: Stage) -> None:
    ana = talker(ANA)
    returns = [{**each, "topic": "returns"} for each in candidates(0.83, 0.8)]
    await ana.say("and this?", "ask_faq", faq=returns[:1])
    assert "Did that answer it?" in (await ana.say("where were we?", "continue_task")).text
    await ana.say("that helped", "answer_helped")
    await ana.say("and this?", "ask_faq", faq=returns[1:])
    assert "Did that answer it?" not in (await ana.say("where were we?", "continue_task")).text


async def test_the_second_try_on_a_topic_has_the_buttons_but_not_the_question(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("how?", "ask_faq", faq=[{**each, "topic": "returns"} for each in candidates(0.83, 0.6)])
    said = await ana.press("Not quite")
    assert said.text == "Then perhaps this: Answer 1."
    assert said.titles == ["That helped", "Not quite"]


@pytest.mark.parametrize(("intent", "helped"), [("affirm", True), ("deny", False)])
async def test_yes_and_no_rate_the_answer_too(talker: Stage, intent: str, helped: bool) -> None:
    ana = talker(ANA)
    await ana.say("how does it go?", "ask_faq", faq=candidates(0.83))
    assert (await ana.say("…", intent)).command("rate_answer")["helped"] is helped


async def test_not_quite_tries_the_next_best_and_then_gets_a_person(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("how does it go?", "ask_faq", faq=candidates(0.83, 0.6, 0.5))
    said = await ana.press("Not quite")
    assert "Answer 1." in said.text
    assert said.command("rate_answer")["helped"] is False
    assert said.command("offer_answer")["faq_id"] == "faq_1"
    said = await ana.press("Not quite")
    assert said.command("request_handoff")["reason"] == "rejected_answers"


async def test_without_a_plausible_next_one_a_person_is_offered(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("how does it go?", "ask_faq", faq=candidates(0.83, 0.1))
    said = await ana.press("Not quite")
    assert "Shall I get someone" in said.text
    assert said.command("request_handoff") is None
    assert (await ana.say("yes", "affirm")).command("request_handoff")["reason"] == "rejected_answers"


async def test_a_no_to_one_question_is_no_no_to_the_next(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("how does it go?", "ask_faq", faq=candidates(0.83, 0.1))
    await ana.press("Not quite")
    await ana.press("No, thanks")
    others = [{**each, "id": f"other_{each['id']}"} for each in candidates(0.8, 0.7)]
    await ana.say("and this?", "ask_faq", faq=others)
    said = await ana.press("Not quite")
    assert said.command("request_handoff") is None
    assert said.command("offer_answer")["faq_id"] == "other_faq_1"


async def test_an_answer_given_before_is_not_the_next_best(talker: Stage) -> None:
    ana = talker(ANA)
    one, two = candidates(0.83, 0.7)
    await ana.say("how does it go?", "ask_faq", faq=[two])
    await ana.say("I mean the other one", "ask_faq", faq=[one, two])
    said = await ana.press("Not quite")
    assert "Answer 1." not in said.text
    assert "Shall I get someone" in said.text


async def test_a_rejection_of_nothing_is_met_with_the_offer_of_a_person(talker: Stage) -> None:
    said = await talker(ANA).say("that's not what I asked", "answer_not_helped")
    assert "Shall I get someone" in said.text
    assert said.command("rate_answer") is None


async def test_a_middling_question_gets_suggestions_and_the_chosen_one_is_answered(talker: Stage) -> None:
    ana = talker(ANA)
    said = await ana.say("the thing with the stuff", "nlu_fallback", faq=candidates(0.55, 0.5, 0.2))
    assert said.titles == ["Question 0?", "Question 1?", "None of these"]
    said = await ana.press("Question 1?")
    assert said.text.startswith("Answer 1.")
    assert said.command("offer_answer")["faq_id"] == "faq_1"


async def test_none_of_these_asks_for_other_words_then_offers_a_person_then_calls_one(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("the thing with the stuff", "nlu_fallback", faq=candidates(0.55, 0.5))
    first = await ana.press("None of these")
    assert "other words" in first.text
    assert "Shall I get someone" not in first.text
    assert "Shall I get someone" in (await ana.say("none of these", "none_of_these")).text
    third = await ana.say("none of these", "none_of_these")
    assert third.command("request_handoff")["reason"] == "misunderstood"


async def test_none_of_these_and_not_understood_is_two_failures_in_a_row(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("the thing with the stuff", "nlu_fallback", faq=candidates(0.55, 0.5))
    await ana.press("None of these")
    said = await ana.say("the stuff with the thing", "nlu_fallback", faq=candidates(0.55, 0.5))
    assert "Shall I get someone" in said.text
    assert (await ana.say("yes", "affirm")).command("request_handoff")["reason"] == "misunderstood"


async def test_a_single_suggestion_may_be_taken_with_a_yes(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("the thing", "nlu_fallback", faq=candidates(0.55))
    assert (await ana.say("yes", "affirm")).text.startswith("Answer 0.")


async def test_a_button_of_a_forgotten_suggestion_is_answered_honestly(talker: Stage) -> None:
    ana = talker(ANA)
    said = await ana._turn('/ask_faq{"faq_id": "faq_7"}', None, "")
    assert "not sure" in said.text


async def test_misunderstood_once_twice_three_times(talker: Stage) -> None:
    ana = talker(ANA)
    first = await ana.say("flurb", "nlu_fallback")
    assert "not sure" in first.text
    second = await ana.say("flurb flurb", "nlu_fallback", faq=candidates(0.55))
    assert "Shall I get someone" in second.text
    assert second.command("request_handoff") is None
    third = await ana.say("flurb flurb flurb", "nlu_fallback")
    assert third.command("request_handoff")["reason"] == "misunderstood"


@pytest.mark.parametrize("understood", ["greet", "order_status", "thank", "ask_faq", "return_item"])
async def test_any_understood_message_ends_the_count(talker: Stage, understood: str) -> None:
    ana = talker(ANA)
    await ana.say("flurb", "nlu_fallback")
    await ana.say("flurb", "nlu_fallback")
    await ana.say("…", understood, faq=candidates(0.9) if understood == "ask_faq" else ())
    assert "misunderstood" not in await ana.slots()


async def test_an_offer_of_a_person_lapses_when_the_talk_goes_on(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("flurb", "nlu_fallback")
    await ana.say("where is my order", "order_status")
    assert (await ana.say("ok", "affirm")).command("request_handoff") is None


@pytest.mark.parametrize("words", ["", "   ", "🎉🎉", "???", "…"])
async def test_nothing_to_read_is_met_politely(talker: Stage, words: str) -> None:
    said = await talker(ANA).say(words, "nlu_fallback", faq=candidates(0.5))
    assert said.text == "I can only read words. What can I do for you?"


async def test_a_very_long_message_is_asked_for_in_short(talker: Stage) -> None:
    assert "sentence or two" in (await talker(ANA).say("word " * 2000, "nlu_fallback")).text


async def test_what_is_not_our_business_is_declined_and_never_handed_over(talker: Stage) -> None:
    ana = talker(ANA)
    for question in ("will it rain?", "who won the match?", "will the trains run?", "what is a good film?"):
        said = await ana.say(question, "out_of_scope")
        assert "outside what I know" in said.text
        assert said.command("request_handoff") is None


async def test_who_says_the_same_for_the_third_time_is_offered_a_person_and_then_gets_one(talker: Stage) -> None:
    ana = talker(ANA)
    for words in ("my points for the May walk are missing", "The points for my May walk are missing"):
        assert "outside what I know" in (await ana.say(words, "out_of_scope")).text

    third = await ana.say("my points for the may walk are still missing", "out_of_scope")
    assert "Shall I get someone" in third.text
    assert third.command("request_handoff") is None

    fourth = await ana.say("my points for the may walk are missing!", "out_of_scope")
    assert fourth.command("request_handoff") == {"command": "request_handoff", "reason": "repetition"}


async def test_a_faq_intent_without_an_answer_is_honest(talker: Stage) -> None:
    assert "not sure" in (await talker(ANA).say("how does it go?", "ask_faq")).text
