"""The counter of repeated questions counts what it should, and nothing else."""

from __future__ import annotations

import pytest

from bot.dialogue.port import Said
from memory.model import CustomerId, Outcome
from tests.conversation.repeats import Given, Tally
from tests.conversation.watched import Remembered, Turn

ASKED_REASON = Remembered({"requested_slot": "return_reason"}, "return_form")
HAS_REASON = Remembered({"requested_slot": "return_resolution", "return_reason": "faulty"}, "return_form")


def turn(before: Remembered, after: Remembered, text: str = "and now?", intent: str = "inform") -> Turn:
    said = Said(CustomerId("ana"), "turn", text)
    return Turn(said, Outcome(), before, Remembered(after.slots, after.form, [intent]))


def test_a_value_that_the_bot_held_and_asks_for_again_is_a_repetition() -> None:
    given = Given(tally=Tally())

    assert given.repeats(turn(ASKED_REASON, HAS_REASON, "it is faulty"), [], []) is None
    assert given.repeats(turn(HAS_REASON, ASKED_REASON), [], []) == "return_reason"


def test_the_same_pending_question_put_again_is_none() -> None:
    given = Given(tally=Tally())

    assert given.repeats(turn(Remembered({}), ASKED_REASON), ["return_reason"], []) == "return_reason"
    assert given.repeats(turn(ASKED_REASON, ASKED_REASON, "how can I pay?", "ask_faq"), [], []) is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [("go back", "go_back"), ("start over", "start_over"), ("no", "deny"), ("change the reason", "inform")],
)
def test_what_the_customer_takes_back_may_be_asked_for(text: str, intent: str) -> None:
    given = Given(tally=Tally())
    given.repeats(turn(ASKED_REASON, HAS_REASON), [], [])

    assert given.repeats(turn(HAS_REASON, ASKED_REASON, text, intent), [], []) is None


def test_what_a_script_says_was_given_counts_in_every_later_task() -> None:
    given = Given(tally=Tally())
    ended, asks_email = Remembered({}), Remembered({"requested_slot": "order_email"}, "cancel_form")

    assert given.repeats(turn(ASKED_REASON, ended), ["order_email"], []) is None
    assert given.repeats(turn(ended, asks_email), [], []) == "order_email"
    assert given.repeats(turn(ended, asks_email), [], ["order_email"]) is None


def test_the_next_return_has_a_reason_of_its_own() -> None:
    given = Given(tally=Tally())
    given.repeats(turn(ASKED_REASON, HAS_REASON), [], [])
    given.repeats(turn(HAS_REASON, Remembered({})), [], [])

    assert given.repeats(turn(Remembered({}), ASKED_REASON), [], []) is None


def test_a_yes_is_no_value() -> None:
    confirms = Remembered({"requested_slot": "return_confirmed", "return_confirmed": True}, "return_form")

    assert Given(tally=Tally()).repeats(turn(HAS_REASON, confirms), ["return_confirmed"], []) is None
