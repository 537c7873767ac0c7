"""Cancelling an order and sending it elsewhere."""

from __future__ import annotations

import pytest

from actions.shop.port import OrderState
from tests.unit.actions.conftest import ANA, BEN, CLARA, Stage, Talker


def state(talker: Talker, number: str) -> OrderState:
    return talker.shop._orders[number].state


async def test_an_order_is_cancelled_after_one_confirmation(talker: Stage) -> None:
    ben = talker(BEN)
    said = await ben.say("cancel order 1050", "cancel_order", order_number="1050")
    assert "Shall I cancel order 1050" in said.text
    assert state(ben, "1050") is OrderState.PLACED
    said = await ben.press("Yes, cancel it")
    assert "1050 is cancelled" in said.text
    assert list(said.closed.values()) == ["solved_assumed"]
    assert state(ben, "1050") is OrderState.CANCELLED
    assert await ben.slots() == {}


async def test_only_orders_that_can_be_cancelled_are_offered(talker: Stage) -> None:
    said = await talker(BEN).say("cancel my order", "cancel_order")
    assert [title[:4] for title in said.titles] == ["1051", "1050"]


async def test_the_order_may_be_named_by_what_is_in_it(talker: Stage) -> None:
    assert "Shall I cancel order 1050" in (await talker(BEN).say("cancel the stove order", "cancel_order")).text


@pytest.mark.parametrize(("words", "intent"), [("no", "deny"), ("no, keep it", "deny")])
async def test_a_no_keeps_the_order(talker: Stage, words: str, intent: str) -> None:
    ben = talker(BEN)
    await ben.say("cancel order 1050", "cancel_order", order_number="1050")
    said = await ben.say(words, intent)
    assert "stays as it is" in said.text
    assert state(ben, "1050") is OrderState.PLACED
    assert await ben.form() is None


