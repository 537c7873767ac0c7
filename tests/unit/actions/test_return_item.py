"""Sending an item back."""

from __future__ import annotations

import pytest

from tests.unit.actions.conftest import ANA, BEN, CLARA, Stage, Talker

FAQ = [{"id": "return_cost", "question": "What does a return cost?", "answer": "Nothing.", "score": 0.9}]


async def at_reason(ana: Talker) -> None:
    await ana.say("I want to return something", "return_item")
    await ana.press("Ridge 2 Tent")


async def at_confirmation(ana: Talker) -> None:
    await ana.say(
        "I want to return the tent from 1031, it's too small, refund please",
        "return_item",
        order_number="1031",
        return_reason="too_small",
        resolution="refund",
    )


def returned(ana: Talker) -> list[tuple[str, str, str, str]]:
    """The returns that this test added to the demo shop's own."""
    records = [record for key, record in ana.shop._returns.items() if key.endswith(":return") and "turn" in key]
    return [(record.order_number, record.sku, record.reason, record.resolution) for record in records]


async def test_a_return_with_buttons_all_the_way(talker: Stage) -> None:
    ana = talker(ANA)
    said = await ana.say("I want to return something", "return_item")
    assert "order 1031" in said.text, "the only order that can be returned is taken, and said"
    assert said.titles == ["Ridge 2 Tent", "Tarn Sleeping Mat"]
    said = await ana.press("Tarn Sleeping Mat")
    assert "reason" in said.text
    said = await ana.press("Faulty")
    assert said.titles == ["Refund", "Exchange"]
    said = await ana.press("Refund")
    assert "Tarn Sleeping Mat from order 1031, reason: faulty, refund" in said.text
    said = await ana.press("Yes, register it")
    assert "R-200" in said.text
    assert "within 5 working days" in said.text
    assert said.closed == {"return_item": "solved_assumed"}
    assert returned(ana) == [("1031", "tarn-mat", "faulty", "refund")]
    assert await ana.form() is None
    assert await ana.slots() == {}


async def test_everything_said_in_the_opening_sentence_is_used(talker: Stage) -> None:
    ana = talker(ANA)
    await at_confirmation(ana)
    assert "Ridge 2 Tent from order 1031, reason: too small, refund" in ana.last.text
    assert ana.last.command("open_case")["title"] == "Return of the Ridge 2 Tent, order 1031"
    await ana.say("yes", "affirm")
    assert returned(ana) == [("1031", "ridge-2-tent", "too_small", "refund")]


async def test_the_item_alone_finds_its_order(talker: Stage) -> None:
    ben = talker(BEN)
    said = await ben.say("I want to send back my woolly hat", "return_item", product="hazel-hat")
    assert "order 1023" in said.text or "reason" in said.text
    assert (await ben.slots())["return_item"] == "hazel-hat"


async def test_a_repeated_turn_creates_no_second_return(talker: Stage) -> None:
    ana, again = talker(ANA), talker(ANA)
    for customer in (ana, again):
        await at_confirmation(customer)
    first = await ana.say("yes", "affirm", turn_id="turn-77")
    second = await again.say("yes", "affirm", turn_id="turn-77")
    assert first.text == second.text
    assert len(returned(ana)) == 1


async def test_without_a_turn_id_the_same_return_still_has_the_same_key(talker: Stage) -> None:
    ana = talker(ANA)
    before = len(ana.shop._returns)
    await at_confirmation(ana)
    assert "registered" in (await ana.say("yes", "affirm", turn_id=None)).text
    assert len(ana.shop._returns) == before + 1


async def test_a_stranger_proves_the_order_first_and_only_once(talker: Stage) -> None:
    stranger = talker()
    assert "order number" in (await stranger.say("I want to return my tent", "return_item")).text
    assert "e-mail" in (await stranger.say("1031", "inform", order_number="1031")).text
    said = await stranger.say("ana.novak@example.com", "inform", email="ana.novak@example.com")
    assert "Which item" in said.text
    await stranger.say("the tent", "inform")
    await stranger.say("stop", "stop")
    said = await stranger.say("no wait, I do want to return it", "return_item")
    assert "e-mail" not in said.text
    assert "1031" in said.text


