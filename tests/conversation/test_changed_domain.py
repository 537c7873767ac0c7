"""Between two visits the bot has changed: what it can't go on with it says, and starts again; nothing breaks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from actions.shop import current
from actions.shop.open import open_shop
from bot.bootstrap.thinker import load_dialogue
from bot.dialogue.port import Dialogue, Said
from memory.model import CustomerId, DialogueState, Outcome
from tests.conversation.models import trained_earlier
from tests.conversation.watched import Remembered

ANA = {"shop_customer_id": "c-101", "customer_name": "Ana Novak"}
START_AGAIN = "We were in the middle of sending something back when I last changed; let’s start that again."
TELL_AGAIN = "when I last changed. Please tell me again what you need."


@pytest.fixture(scope="module")
def earlier() -> Dialogue:
    """The bot as it was: with a task to swap sizes, and returns that ask for a note as well."""
    return load_dialogue(trained_earlier())


@pytest.fixture(autouse=True)
async def shop(tmp_path: Path) -> AsyncIterator[None]:
    """The sample shop, in use by all actions."""
    opened = await open_shop(tmp_path / "shop.sqlite")
    current.use(opened)
    yield
    current.use(None)
    await opened.close()


def said(text: str, *, payload: str | None = None, resuming: bool = False) -> Said:
    return Said(CustomerId("ana"), "turn-1", text, payload=payload, context=ANA, resuming=resuming)


async def in_a_return(earlier: Dialogue) -> DialogueState:
    """Ana has begun to send her tent back, and was asked for the reason."""
    wish = said("Return", payload='/return_item{"order_number": "1031", "product": "ridge-2-tent"}')
    outcome = await earlier.respond(wish, None)
    assert outcome.dialogue is not None
    assert Remembered.of(outcome.dialogue).asked == "return_reason"
    return outcome.dialogue


async def in_a_swap(earlier: Dialogue) -> DialogueState:
    """Ana has begun a task that is no longer there, and was asked for a size."""
    outcome = await earlier.respond(said("Send it back", payload="/swap_item"), None)
    assert outcome.dialogue is not None
    assert Remembered.of(outcome.dialogue).asked == "swap_size"
    return outcome.dialogue


def told(outcome: Outcome) -> list[str]:
    return [reply.text for reply in outcome.replies]


async def test_a_task_that_lost_a_question_says_so_and_starts_again(earlier: Dialogue, dialogue: Dialogue) -> None:
    outcome = await dialogue.respond(said("hello"), await in_a_return(earlier))

    line, *_, question = told(outcome)
    assert line == START_AGAIN
    assert "which item" in question.lower()
    assert outcome.dialogue is not None
    assert Remembered.of(outcome.dialogue).form == "return_form"
    assert "return_item" not in Remembered.of(outcome.dialogue).slots


async def test_what_is_said_on_coming_back_is_used_by_the_fresh_start(earlier: Dialogue, dialogue: Dialogue) -> None:
    first = await dialogue.respond(said("it is too small"), await in_a_return(earlier))
    second = await dialogue.respond(said("the tent"), first.dialogue)

    assert told(first)[0] == START_AGAIN
    assert "refund or an exchange" in told(second)[-1]


async def test_it_is_said_once(earlier: Dialogue, dialogue: Dialogue) -> None:
    first = await dialogue.respond(said("hello"), await in_a_return(earlier))
    second = await dialogue.respond(said("the tent"), first.dialogue)

    assert not any("changed" in text for text in told(second))
    assert "reason" in told(second)[-1]


async def test_after_days_it_comes_with_the_welcome_in_one_line(earlier: Dialogue, dialogue: Dialogue) -> None:
    outcome = await dialogue.respond(said("where were we?", resuming=True), await in_a_return(earlier))

    assert told(outcome)[0] == f"Welcome back, Ana. {START_AGAIN}"
    assert sum("Welcome" in text for text in told(outcome)) == 1


async def test_a_task_that_is_gone_is_named_and_the_message_answered(earlier: Dialogue, dialogue: Dialogue) -> None:
    state = replace(await in_a_swap(earlier), goal="Swapping the boots")
    outcome = await dialogue.respond(said("where is my order?"), state)

    line, answer = told(outcome)
    assert line == f"We were in the middle of “Swapping the boots” {TELL_AGAIN}"
    assert "1042" in answer
    assert outcome.dialogue is not None
    assert outcome.dialogue.task is None


async def test_an_answer_to_a_question_that_is_gone_breaks_nothing(earlier: Dialogue, dialogue: Dialogue) -> None:
    outcome = await dialogue.respond(said("size 42"), await in_a_swap(earlier))

    assert told(outcome)[0] == f"We were in the middle of something {TELL_AGAIN}"
    assert len(told(outcome)) > 1


async def test_a_button_whose_intent_is_gone_is_read_as_words(earlier: Dialogue, dialogue: Dialogue) -> None:
    outcome = await dialogue.respond(said("Send it back", payload="/swap_item"), await in_a_swap(earlier))

    line, question = told(outcome)
    assert line == f"We were in the middle of something {TELL_AGAIN}"
    assert "send back" in question


async def test_a_task_that_waited_and_is_gone_is_not_passed_over_in_silence(dialogue: Dialogue) -> None:
    begun = await dialogue.respond(said("I want to send my tent back"), None)
    assert begun.dialogue is not None
    snapshot = json.loads(begun.dialogue.snapshot)
    waiting = [{"form": "swap_form", "given": {"swap_size": "42"}, "words": None, "asked": ["swap_size"]}]
    snapshot["events"].append({"event": "slot", "name": "waiting_tasks", "value": waiting, "timestamp": 1.0})
    outcome = await dialogue.respond(said("too small"), replace(begun.dialogue, snapshot=json.dumps(snapshot)))

    assert told(outcome)[0].startswith("I have changed since, and no longer have all that was waiting")
    assert "refund or an exchange" in told(outcome)[-1]


async def test_a_slot_that_no_open_task_asked_for_is_dropped_without_a_word(dialogue: Dialogue) -> None:
    begun = await dialogue.respond(said("I want to send my tent back"), None)
    assert begun.dialogue is not None
    snapshot = json.loads(begun.dialogue.snapshot)
    snapshot["events"].append({"event": "slot", "name": "shoe_colour", "value": "red", "timestamp": 1.0})
    outcome = await dialogue.respond(said("too small"), replace(begun.dialogue, snapshot=json.dumps(snapshot)))

    assert told(outcome) == [(await dialogue.respond(said("too small"), begun.dialogue)).replies[0].text]
