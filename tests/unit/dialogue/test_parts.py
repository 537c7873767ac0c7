"""A message that says several things is read by its parts."""

from __future__ import annotations

from typing import Any

from bot.dialogue.parts import clearest_wish, parts


def _understood(intent: str, confidence: float) -> dict[str, Any]:
    return {"intent": {"name": intent, "confidence": confidence}}


def test_a_message_falls_into_its_clauses() -> None:
    assert parts("sorry, wrong window. where is my order") == ["wrong window", "where is my order"]


def test_a_single_clause_has_no_parts() -> None:
    assert parts("where is my order?") == ()


def test_a_thousand_clauses_are_not_all_read() -> None:
    assert len(parts("on and on. " * 1000)) == 4


def test_the_surest_wish_stands_for_the_message() -> None:
    sure, surer = _understood("order_status", 0.8), _understood("cancel_order", 0.9)
    assert clearest_wish("nlu_fallback", [sure, surer, _understood("affirm", 1.0)]) is surer


def test_an_unsure_part_stands_for_nothing() -> None:
    assert clearest_wish("nlu_fallback", [_understood("order_status", 0.6)]) is None


def test_beside_a_question_only_a_call_for_a_person_counts() -> None:
    person = _understood("ask_person", 0.8)
    assert clearest_wish("ask_faq", [_understood("cancel_order", 0.95), person]) is person