@pytest.mark.parametrize(
    ("intent", "words"),
    [
        ("ask_faq", "what does a return cost?"),
        ("greet", "hello again"),
        ("thank", "thanks"),
        ("capabilities", "what can you do?"),
        ("bot_challenge", "are you a bot?"),
        ("out_of_scope", "will it rain?"),
        ("order_status", "where is my other order?"),
        ("continue_task", "where were we?"),
        ("answer_helped", "that helped"),
    ],
)
async def test_something_else_in_between_is_answered_and_the_question_asked_again(
    talker: Stage, intent: str, words: str
) -> None:
    ana = talker(ANA)
    await at_reason(ana)
    before = await ana.slots()
    said = await ana.say(words, intent, faq=FAQ if intent == "ask_faq" else ())
    assert "So, the reason?" in said.texts[-1]
    assert len(said.texts) == (1 if intent == "continue_task" else 2)
    assert "Too small" in said.titles
    assert "That helped" not in said.titles
    after = {
        name: value
        for name, value in (await ana.slots()).items()
        if name not in {"faq_answered", "spoken_order", "form_failures", "told", "last_answered"}
    }
    assert after == before
    assert "refund or an exchange" in (await ana.press("Faulty")).text


async def test_a_question_with_a_value_in_it_gives_no_answer_to_the_form(talker: Stage) -> None:
    ana = talker(ANA)
    await at_reason(ana)
    await ana.say("how long does a refund take?", "ask_faq", faq=FAQ, resolution="refund")
    assert "return_resolution" not in await ana.slots()


async def test_an_answer_mistaken_for_a_faq_question_is_still_an_answer(talker: Stage) -> None:
    ana = talker(ANA)
    await at_reason(ana)
    said = await ana.say("the zip is broken", "ask_faq", faq=FAQ, return_reason="faulty")
    assert "refund or an exchange" in said.text


@pytest.mark.parametrize(
    ("words", "intent", "entities", "summary"),
    [
        ("no, the mat", "deny", {}, "Tarn Sleeping Mat from order 1031, reason: too small, refund"),
        ("no, the other one", "inform", {}, "Tarn Sleeping Mat from order 1031, reason: too small, refund"),
        ("sorry, the mat", "inform", {"product": "tarn-mat"}, "Tarn Sleeping Mat from order 1031"),
        ("actually exchange it", "inform", {"resolution": "exchange"}, "too small, exchange"),
        ("no, it's faulty", "deny", {"return_reason": "faulty"}, "reason: faulty, refund"),
        ("yes, but an exchange", "affirm", {"resolution": "exchange"}, "too small, exchange"),
    ],
)
async def test_a_correction_changes_one_answer_and_is_summed_up_again(
    talker: Stage, words: str, intent: str, entities: dict[str, str], summary: str
) -> None:
    ana = talker(ANA)
    await at_confirmation(ana)
    said = await ana.say(words, intent, **entities)
    assert summary in said.text
    assert "Shall I register" in said.text
    assert returned(ana) == []


async def test_a_yes_that_repeats_a_value_is_a_yes(talker: Stage) -> None:
    ana = talker(ANA)
    await at_confirmation(ana)
    await ana.say("yes, refund please", "affirm", resolution="refund")
    assert returned(ana) == [("1031", "ridge-2-tent", "too_small", "refund")]


async def test_another_order_changes_the_order_and_asks_for_its_item(talker: Stage) -> None:
    stranger = talker()
    await stranger.say(
        "return the tent from 1031, ana.novak@example.com",
        "return_item",
        order_number="1031",
        email="ana.novak@example.com",
    )
    said = await stranger.say("sorry, order 1023", "inform", order_number="1023")
    assert "e-mail" in said.text, "another order is another proof"
    said = await stranger.say("ben.carter@example.com", "inform", email="ben.carter@example.com")
    assert "Which item from order 1023" in said.text


async def test_set_aside_numbers_are_not_meant(talker: Stage) -> None:
    ana = talker(ANA)
    said = await ana._turn(
        "return from 1031, not 1042",
        {
            "text": "return from 1031, not 1042",
            "intent": {"name": "return_item", "confidence": 0.9},
            "entities": [
                {"entity": "order_number", "value": "1031", "start": 12, "end": 16},
                {"entity": "order_number", "value": "1042", "start": 22, "end": 26},
            ],
        },
        "",
    )
    assert "order 1031" in said.text


async def test_a_no_to_the_summary_asks_what_to_change(talker: Stage) -> None:
    ana = talker(ANA)
    await at_confirmation(ana)
    said = await ana.say("no", "deny")
    assert "What should I change" in said.text
    assert "didn’t get" not in said.text
    said = await ana.press("The reason")
    assert "reason for the return" in said.text
    said = await ana.press("Damaged")
    assert "reason: damaged, refund" in said.text
    assert "Shall I register" in said.text


async def test_a_yes_to_what_should_i_change_registers_nothing(talker: Stage) -> None:
    ana = talker(ANA)
    await at_confirmation(ana)
    await ana.say("no", "deny")
    await ana.say("yes", "affirm")
    assert returned(ana) == []
    await ana.press("Nothing, register it")
    assert len(returned(ana)) == 1


