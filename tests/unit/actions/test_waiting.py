"""A task begun while another is open: the first is set aside and comes back with its pending question."""

from __future__ import annotations

import pytest

from tests.unit.actions.conftest import ANA, BEN, Stage, Talker


async def at_resolution(ben: Talker) -> None:
    """Ben sends back his hat; refund or exchange is asked."""
    said = await ben.say("return the hat, too small", "return_item", product="hazel-hat", return_reason="too_small")
    assert "refund or an exchange" in said.text


async def cancelling(ben: Talker, number: str = "1050") -> None:
    said = await ben.say(f"wait, cancel order {number} first", "cancel_order", order_number=number)
    assert f"hall I cancel order {number}" in said.text
    assert not said.closed, "what is set aside stays open for whoever reads the brief"


@pytest.mark.parametrize("answer", ["affirm", "deny", "stop"])
async def test_however_the_second_task_ends_the_first_comes_back_where_it_stood(talker: Stage, answer: str) -> None:
    ben = talker(BEN)
    await at_resolution(ben)
    await cancelling(ben)
    said = await ben.say("well", answer)
    assert said.texts[-1] == "Back to the return. So, refund or exchange?"
    assert "Shall I register" in (await ben.say("refund", "inform", resolution="refund")).text


async def test_never_mind_drops_what_came_back(talker: Stage) -> None:
    ben = talker(BEN)
    await at_resolution(ben)
    await cancelling(ben)
    await ben.say("yes", "affirm")
    said = await ben.say("never mind", "stop")
    assert "dropped the return" in said.text
    assert said.closed == {"return_item": "abandoned"}
    assert (await ben.slots()).get("waiting_tasks") is None


async def test_several_levels_come_back_one_after_the_other(talker: Stage) -> None:
    ben = talker(BEN)
    await at_resolution(ben)
    await cancelling(ben)
    said = await ben.say("the address of 1051 first please", "change_address", order_number="1051")
    assert "new address" in said.text
    said = await ben.say("12 Mill Lane, York YO1 7PR", "inform", address="12 Mill Lane, York YO1 7PR")
    said = await ben.say("yes", "affirm")
    assert said.texts[-1].startswith("Back to the cancellation. Just to be sure: shall I cancel order 1050")
    said = await ben.say("yes", "affirm")
    assert said.texts == ["Order 1050 is cancelled.", "Back to the return. So, refund or exchange?"]


async def test_the_same_task_for_another_order_besides(talker: Stage) -> None:
    ben = talker(BEN)
    await cancelling(ben, "1050")
    said = await ben.say("and cancel 1051 as well", "cancel_order", order_number="1051")
    assert "Shall I cancel order 1051" in said.text
    said = await ben.say("yes", "affirm")
    assert said.texts[0] == "Order 1051 is cancelled."
    assert "shall I cancel order 1050" in said.texts[1]
    assert (await ben.say("yes", "affirm")).text == "Order 1050 is cancelled."


async def test_a_fourth_is_too_many_and_the_oldest_goes_with_a_word(talker: Stage) -> None:
    ben = talker(BEN)
    await at_resolution(ben)
    await cancelling(ben, "1050")
    await ben.say("and cancel 1051 as well", "cancel_order", order_number="1051")
    await ben.say("change the address of 1050 first", "change_address", order_number="1050")
    said = await ben.say("and the address of 1051 first", "change_address", order_number="1051")
    assert "please ask me for the return again later" in said.text
    assert "new address" in said.text
    assert said.closed == {"return_item": "abandoned"}
    assert len((await ben.slots())["waiting_tasks"]) == 3


async def test_a_task_that_waits_can_be_called_back_by_its_name(talker: Stage) -> None:
    ben = talker(BEN)
    await at_resolution(ben)
    await cancelling(ben)
    said = await ben.say("let's continue with the return", "continue_task")
    assert said.text == "Back to the return. So, refund or exchange?"
    await ben.say("refund", "inform", resolution="refund")
    said = await ben.say("yes", "affirm")
    assert said.texts[-1].startswith("Back to the cancellation.")


async def test_the_wish_said_once_more_goes_on_with_what_waits(talker: Stage) -> None:
    ben = talker(BEN)
    await at_resolution(ben)
    await cancelling(ben)
    said = await ben.say("now I want to return the hat", "return_item", product="hazel-hat")
    assert said.text == "So, refund or exchange?"


async def test_what_waits_can_be_dropped_by_its_name(talker: Stage) -> None:
    ben = talker(BEN)
    await at_resolution(ben)
    await cancelling(ben)
    said = await ben.say("forget the return", "stop")
    assert "dropped the return" in said.text
    assert "shall I cancel order 1050" in said.texts[-1]
    assert (await ben.say("yes", "affirm")).text == "Order 1050 is cancelled."


async def test_cancelling_the_return_that_waits_cancels_no_order(talker: Stage) -> None:
    ben = talker(BEN)
    await at_resolution(ben)
    await cancelling(ben)
    assert "is cancelled" not in (await ben.say("cancel the return", "cancel_order")).text


async def test_all_of_it_can_be_dropped_at_once(talker: Stage) -> None:
    ben = talker(BEN)
    await at_resolution(ben)
    await cancelling(ben)
    said = await ben.say("forget all of it", "stop")
    assert len(said.texts) == 1
    assert await ben.form() is None


async def test_what_has_become_impossible_meanwhile_ends_with_the_reason(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("change the address of 1050", "change_address", order_number="1050")
    await ben.say("wait, cancel order 1050 first", "cancel_order", order_number="1050")
    said = await ben.say("yes", "affirm")
    assert said.texts == [
        "Order 1050 is cancelled.",
        "Back to the address. Order 1050 was cancelled, so its address can’t be changed.",
    ]
    assert await ben.form() is None


async def test_coming_back_says_what_waits(talker: Stage) -> None:
    ben = talker(BEN)
    await at_resolution(ben)
    await cancelling(ben)
    assert (await ben.resume()).texts == [
        "Welcome back, Ben. Still open: the cancellation of order 1050, and the return of your Hazel Wool Hat."
    ]


async def test_a_strangers_order_is_looked_up_in_between(talker: Stage) -> None:
    stranger = talker()
    await stranger.say("return the tent from 1031", "return_item", order_number="1031", product="tent")
    said = await stranger.say("ana.novak@example.com", "inform", email="ana.novak@example.com")
    assert "reason" in said.text
    said = await stranger.say("where is my order 1050", "order_status", order_number="1050")
    assert "e-mail address was order 1050" in said.text
    said = await stranger.say("ben.carter@example.com", "inform", email="ben.carter@example.com")
    assert "Order 1050" in said.texts[0]
    assert said.texts[-1] == "Back to the return. So, the reason? The closest one will do."


async def test_a_question_of_another_task_answered_at_once_needs_no_line(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("return the tent", "return_item", product="ridge-2-tent")
    said = await ana.say("wait, cancel my order first", "cancel_order")
    assert "already been shipped" in said.texts[0]
    assert "Shall I get someone" not in said.text
    assert said.texts[-1] == "Back to the return. So, the reason? The closest one will do."
