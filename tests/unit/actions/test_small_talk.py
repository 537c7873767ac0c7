"""Greetings, thanks, goodbyes, coming back."""

from __future__ import annotations

import pytest

from tests.unit.actions.conftest import ANA, BEN, Stage


async def test_a_greeting_is_by_name_when_the_name_is_known(talker: Stage) -> None:
    assert (await talker(ANA).say("hi", "greet")).text == "Hello Ana. What can I do for you?"
    assert "I’m Fern" in (await talker().say("hi", "greet")).text


async def test_goodbye_keeps_the_open_task_and_asks_nothing(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("return the tent", "return_item", product="ridge-2-tent")
    said = await ana.say("bye for now", "goodbye")
    assert len(said.texts) == 1
    assert "keep our place" in said.text
    assert "refund or an exchange" in (await ana.say("too small", "inform", return_reason="too_small")).text


@pytest.mark.parametrize(
    "intent", ["affirm", "deny", "stop", "start_over", "continue_task", "none_of_these", "inform", "answer_helped"]
)
async def test_words_that_belong_to_a_task_are_answered_without_one(talker: Stage, intent: str) -> None:
    said = await talker(ANA).say("well", intent)
    assert said.text
    assert said.command("request_handoff") is None


async def test_an_unknown_intent_is_answered(talker: Stage) -> None:
    assert (await talker(ANA).say("hm", "some_intent_of_an_older_model")).text


@pytest.mark.parametrize(
    "intent",
    [
        "order_status", "return_item", "cancel_order", "change_address", "ask_person", "ask_faq", "inform", "affirm",
        "deny", "stop", "start_over", "continue_task", "none_of_these", "greet", "thank", "goodbye", "answer_helped",
        "answer_not_helped", "capabilities", "bot_challenge", "abuse", "out_of_scope", "nlu_fallback", "unheard_of",
    ],
)  # fmt: skip
@pytest.mark.parametrize("opening", ["order_status", "return_item", "cancel_order", "change_address"])
@pytest.mark.parametrize("context", [BEN, {}])
async def test_no_message_in_any_task_is_left_without_an_answer(
    talker: Stage, context: dict[str, str], opening: str, intent: str
) -> None:
    someone = talker(context)
    await someone.say("start", opening)
    assert (await someone.say("well", intent)).text
    assert (await someone.say("well", intent)).text, "not the second time either"
    assert (await someone.say("and where is my order", "order_status")).text


@pytest.mark.parametrize(
    ("opening", "line"),
    [
        (
            ("return the tent", "return_item", {"product": "ridge-2-tent"}),
            "Welcome back, Ana. We were sending back your Ridge 2 Tent from order 1031.",
        ),
        (
            ("return something", "return_item", {}),
            "Welcome back, Ana. We were sending back something from order 1031.",
        ),
    ],
)
async def test_coming_back_says_where_things_stand(
    talker: Stage, opening: tuple[str, str, dict[str, str]], line: str
) -> None:
    ana = talker(ANA)
    words, intent, entities = opening
    await ana.say(words, intent, **entities)
    assert (await ana.resume()).texts == [line]


async def test_coming_back_to_other_tasks(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("cancel 1050", "cancel_order", order_number="1050")
    assert (await ben.resume()).texts == ["Welcome back, Ben. We were about to cancel order 1050."]
    stranger = talker()
    await stranger.say("where is my order", "order_status")
    assert (await stranger.resume()).texts == ["Welcome back. We were looking up your order."]


async def test_coming_back_to_nothing_open_says_nothing(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("where is my order", "order_status")
    assert (await ana.resume()).texts == []


async def test_coming_back_while_waiting_for_a_person(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("person", "ask_person")
    assert (await ana.resume()).texts == [
        "Welcome back, Ana. Your request is still with our team; nobody has written yet."
    ]