async def test_what_to_change_may_be_said_in_words(talker: Stage) -> None:
    ana = talker(ANA)
    await at_confirmation(ana)
    await ana.say("no", "deny")
    assert "Which item" in (await ana.say("the item", "inform")).text


async def test_stop_ends_it_with_one_line_and_nothing_is_left(talker: Stage) -> None:
    ana = talker(ANA)
    await at_confirmation(ana)
    said = await ana.say("forget it", "stop")
    assert len(said.texts) == 1
    assert list(said.closed.values()) == ["abandoned"]
    assert await ana.form() is None
    assert await ana.slots() == {}
    assert returned(ana) == []


async def test_cancel_the_return_stops_the_return_and_cancels_no_order(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("return the hat", "return_item", product="hazel-hat")
    said = await ben.say("cancel the return", "cancel_order")
    assert "dropped the return" in said.text
    assert await ben.form() is None


async def test_start_over_asks_from_the_first_question(talker: Stage) -> None:
    ana = talker(ANA)
    await at_confirmation(ana)
    said = await ana.say("start again", "start_over")
    assert "Which item" in said.texts[-1]
    assert await ana.form() == "return_form"
    slots = await ana.slots()
    assert "return_reason" not in slots
    assert "return_resolution" not in slots


async def test_a_new_return_starts_clean(talker: Stage) -> None:
    ana = talker(ANA)
    await at_confirmation(ana)
    await ana.say("yes", "affirm")
    said = await ana.say("I want to return the mat too", "return_item", product="tarn-mat")
    assert "reason for the return" in said.text


async def test_something_already_returned_is_said_to_be(talker: Stage) -> None:
    ben = talker(BEN)
    said = await ben.say("return the fleece", "return_item", order_number="1023", product="larch-fleece")
    assert "already has a return" in said.text
    assert said.titles == ["Squall Waterproof Jacket", "Hazel Wool Hat"]


async def test_an_order_on_its_way_cannot_be_returned_yet_but_another_can(talker: Stage) -> None:
    ana = talker(ANA)
    said = await ana.say("return the boots from 1042", "return_item", order_number="1042")
    assert "hasn’t arrived yet" in said.text
    assert [title[:4] for title in said.titles] == ["1031"]
    assert "Which item" in (await ana.press("1031")).text


async def test_an_order_too_long_ago_is_refused_with_the_offer_of_a_person(talker: Stage) -> None:
    clara = talker(CLARA)
    said = await clara.say("return the tent from 1001", "return_item", order_number="1001")
    assert "60 days" in said.text
    assert await clara.form() is None
    assert (await clara.say("yes", "affirm")).command("request_handoff")


async def test_two_failures_offer_a_person_and_a_no_goes_on(talker: Stage) -> None:
    ana = talker(ANA)
    await at_reason(ana)
    assert "didn’t get that" in (await ana.say("flurb", "nlu_fallback")).text
    said = await ana.say("flurb", "nlu_fallback")
    assert "Shall I get someone" in said.text
    assert "So, the reason?" in (await ana.say("no", "deny")).texts[-1]
    await ana.say("flurb", "nlu_fallback")
    said = await ana.press("Get a person")
    assert said.command("request_handoff")["reason"] == "form_failed"
    assert await ana.form() == "return_form", "the form is kept"


async def test_a_refusal_of_the_shop_is_passed_on_and_a_person_offered(talker: Stage) -> None:
    ana = talker(ANA)
    await at_confirmation(ana)
    ana.shop._today = lambda: __import__("datetime").date(2099, 1, 1)
    said = await ana.say("yes", "affirm")
    assert "that time has passed" in said.text
    assert "Shall I get someone" in said.text
    assert list(said.closed.values()) == ["abandoned"]
    assert await ana.form() is None


async def test_another_task_in_its_place_leaves_this_one(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("return the hat, too small", "return_item", product="hazel-hat", return_reason="too_small")
    said = await ben.say("no, cancel order 1050 instead", "cancel_order", order_number="1050")
    assert "Shall I cancel order 1050" in said.text
    assert said.closed == {"return_item": "abandoned"}
    assert await ben.form() == "cancel_form"
    assert "return_item" not in await ben.slots()


async def test_a_reason_out_of_the_blue_is_offered_as_a_return_and_kept(talker: Stage) -> None:
    ana = talker(ANA)
    said = await ana.say("the tent is too small", "inform", product="ridge-2-tent", return_reason="too_small")
    assert "send something back" in said.text
    said = await ana.say("yes", "affirm")
    assert "refund or an exchange" in said.text
    assert (await ana.slots())["return_item"] == "ridge-2-tent"


async def test_the_button_of_that_offer_keeps_it_as_well(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("the tent is too small", "inform", product="ridge-2-tent", return_reason="too_small")
    assert "refund or an exchange" in (await ana.press("Yes, start a return")).text


async def test_a_return_that_a_person_closed_leaves_nothing_to_the_next(talker: Stage) -> None:
    """The dialogue closes a form whose task a person finished; its answers must not haunt the next return."""
    from rasa.shared.core.events import ActiveLoop, SlotSet

    ana = talker(ANA)
    await at_confirmation(ana)
    tracker = await ana._tracker()
    tracker.update_with_events([ActiveLoop(None), SlotSet("requested_slot", None)], ana._agent.domain)
    await ana._agent.tracker_store.save(tracker)
    said = await ana.say("I want to return the mat", "return_item", product="tarn-mat")
    assert "reason for the return" in said.text


async def test_send_it_back_is_not_about_the_order_on_its_way_that_was_just_told(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("where is my order", "order_status")
    said = await ana.say("my tent leaks, I want to send it back", "return_item", return_reason="faulty")
    assert "refund or an exchange" in said.text
    assert (await ana.slots())["return_item"] == "ridge-2-tent"


async def test_values_one_after_the_other_out_of_the_blue_all_count(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("the mat", "inform", product="tarn-mat")
    said = await ana.say("doesn't hold air", "nlu_fallback", return_reason="faulty")
    assert "refund or an exchange" in said.text
    assert (await ana.slots())["return_item"] == "tarn-mat"


@pytest.mark.parametrize("intent", ["ask_faq", "nlu_fallback", "inform"])
async def test_register_it_is_a_yes_however_it_was_understood(talker: Stage, intent: str) -> None:
    ana = talker(ANA)
    await at_confirmation(ana)
    await ana.say("ok, register it", intent, faq=FAQ)
    assert len(returned(ana)) == 1


async def test_a_value_said_twice_is_not_misunderstood(talker: Stage) -> None:
    ana = talker(ANA)
    await at_confirmation(ana)
    said = await ana.say("refund", "inform", resolution="refund")
    assert "didn’t get" not in said.text
    assert "Shall I register" in said.text


async def test_an_answer_mistaken_for_a_call_for_a_person_is_an_answer(talker: Stage) -> None:
    stranger = talker()
    await stranger.say("return the tent from 1031", "return_item", order_number="1031", product="tent")
    said = await stranger.say("sure, ana.novak@example.com", "ask_person", email="ana.novak@example.com")
    assert "reason for the return" in said.text
    said = await stranger.say("faulty, and I want to talk to someone", "ask_person", return_reason="faulty")
    assert said.command("request_handoff")


async def test_nonsense_taken_for_another_topic_counts_as_a_failure(talker: Stage) -> None:
    ana = talker(ANA)
    await at_reason(ana)
    for intent in ("nlu_fallback", "out_of_scope"):
        assert "So, the reason?" in (await ana.say("wibble wobble", intent)).texts[-1]
    said = await ana.say("fnarr", "nlu_fallback")
    assert said.command("request_handoff")["reason"] == "form_failed"


async def test_dunno_is_no_verdict_on_an_answer_never_given(talker: Stage) -> None:
    ana = talker(ANA)
    await at_reason(ana)
    said = await ana.say("dunno really", "answer_not_helped")
    assert "didn’t get that" in said.text
    assert "of help" not in said.text


async def test_three_failures_call_a_person_and_keep_the_form(talker: Stage) -> None:
    ana = talker(ANA)
    await at_reason(ana)
    for _ in range(2):
        assert (await ana.say("flurb", "nlu_fallback")).command("request_handoff") is None
    said = await ana.say("flurb", "nlu_fallback")
    assert said.command("request_handoff")["reason"] == "form_failed"
    assert await ana.form() == "return_form"


async def test_the_answers_are_kept_in_the_words_of_the_catalogue(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("return the tent, too small", "return_item", product="tent", return_reason="too_small")
    assert (await ana.slots())["in_words"] == {"return_item": "Ridge 2 Tent", "return_reason": "Too small"}


async def test_a_step_back_asks_the_question_before(talker: Stage) -> None:
    ana = talker(ANA)
    await at_reason(ana)
    await ana.press("Faulty")
    said = await ana.say("go back", "go_back")
    assert "one step back" in said.text
    assert "What’s the reason for the return?" in said.text
    assert "return_reason" not in await ana.slots()


async def test_what_is_in_an_order_that_can_not_be_returned_is_said_of_that_order(talker: Stage) -> None:
    ben = talker(BEN)
    said = await ben.say("send the rucksack back", "return_item", product="rucksack")
    assert "Order 1014" in said.text
    assert "return_item" not in await ben.slots()
