"""Recorded updates and what they mean to us."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from telegram import Update

from bot.channels.telegram.menu import MENU
from bot.channels.telegram.updates import GroupMessage, OutsidePress, Press, read
from memory.model import Address, Inbound, Proof, answer_to
from memory.model.talk import ANSWERED, ANSWERED_WHOSE

RECORDED = Path(__file__).parents[3] / "fixtures" / "telegram"
ANA = Address("telegram", "410000123")


def recorded(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return content


def arrival(name: str) -> object:
    return read(Update.de_json(recorded(name), None))


def inbound(name: str) -> Inbound:
    found = arrival(name)
    assert isinstance(found, Inbound), f"{name} is no message of a customer: {found}"
    return found


def said(text: str) -> Inbound:
    update = recorded("text")
    update["message"]["text"] = text
    found = read(Update.de_json(update, None))
    assert isinstance(found, Inbound)
    return found


def test_a_text_comes_with_its_chat_its_stable_id_and_the_name_of_who_wrote_it() -> None:
    assert inbound("text") == Inbound(
        address=ANA,
        provider_id="m:410000123:41",
        text="Where is my order 1042? 🙂",
        proof=Proof.PLATFORM,
        display_name="Ana Nováková",
        language="en",
    )


def test_the_same_message_under_another_update_id_keeps_its_id() -> None:
    again = recorded("text") | {"update_id": 17}
    found = read(Update.de_json(again, None))
    assert isinstance(found, Inbound)
    assert found.provider_id == inbound("text").provider_id


@pytest.mark.parametrize(("code", "language"), [("pt-br", "pt"), ("xx", None), (None, None)])
def test_the_language_of_the_app_is_that_of_the_customer_if_it_is_one(code: str | None, language: str | None) -> None:
    update = recorded("text")
    update["message"]["from"]["language_code"] = code
    found = read(Update.de_json(update, None))
    assert isinstance(found, Inbound)
    assert found.language == language


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("/start", "greet"),
        ("/help", "capabilities"),
        ("/person", "ask_person"),
        ("/stop", "stop"),
        ("/privacy", "privacy"),
        ("/forget@fern_bot", "forget"),
        ("/STOP", "stop"),
        ("/help@fern_test_bot", "capabilities"),
        ("/language", 'set_preference{"what": "which"}'),
        ("/language Deutsch", 'set_preference{"what": "Deutsch"}'),
        ("/language العربية", 'set_preference{"what": "العربية"}'),
        ('/language "}{ de', 'set_preference{"what": "which"}'),
    ],
)
def test_a_command_of_the_menu_stands_for_an_intent(text: str, intent: str) -> None:
    assert said(text).command == intent


def test_every_command_of_the_menu_is_understood() -> None:
    assert all(said(f"/{command}").command for command in MENU)


def test_words_after_a_command_are_kept() -> None:
    message = inbound("person_with_words")
    assert (message.command, message.text) == ("ask_person", "/person@fern_test_bot the tent is torn")


@pytest.mark.parametrize(
    "text", ["/order 1042", "/", "//help", "/ help", "/inform{}", '/affirm{"a": 1}', "help", "a /help"]
)
def test_anything_else_is_plain_text(text: str) -> None:
    message = said(text)
    assert (message.command, message.payload, message.text) == (None, None, text)


def test_an_answer_brings_the_words_it_answers_to_and_whose_they_are() -> None:
    message = inbound("reply")
    assert message.custom == answer_to("Order 1042 is at the depot.\nOrder 1044 is packed.", ours=True)
    quoted = inbound("reply_with_quote")
    assert quoted.custom == answer_to("Order 1044 is packed.", ours=True)
    update = recorded("reply")
    update["message"]["reply_to_message"]["from"]["is_bot"] = False
    own = read(Update.de_json(update, None))
    assert isinstance(own, Inbound)
    assert own.custom is not None
    assert own.custom[ANSWERED_WHOSE] == "theirs"


def test_an_answer_to_a_picture_without_words_brings_none() -> None:
    update = recorded("reply")
    del update["message"]["reply_to_message"]["text"]
    found = read(Update.de_json(update, None))
    assert isinstance(found, Inbound)
    assert found.custom is None


def test_of_a_long_message_that_is_answered_the_beginning_is_kept() -> None:
    update = recorded("reply")
    update["message"]["reply_to_message"]["text"] = "word " * 500
    found = read(Update.de_json(update, None))
    assert isinstance(found, Inbound)
    assert found.custom is not None
    assert len(found.custom[ANSWERED]) == 500
    assert found.custom[ANSWERED].endswith("…")


def test_a_deep_link_brings_its_code_which_is_not_kept_in_the_transcript() -> None:
    message = inbound("start_with_code")
    assert (message.command, message.link_code, message.text) == ("continue_task", "Qx7-vT_29aLm", "/start")


@pytest.mark.parametrize("argument", ["two words", "né", "x" * 65, "a=b"])
def test_what_can_be_no_code_is_not_taken_for_one(argument: str) -> None:
    message = said(f"/start {argument}")
    assert (message.command, message.link_code) == ("greet", None)


ATTACHED: Mapping[str, dict[str, Any]] = {
    "photo_with_caption": {"kind": "photo", "file_id": "AgACAgQAAx-large"},
    "voice": {"kind": "voice", "file_id": "AwACAgQAAx-voice", "duration": 7, "mime_type": "audio/ogg"},
    "sticker": {"kind": "sticker", "file_id": "CAACAgQAAx-sticker", "emoji": "👍"},
    "document": {
        "kind": "document",
        "file_id": "BQACAgQAAx-doc",
        "file_name": "receipt.pdf",
        "mime_type": "application/pdf",
    },
    "animation": {
        "kind": "animation",
        "file_id": "CgACAgQAAx-gif",
        "file_name": "wave.mp4",
        "mime_type": "video/mp4",
    },
    "venue": {"kind": "venue", "title": "Fernhill York", "address": "3 Stonegate"},
    "contact": {"kind": "contact", "first_name": "Ben", "phone_number": "+441904000000"},
}


@pytest.mark.parametrize("name", ATTACHED)
def test_what_is_not_text_is_kept_once_and_can_be_stored_as_json(name: str) -> None:
    attachments = inbound(name).attachments
    assert json.loads(json.dumps(list(attachments))) == [ATTACHED[name]]


def test_a_caption_is_the_text_of_a_photo_and_a_sticker_has_none() -> None:
    assert inbound("photo_with_caption").text == "The zip of my tent"
    assert inbound("sticker").text == ""


@pytest.mark.parametrize("name", ["pinned", "channel_post"])
def test_service_notes_and_channel_posts_are_no_messages(name: str) -> None:
    assert arrival(name) is None


def test_an_edit_names_the_message_it_corrects_and_is_known_by_its_time_and_words() -> None:
    edit = inbound("edited_message")
    assert (edit.text, edit.corrects) == ("Where is my order 1043?", "m:410000123:41")
    assert edit.provider_id.startswith("e:m:410000123:41:1741950200:")


def test_a_press_tells_which_button_was_seen_where() -> None:
    assert arrival("button_press") == Press(
        chat_id=410000123,
        query_id="1761055432198765432",
        data="14:1",
        seen="Exchange",
        display_name="Ana Nováková",
        language="en",
    )


def test_a_press_under_a_message_that_telegram_forgot_is_still_a_press() -> None:
    found = arrival("button_press_on_vanished_message")
    assert isinstance(found, Press)
    assert (found.data, found.seen) == ("14:1", None)


def test_a_press_outside_a_private_chat_and_a_group_message_are_told_apart_from_customers() -> None:
    assert arrival("button_press_inline") == OutsidePress("1761055432198765434")
    assert arrival("group_message") == GroupMessage(-1001870001234)