async def test_a_bare_cancel_is_asked_about_not_guessed(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("cancel order 1050", "cancel_order", order_number="1050")
    said = await ben.say("cancel", "stop")
    assert "Just to be sure" in said.text
    assert state(ben, "1050") is OrderState.PLACED
    assert await ben.form() == "cancel_form"


async def test_never_mind_leaves_the_order(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("cancel order 1050", "cancel_order", order_number="1050")
    said = await ben.say("never mind", "stop")
    assert "haven’t cancelled" in said.text
    assert state(ben, "1050") is OrderState.PLACED


async def test_cancel_it_then_is_a_yes(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("cancel order 1050", "cancel_order", order_number="1050")
    await ben.say("cancel it please", "cancel_order")
    assert state(ben, "1050") is OrderState.CANCELLED


async def test_another_number_at_the_confirmation_is_another_order(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("cancel order 1050", "cancel_order", order_number="1050")
    said = await ben.say("yes, I mean 1051", "affirm", order_number="1051")
    assert "Shall I cancel order 1051" in said.text
    assert state(ben, "1051") is OrderState.PACKED


async def test_a_shipped_order_is_refused_with_the_alternatives(talker: Stage) -> None:
    ana = talker(ANA)
    said = await ana.say("cancel my order", "cancel_order")
    assert "already been shipped" in said.text
    assert "send it back" in said.text
    assert "Shall I get someone" in said.text
    assert await ana.form() is None
    assert (await ana.say("yes", "affirm")).command("request_handoff")["reason"] == "asked_for_person"


async def test_nothing_to_cancel_is_said(talker: Stage) -> None:
    assert "no open order" in (await talker(CLARA).say("cancel my order", "cancel_order")).text


async def test_a_strangers_cancellation_needs_the_proof(talker: Stage) -> None:
    stranger = talker()
    assert "e-mail" in (await stranger.say("cancel 1050", "cancel_order", order_number="1050")).text
    said = await stranger.say("ben.carter@example.com", "inform", email="ben.carter@example.com")
    assert "Shall I cancel order 1050" in said.text
    await stranger.say("yes", "affirm")
    assert state(stranger, "1050") is OrderState.CANCELLED


async def test_an_order_that_ships_meanwhile_is_not_cancelled(talker: Stage) -> None:
    from dataclasses import replace

    ben = talker(BEN)
    await ben.say("cancel order 1050", "cancel_order", order_number="1050")
    ben.shop._orders["1050"] = replace(ben.shop._orders["1050"], state=OrderState.SHIPPED)
    said = await ben.say("yes", "affirm")
    assert "already been shipped" in said.text
    assert list(said.closed.values()) == ["abandoned"]
    assert await ben.form() is None


async def test_a_repeated_turn_confirms_the_cancellation_again(talker: Stage) -> None:
    ben, again = talker(BEN), talker(BEN)
    for customer in (ben, again):
        await customer.say("cancel order 1050", "cancel_order", order_number="1050")
    first = await ben.say("yes", "affirm", turn_id="turn-9")
    second = await again.say("yes", "affirm", turn_id="turn-9")
    assert (first.text, first.closed) == (second.text, second.closed)


async def test_an_address_is_changed_after_one_confirmation_and_remembered(talker: Stage) -> None:
    ben = talker(BEN)
    said = await ben.say("change the address of 1050", "change_address", order_number="1050")
    assert "new address" in said.text
    said = await ben.say("12 Mill Lane, York YO1 7PR", "inform", address="12 Mill Lane, York YO1 7PR")
    assert "Shall I send order 1050 to 12 Mill Lane, York YO1 7PR?" in said.text
    said = await ben.press("Yes, send it there")
    assert said.command("learn_fact") == {
        "command": "learn_fact",
        "key": "delivery_address",
        "value": "12 Mill Lane, York YO1 7PR",
        "confidence": 1.0,
    }
    assert ben.shop._orders["1050"].address == "12 Mill Lane, York YO1 7PR"
    assert await ben.slots() == {}


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("12 Mill Lane, York YO1 7PR", "nlu_fallback"),
        ("please send it to 12 Mill Lane, York YO1 7PR.", "change_address"),
        ("to 12 Mill Lane, York YO1 7PR", "out_of_scope"),
        ("it's 12 Mill Lane, York YO1 7PR", "inform"),
        ("right, 12 Mill Lane, York YO1 7PR", "inform"),
        ("The new address is: 12 Mill Lane,  York YO1 7PR", "inform"),
    ],
)
async def test_an_address_is_taken_in_free_words_however_it_was_understood(
    talker: Stage, words: str, intent: str
) -> None:
    ben = talker(BEN)
    await ben.say("change the address of 1050", "change_address", order_number="1050")
    assert "to 12 Mill Lane, York YO1 7PR?" in (await ben.say(words, intent)).text


@pytest.mark.parametrize("words", ["hm", "I don't know yet", "somewhere nice"])
async def test_what_cannot_be_an_address_is_not_taken_for_one(talker: Stage, words: str) -> None:
    ben = talker(BEN)
    await ben.say("change the address of 1050", "change_address", order_number="1050")
    said = await ben.say(words, "nlu_fallback")
    assert "didn’t get that" in said.text
    assert "street, town and postcode" in said.text


async def test_an_address_in_the_opening_sentence_is_not_asked_again(talker: Stage) -> None:
    ben = talker(BEN)
    said = await ben.say(
        "send 1050 to 12 Mill Lane, York YO1 7PR",
        "change_address",
        order_number="1050",
        address="12 Mill Lane, York YO1 7PR",
    )
    assert "Shall I send order 1050 to 12 Mill Lane" in said.text


async def test_a_corrected_postcode_changes_only_the_postcode(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("change 1050", "change_address", order_number="1050", address="12 Mill Lane, York YO1 7PR")
    said = await ben.say("wait, the postcode is YO1 7PX", "inform", postcode="YO1 7PX")
    assert "12 Mill Lane, York YO1 7PX?" in said.text


async def test_a_no_asks_for_another_address(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("change 1050", "change_address", order_number="1050", address="12 Mill Lane, York YO1 7PR")
    said = await ben.press("No, another address")
    assert "What is the new address" in said.text
    assert "didn’t get" not in said.text


async def test_a_question_while_the_address_is_asked_for_is_no_address(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("change the address of 1050", "change_address", order_number="1050")
    faq = [{"id": "eu", "question": "EU?", "answer": "Yes, we ship to the EU.", "score": 0.9}]
    said = await ben.say("do you ship to 10 EU countries, France, Spain?", "ask_faq", faq=faq)
    assert said.texts[0] == "Yes, we ship to the EU."
    assert "new address" in said.texts[1]


async def test_a_shipped_order_keeps_its_address(talker: Stage) -> None:
    ana = talker(ANA)
    said = await ana.say("change my address", "change_address")
    assert "already been shipped" in said.text
    assert "Shall I get someone" in said.text


async def test_an_address_given_before_the_order_is_noted_and_kept(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("change my delivery address", "change_address")
    said = await ben.say("to 12 Mill Lane, York YO1 7PR", "inform", address="12 Mill Lane, York YO1 7PR")
    assert said.text.startswith("Thanks, noted. Which order")
    assert "Shall I send order 1050 to 12 Mill Lane" in (await ben.press("1050")).text


@pytest.mark.parametrize(("words", "intent"), [("cancel it", "cancel_order"), ("cancel it please", "stop")])
async def test_cancel_it_means_the_order_just_spoken_of(talker: Stage, words: str, intent: str) -> None:
    ben = talker(BEN)
    await ben.say("where is 1050", "order_status", order_number="1050")
    said = await ben.say(words, intent)
    assert "Shall I cancel order 1050" in said.text


async def test_cancel_it_for_an_order_on_its_way_is_told_of_that_order(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("where is 1047", "order_status", order_number="1047")
    said = await ben.say("cancel it", "cancel_order")
    assert "Order 1047 has already been shipped" in said.text
    assert [title[:4] for title in said.titles] == ["1051", "1050"]


async def test_whoever_is_fetched_after_a_refusal_knows_which_order_it_was(talker: Stage) -> None:
    ana = talker(ANA)
    said = await ana.say("cancel order 1042", "cancel_order", order_number="1042")
    assert said.command("open_case")["title"] == "Cancelling order 1042"
    assert (await ana.slots())["order_number"] == "1042"
    await ana.say("no thanks", "deny")
    said = await ana.say("return something", "return_item")
    assert "1031" in said.text, "the next task starts clean"


async def test_a_task_named_once_more_without_its_word_is_no_yes(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("cancel order 1050", "cancel_order", order_number="1050")
    assert "shall I cancel order 1050" in (await ben.say("action_cancel_order", "cancel_order")).text
    assert state(ben, "1050") is OrderState.PLACED


async def test_who_has_moved_is_noted_to_have_when_no_order_can_follow(talker: Stage) -> None:
    told = {"delivery_address": "2 Elm Row, Leeds LS1 4AB"}
    said = await talker(ANA).say(
        "we've moved to 2 Elm Row, Leeds LS1 4AB", "change_address", facts=told, address="2 Elm Row, Leeds LS1 4AB"
    )

    assert said.text == (
        "Noted: your address is 2 Elm Row, Leeds LS1 4AB. "
        "Order 1042 has already been shipped, so I can’t change its address any more."
    )
