"""Forgetting, as a customer hears it and as memory is asked for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.commands import KEY
from actions.forget import ActionForget
from tests.unit.actions.conftest import ANA, Stage

FACTS = [
    {"key": "shoe_size", "value": "8", "number": 41},
    {"key": "delivery_address", "value": "12 Mill Lane", "number": 20},
    {"key": "allergy:wool", "value": "wool", "number": 9},
    {"key": "allergy:latex", "value": "latex", "number": 8},
    {"key": "nickname:bertha", "value": "Bertha: Ridge 2 Tent, order 1031", "number": 7},
    {"key": "quiet_hours", "value": "21:00-08:00 Europe/London", "number": 6},
]


JUST_NOW = [[], ["allergy:cork", "shoe_size"]]
"""What the last two messages told, the latest first; one of it has been forgotten since."""


async def asked(
    text: str, facts: Sequence[Mapping[str, Any]] = FACTS, lately: Sequence[Sequence[str]] = JUST_NOW
) -> CollectingDispatcher:
    """What is answered to these words by somebody of whom these facts are known."""
    slots = {"known": {"facts": facts}, "learnt_lately": lately}
    message = {"text": text, "intent": {"name": "forget"}, "entities": []}
    dispatcher = CollectingDispatcher()
    await ActionForget().run(dispatcher, Tracker("ana", slots, message, [], False, None, {}, "action_listen"), {})
    return dispatcher


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("forget me", '/forget{"confirmed": "everything"}'),
        ("delete all you know", '/forget{"confirmed": "everything"}'),
        ("erase my data", '/forget{"confirmed": "everything"}'),
        ("forget everything we've said", '/forget{"confirmed": "conversation"}'),
        ("delete my messages", '/forget{"confirmed": "conversation"}'),
        ("forget where i live", '/forget{"confirmed": "fact:delivery_address"}'),
        ("forget my adress", '/forget{"confirmed": "conversation"}'),
        ("forget my address please", '/forget{"confirmed": "fact:delivery_address"}'),
        ("forget what size shoe i wear", '/forget{"confirmed": "fact:shoe_size"}'),
        ("forget my allergies", '/forget{"confirmed": "fact:allergy"}'),
        ("forget what i just told you", '/forget{"confirmed": "fact:shoe_size"}'),
        ("don't remember that", '/forget{"confirmed": "fact:shoe_size"}'),
        ("forget that I'm allergic to wool", '/forget{"confirmed": "fact:allergy:wool"}'),
        ("forget the name Bertha", '/forget{"confirmed": "fact:nickname:bertha"}'),
        ("please forget Bertha", '/forget{"confirmed": "fact:nickname:bertha"}'),
        ("forget the nicknames", '/forget{"confirmed": "fact:nickname"}'),
        ("forget who I am", '/forget{"confirmed": "everything"}'),
        ("forget the name Waldo", '/forget{"confirmed": "conversation"}'),
        ("forget my birthday", '/forget{"confirmed": "conversation"}'),
    ],
)
async def test_the_words_say_what_is_to_go(text: str, payload: str) -> None:
    (answer,) = (await asked(text)).messages
    assert answer["buttons"][0]["payload"] == payload
    assert answer["text"].count("?") == 1


async def test_forget_that_means_what_was_just_learnt_and_nothing_older() -> None:
    (answer,) = (await asked("don't remember that", lately=[])).messages
    assert answer["buttons"][0]["payload"] == '/forget{"confirmed": "conversation"}'


async def test_a_fact_is_named_before_it_goes() -> None:
    (answer,) = (await asked("forget my allergies")).messages
    assert answer["text"] == "Shall I forget “Allergy: wool and latex”?"


async def test_a_wish_is_named_in_words_before_it_goes() -> None:
    (answer,) = (await asked("forget my quiet hours")).messages
    assert answer["text"] == "Shall I forget “Quiet hours: 21:00 to 08:00, London time”?"


async def test_every_fact_of_a_kind_goes_under_a_reference_of_its_own() -> None:
    dispatcher = CollectingDispatcher()
    message = {
        "text": '/forget{"confirmed": "fact:allergy"}',
        "intent": {"name": "forget"},
        "entities": [{"entity": "confirmed", "value": "fact:allergy"}],
    }
    slots = {"known": {"facts": FACTS}}
    await ActionForget().run(dispatcher, Tracker("ana", slots, message, [], False, None, {}, "action_listen"), {})
    commands = [each["custom"][KEY] for each in dispatcher.messages if KEY in each["custom"]]
    assert [each["key"] for each in commands] == ["allergy:wool", "allergy:latex"]
    assert len({each["reference"] for each in commands}) == 2


async def test_it_is_asked_once_and_done_with_a_yes(talker: Stage) -> None:
    stranger = talker()
    first = await stranger.say("forget me", "forget")
    assert "Shall I?" in first.text
    assert first.command("erase") is None
    done = await stranger.say("yes", "affirm")
    command = done.command("erase")
    assert command is not None
    assert command["extent"] == "everything"
    assert re.fullmatch(r"[0-9A-F]{4}-[0-9A-F]{4}", command["reference"])
    assert command["reference"] in done.text


async def test_a_no_keeps_everything_and_the_open_form_goes_on(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("the tent is going back", "return_item", product="tent")
    question = await ana.say("forget me", "forget")
    assert "reason" not in question.text
    kept = await ana.say("no", "deny")
    assert kept.text.startswith("All right, I’ve deleted nothing.")
    assert "reason" in kept.text
    assert await ana.form() == "return_form"


async def test_a_yes_leaves_no_form_open_and_asks_nothing_more(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("the tent is going back", "return_item", product="tent")
    await ana.say("forget this conversation", "forget")
    done = await ana.say("yes", "affirm")
    assert "?" not in done.text
    assert await ana.form() is None


async def test_a_button_pressed_later_means_what_it_says(talker: Stage) -> None:
    ana = talker(ANA)
    asking = await ana.say("forget me", "forget")
    await ana.say("hello", "greet")
    ana.last = asking
    assert (await ana.press("Yes, delete it")).command("erase") is not None


async def test_orders_under_way_and_a_waiting_request_are_named(talker: Stage) -> None:
    ana = talker(ANA)
    ana.handoff_state = "queued"
    question = await ana.say("forget me", "forget")
    assert "Your request to our team ends with it." in question.text
    assert "Order 1042 goes on as planned." in question.text
    assert "invoices for six years" in question.text


async def test_what_telegram_shows_is_not_ours_to_delete(talker: Stage) -> None:
    stranger = talker({"channel": "telegram"})
    await stranger.say("forget me", "forget")
    assert "clear in the app" in (await stranger.say("yes", "affirm")).text


async def test_mails_stay_in_both_mailboxes_and_that_is_said(talker: Stage) -> None:
    stranger = talker({"channel": "email"})
    await stranger.say("forget me", "forget")
    assert "stay in your mailbox and in ours" in (await stranger.say("yes", "affirm")).text


async def test_data_is_offered_under_an_id_that_nobody_guesses_and_a_form_goes_on(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("the tent is going back", "return_item", product="tent")
    ids = [(await ana.say("send me my data", "send_my_data")).command("offer_export") for _ in range(2)]
    first, second = (command["export_id"] for command in ids if command is not None)
    assert first != second
    assert len(first) >= 24
    assert "reason" in ana.last.text


async def test_the_choices_are_named(talker: Stage) -> None:
    said = await talker().say("/privacy", "privacy")
    assert said.titles == ["What do you know about me?", "Send me my data", "Forget this conversation", "Forget me"]
