"""Of a message that says several things, all are dealt with, if each of them is surely understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.dialogue.parts import Open, clearest_wish, only_wish, pieces, wishes

ASKED = Open(question=True)
YES_OR_NO = Open(question=True, yes_or_no=True)


def clause(text: str, intent: str, confidence: float = 0.9, faq: str = "", **values: str) -> dict[str, Any]:
    entities = [{"entity": entity, "value": value} for entity, value in values.items()]
    found = [{"id": faq}] if faq else []
    return {"text": text, "intent": {"name": intent, "confidence": confidence}, "entities": entities, "faq": found}


WHOLE = clause("all of it", "nlu_fallback")
STATUS = clause("where is my order", "order_status")
ADDRESS = clause("can I change the address?", "change_address")
STORE = clause("do you have a store in Leeds?", "ask_faq", faq="store_locations")
PAYING = clause("how can I pay?", "ask_faq", faq="payment_methods")
PERSON = clause("let me talk to a person", "ask_person")
RETURN = clause("I want to return the tent", "return_item", product="tent")
CANCEL = clause("cancel the order", "cancel_order")
SMALL = clause("too small", "inform", return_reason="too_small")


def heard(*clauses: dict[str, Any], whole: dict[str, Any] = WHOLE, waiting: Open | None = None) -> Sequence[str]:
    return [part.intent for part in wishes(whole, clauses, waiting or Open())]


@pytest.mark.parametrize(
    ("clauses", "intents"),
    [
        ([STATUS, ADDRESS], ["order_status", "change_address"]),
        ([STORE, PAYING], ["ask_faq", "ask_faq"]),
        ([clause("thanks", "thank"), STORE], ["thank", "ask_faq"]),
        ([RETURN, PERSON], ["return_item", "ask_person"]),
        ([clause("hello", "greet"), STATUS, STORE], ["order_status", "ask_faq"]),
    ],
)
def test_different_wishes_are_taken_apart_in_order(clauses: list[dict[str, Any]], intents: list[str]) -> None:
    assert heard(*clauses) == intents


@pytest.mark.parametrize(
    "clauses",
    [
        [STATUS],
        [STATUS, clause("when will it come", "order_status")],
        [clause("hello there", "greet"), STATUS],
        [RETURN, SMALL],
        [CANCEL, clause("give me my money back", "return_item")],
        [STATUS, clause("can I change the address?", "change_address", 0.5)],
        [STATUS, clause("what does it cost?", "ask_faq", faq="delivery_cost")],
        [STATUS, clause("no", "deny")],
        [STORE, clause("where are your stores?", "ask_faq", faq="store_locations")],
        [clause("stop", "stop"), PERSON],
    ],
)
def test_one_wish_and_doubtful_ones_stay_in_one_piece(clauses: list[dict[str, Any]]) -> None:
    assert heard(*clauses) == []


def test_an_answer_run_together_with_a_question_may_look_like_the_open_task() -> None:
    whole = clause("its damaged are returns free", "return_item")
    assert heard(SMALL, STORE, whole=whole, waiting=ASKED) == ["inform", "ask_faq"]
    assert heard(SMALL, STORE, whole=whole) == []


def test_the_only_wish_beside_an_okay_stands_for_a_message_not_understood() -> None:
    okay = clause("ok", "affirm")
    assert only_wish([okay, STORE]) == STORE
    assert only_wish([STORE]) is None
    assert only_wish([clause("it is red", "inform"), STORE]) is None
    assert only_wish([okay, clause("do you?", "ask_faq", 0.4)]) is None


def test_an_answer_and_a_question_are_two_things_only_while_something_is_asked() -> None:
    assert heard(SMALL, STORE, waiting=ASKED) == ["inform", "ask_faq"]
    assert heard(SMALL, STORE) == []


def test_a_yes_counts_only_where_one_was_asked_for_and_an_okay_never() -> None:
    yes, okay = clause("yes please", "affirm"), clause("ok", "affirm")
    assert heard(yes, STORE, waiting=YES_OR_NO) == ["affirm", "ask_faq"]
    assert heard(yes, STORE, waiting=ASKED) == []
    assert heard(okay, STORE, waiting=YES_OR_NO) == []


def test_what_wants_nothing_goes_with_what_was_said_before() -> None:
    parts = wishes(WHOLE, [RETURN, SMALL, STORE], Open())
    assert [part.text for part in parts] == ["I want to return the tent, too small", "do you have a store in Leeds?"]


def test_two_orders_to_cancel_are_two_things() -> None:
    first, second = (clause(f"cancel {number}", "cancel_order", order_number=number) for number in ("1050", "1051"))
    assert heard(first, second) == ["cancel_order", "cancel_order"]


def test_a_whole_that_means_something_else_is_not_taken_apart() -> None:
    assert heard(STATUS, STORE, whole=clause("all of it", "cancel_order")) == []


def test_a_message_falls_into_the_pieces_between_its_signs() -> None:
    said = clause("pls cancel 1050, found it cheaper, ok", "nlu_fallback")
    assert pieces(said) == ["pls cancel 1050", "found it cheaper"]
    assert pieces(clause("where is my order", "nlu_fallback")) == ()


def test_a_message_that_was_understood_is_not_understood_again_without_its_last_sign() -> None:
    assert pieces(clause("how can I pay? ", "ask_faq")) == ()
    assert pieces(clause("stove came smashed?", "nlu_fallback")) == ["stove came smashed"]
    assert pieces(clause("hi! how can I pay?", "ask_faq")) == ["how can I pay"]


def test_the_surest_wish_stands_for_the_message() -> None:
    sure, surer = clause("where is it", "order_status", 0.8), clause("cancel it", "cancel_order", 0.95)
    assert clearest_wish("nlu_fallback", [sure, surer, clause("oh yes", "affirm", 1.0)]) is surer


def test_an_unsure_part_stands_for_nothing() -> None:
    assert clearest_wish("nlu_fallback", [clause("where is it", "order_status", 0.6)]) is None


def test_beside_a_question_only_a_call_for_a_person_counts() -> None:
    assert clearest_wish("ask_faq", [CANCEL, PERSON]) is PERSON
