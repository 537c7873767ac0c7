"""Which held-out questions a change would answer otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.faq.entry import FaqEntry
from bot.faq.held_out import HeldOutTests, LostQuestion
from tests.unit.faq.letters import LetterEncoder

WRAP = FaqEntry(id="wrap", question="wrap gifts", answer="Yes.", tests=("gift wrap",))
BOOTS = FaqEntry(id="boots", question="boots wet", answer="Wax.", tests=("wet boots",))


@pytest.fixture
def letters() -> LetterEncoder:
    return LetterEncoder()


@pytest.fixture
def held_out(letters: LetterEncoder) -> HeldOutTests:
    return HeldOutTests(encoder=letters)


def test_a_change_that_spoils_nothing_loses_nothing(held_out: HeldOutTests) -> None:
    tents = FaqEntry(id="tents", question="pitch tents", answer="On grass.", tests=("tents pitch",))

    assert held_out.lost([WRAP, BOOTS], [WRAP, BOOTS, tents]) == []


def test_a_question_taken_by_another_entry_is_told_with_both_answers(held_out: HeldOutTests) -> None:
    thief = FaqEntry(id="thief", question="gift wrap", answer="Me.")

    assert held_out.lost([WRAP, BOOTS], [WRAP, BOOTS, thief]) == [LostQuestion("gift wrap", WRAP, WRAP, thief)]


def test_a_question_that_was_answered_wrongly_before_is_no_loss_of_this_change(held_out: HeldOutTests) -> None:
    lost_already = replace(WRAP, tests=("boots wet",))

    assert held_out.lost([lost_already, BOOTS], [lost_already, replace(BOOTS, answer="Grease.")]) == []


def test_a_new_question_must_be_answered_by_its_entry(held_out: HeldOutTests) -> None:
    hopeful = replace(WRAP, tests=("gift wrap", "wet boots please"))

    assert held_out.lost([WRAP, BOOTS], [hopeful, BOOTS]) == [LostQuestion("wet boots please", hopeful, BOOTS, BOOTS)]


def test_a_first_filling_loses_nothing_and_neither_does_an_emptying(held_out: HeldOutTests) -> None:
    hopeful = replace(WRAP, tests=("wet boots please",))

    assert held_out.lost([], [hopeful, BOOTS]) == []
    assert held_out.lost([hopeful, BOOTS], []) == []
    assert held_out.lost([BOOTS], [hopeful, BOOTS]) == [LostQuestion("wet boots please", hopeful, BOOTS, BOOTS)]


def test_only_what_is_new_is_encoded(held_out: HeldOutTests, letters: LetterEncoder) -> None:
    held_out.warm([WRAP, BOOTS])
    assert set(letters.asked) == {"wrap gifts", "gift wrap", "boots wet", "wet boots"}
    letters.asked.clear()

    held_out.lost([WRAP, BOOTS], [WRAP, replace(BOOTS, phrasings=("boots leak",))])

    assert letters.asked == ["boots leak"]


def test_what_is_no_longer_needed_is_forgotten(held_out: HeldOutTests, letters: LetterEncoder) -> None:
    held_out.lost([WRAP], [WRAP, BOOTS])
    held_out.lost([WRAP], [WRAP])
    letters.asked.clear()

    held_out.lost([WRAP], [WRAP, BOOTS])

    assert set(letters.asked) == {"boots wet", "wet boots"}
