"""Several things open at once, what is done, and what comes back."""

from __future__ import annotations

import pytest

from tests.unit.actions.conftest import ANA, BEN, Stage, Talker

TENT = {"order_number": "1031", "return_item": "ridge-2-tent"}
RETURN = {"key": "k-tent", "title": "Return of the Ridge 2 Tent, order 1031", "about": TENT}
ADDRESS = {
    "key": "k-address",
    "topic": "change_address",
    "title": "New delivery address for order 1044",
    "about": {"order_number": "1044"},
}


async def two_open(ana: Talker) -> None:
    """Ana's return waits for its reason; memory also knows an address left open."""
    said = await ana.say("send the tent back", "return_item", product="ridge-2-tent")
    opened = said.opened
    ana.remember({**RETURN, "key": opened["key"]}, ADDRESS)
    ana.know(resuming=True)


async def test_a_task_is_one_case_from_its_first_question_to_its_end(talker: Stage) -> None:
    ana = talker(ANA)
    first = await ana.say("send something back", "return_item")
    await ana.say("the tent", "inform", product="ridge-2-tent")
    await ana.say("too small", "inform", return_reason="too_small")
    await ana.say("refund", "inform", resolution="refund")
    last = await ana.say("yes", "affirm")
    assert last.closed == {"return_item": "solved_assumed"}
    assert {each["key"] for each in last.commands} == {first.opened["key"]}
    assert (await ana.slots()).get("case_key") is None


async def test_what_a_case_is_about_grows_with_what_is_known(talker: Stage) -> None:
    said = await talker(ANA).say("send the tent back", "return_item", product="ridge-2-tent")
    opened = said.opened
    assert opened["about"] == TENT


async def test_starting_over_is_still_the_same_case(talker: Stage) -> None:
    ana = talker(ANA)
    first = (await ana.say("send the tent back", "return_item", product="ridge-2-tent")).opened
    await ana.say("from the start please", "start_over")
    again = (await ana.say("the mat", "inform", product="tarn-mat")).opened
    assert first["key"] == again["key"]


