"""What was said to a person becomes answers of the open task, and what was known stays unless it is put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogue.catching_up import agreed_on, taken, with_learnt
from memory.model import Cursor, EndFact, LearnFact


def reads(form: str, parsed: Mapping[str, Any]) -> tuple[Mapping[str, str], bool]:
    return parsed.get("values", {}), bool(parsed.get("corrects"))


def test_only_what_is_missing_is_taken_and_the_first_word_stays() -> None:
    heard = [{"values": {"item": "pegs", "reason": "small"}}, {"values": {"reason": "faulty"}}]
    assert taken("f", {"item": "tent"}, heard, reads) == {"reason": "small"}


def test_a_correction_counts_against_what_was_known_and_heard() -> None:
    heard = [{"values": {"reason": "small"}}, {"values": {"reason": "faulty", "item": "mat"}, "corrects": True}]
    assert taken("f", {"item": "tent"}, heard, reads) == {"reason": "faulty", "item": "mat"}


def test_what_an_agent_filled_in_is_read_or_taken_as_it_is() -> None:
    agreed = {"reason": ("Faulty", {"values": {"reason": "faulty"}}), "item": ("the tent", {})}
    assert agreed_on("f", agreed, reads) == {"reason": "faulty", "item": "the tent"}


def test_the_actions_know_at_once_what_was_told_to_a_person() -> None:
    known = {"facts": [{"key": "name", "value": "Ana"}, {"key": "hat_size", "value": "M"}], "now": "2026-03-02"}
    learnt = [LearnFact("name", "Anna", said_in=Cursor(7)), EndFact("hat_size")]
    (fact,) = with_learnt(known, learnt)["facts"]
    assert (fact["key"], fact["value"], fact["number"], fact["at"]) == ("name", "Anna", 7, "2026-03-02")
    assert len(known["facts"]) == 2, "what memory told is left alone"