async def test_a_task_put_off_is_a_case_of_its_own_at_once(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("return the hat", "return_item", product="hazel-hat")
    said = await ben.say("wait, cancel order 1050 first", "cancel_order", order_number="1050")
    opened = said.opened
    assert (opened["topic"], opened["about"]) == ("cancel_order", {"order_number": "1050"})


async def test_who_comes_back_to_several_things_chooses(talker: Stage) -> None:
    ana = talker(ANA)
    await two_open(ana)
    said = await ana.say("hi", "greet")
    assert said.texts == [
        "Welcome back, Ana. Still open: the return of your Ridge 2 Tent, and the address of order 1044. "
        "Which one first?"
    ]
    assert said.titles == ["Return of your Ridge 2 Tent", "Address of order 1044"]
    ana.know(resuming=False)
    assert (await ana.press("Ridge 2 Tent")).text == "So, the reason? The closest one will do."


@pytest.mark.parametrize("word", ["yes", "go on"])
async def test_a_plain_yes_goes_on_with_the_first(talker: Stage, word: str) -> None:
    ana = talker(ANA)
    await two_open(ana)
    await ana.say("hi", "greet")
    ana.know(resuming=False)
    said = await ana.say(word, "affirm" if word == "yes" else "continue_task")
    assert said.text == "So, the reason? The closest one will do."


async def test_a_case_without_a_task_in_hand_begins_again_with_what_it_is_about(talker: Stage) -> None:
    ben = talker(BEN)
    ben.remember({**ADDRESS, "about": {"order_number": "1050"}}, {"key": "k-q", "topic": "question", "title": "Why?"})
    ben.know(resuming=True)
    await ben.say("hi", "greet")
    ben.know(resuming=False)
    said = await ben.press("Address of order 1050")
    assert "new address" in said.text
    opened = said.opened
    assert (opened["key"], opened["about"]) == ("k-address", {"order_number": "1050"})


async def test_choosing_the_other_lets_the_first_wait(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("return the hat", "return_item", product="hazel-hat")
    ben.remember({**ADDRESS, "about": {"order_number": "1050"}})
    ben.know(resuming=True)
    await ben.say("hi", "greet")
    ben.know(resuming=False)
    assert "new address" in (await ben.press("Address of order 1050")).text
    assert [each["form"] for each in (await ben.slots())["waiting_tasks"]] == ["return_form"]


async def test_choosing_one_that_waits_swaps_the_two(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("return the hat", "return_item", product="hazel-hat")
    await ben.say("wait, cancel order 1050 first", "cancel_order", order_number="1050")
    ben.know(resuming=True)
    said = await ben.say("hello", "greet")
    assert "the cancellation of order 1050, and the return of your" in said.text
    ben.know(resuming=False)
    assert (await ben.press("Return of")).text.startswith("Back to the return.")
    assert [each["form"] for each in (await ben.slots())["waiting_tasks"]] == ["cancel_form"]


async def test_a_question_to_which_nobody_knew_the_answer_is_a_case_and_a_no_ends_it(talker: Stage) -> None:
    ana = talker(ANA)
    opened = (await ana.say("do you repair stoves abroad?", "nlu_fallback")).opened
    assert (opened["topic"], opened["title"]) == ("question", "do you repair stoves abroad?")
    ana.remember({"key": opened["key"], "topic": "question", "title": opened["title"]})
    assert (await ana.say("no thanks", "deny")).closed == {"question": "abandoned"}


async def test_babble_is_no_case(talker: Stage) -> None:
    assert (await talker(ANA).say("asdkjfh qwrtz", "nlu_fallback")).opened == {}


async def test_an_answered_question_is_no_case_and_a_disputed_one_is(talker: Stage) -> None:
    ana = talker(ANA)
    entry = {"id": "refunds", "question": "How long do refunds take?", "answer": "Five days.", "score": 0.9}
    answered = await ana.say("how long do refunds take?", "ask_faq", faq=[entry])
    assert answered.opened == {}
    opened = (await ana.say("no", "answer_not_helped")).opened
    assert opened["title"] == "How long do refunds take?"
    ana.remember({"key": opened["key"], "topic": "question", "title": opened["title"]})
    assert (await ana.say("ah, that helped", "answer_helped")).closed == {"question": "solved"}


async def test_what_is_said_to_be_done_is_confirmed(talker: Stage) -> None:
    ana = talker(ANA)
    ana.remember({**RETURN, "state": "solved_assumed"})
    said = await ana.say("the return is sorted", "case_done")
    assert said.text == "Good, I’ve noted the return of your Ridge 2 Tent as done."
    assert said.commands == [{"command": "close_case", "topic": "return_item", "state": "solved", "key": "k-tent"}]


async def test_the_task_at_hand_ends_when_it_is_done_otherwise(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("send the tent back", "return_item", product="ridge-2-tent")
    said = await ana.say("that's done already", "case_done")
    assert said.closed == {"return_item": "solved"}
    assert await ana.form() is None


async def test_one_that_waits_can_be_done_while_the_other_goes_on(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("return the hat", "return_item", product="hazel-hat")
    await ben.say("wait, cancel order 1050 first", "cancel_order", order_number="1050")
    said = await ben.say("the return is done by the way", "case_done")
    assert said.closed == {"return_item": "solved"}
    assert "hall I cancel order 1050" in said.texts[-1]
    assert (await ben.slots()).get("waiting_tasks") is None


async def test_which_one_is_done_is_asked_when_it_may_be_several(talker: Stage) -> None:
    ana = talker(ANA)
    ana.remember(RETURN, ADDRESS)
    said = await ana.say("that's done", "case_done")
    assert said.text == "Which one is done?"
    assert (await ana.press("Address")).closed == {"change_address": "solved"}


async def test_what_comes_back_within_days_is_the_same_case_again_and_a_person_is_offered(talker: Stage) -> None:
    ana = talker(ANA)
    ana.remember({**RETURN, "state": "solved_assumed"})
    said = await ana.say("I'm still waiting on the refund for the tent", "case_back", product="tent")
    assert "opened the return of your Ridge 2 Tent again" in said.text
    assert "Shall I get someone" in said.text
    opened = said.opened
    assert (opened["key"], opened["title"]) == ("k-tent", RETURN["title"])


async def test_what_comes_back_without_a_case_is_taken_for_a_question(talker: Stage) -> None:
    entry = {"id": "refunds", "question": "How long do refunds take?", "answer": "Five days.", "score": 0.9}
    said = await talker(ANA).say("still waiting for my refund", "case_back", faq=[entry])
    assert said.text.startswith("Five days.")
    assert said.opened == {}


async def test_the_order_asked_about_again_is_the_same_case_again(talker: Stage) -> None:
    ana = talker(ANA)
    ana.remember({"key": "k-o", "topic": "order_status", "state": "solved_assumed", "about": {"order_number": "1042"}})
    said = await ana.say("where is my order?", "order_status")
    assert [each["key"] for each in said.commands] == ["k-o", "k-o"]


async def test_what_was_given_up_for_silence_is_said_once(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("hi", "greet")
    ana.remember({**RETURN, "state": "abandoned", "lapsed": True})
    assert (await ana.resume()).text == (
        "Welcome back, Ana. It has been a while, so I’ve closed the return of your Ridge 2 Tent; "
        "say so if you still need it."
    )
