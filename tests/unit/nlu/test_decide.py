from __future__ import annotations

import pytest

from bot.nlu.decide import Entry, Thresholds, chance_of_answer, decide, strength
from bot.nlu.intent_model import Guess

SURE = Thresholds()


def settled(*guesses: tuple[str, float], faq: float = 0.0, meant: float | None = 0.5, bare: bool = False) -> str:
    """`faq` is the likeness of the best entry, `meant` the classifier's chance of it, None for one it never saw."""
    ranking = [Guess(intent, confidence) for intent, confidence in guesses]
    answered = chance_of_answer(Entry(faq, meant), dict(guesses), words=8)
    return decide(ranking=ranking, answered=answered, likeness=faq, is_bare_value=bare, thresholds=SURE).intent


def test_a_sure_task_wins_over_a_like_question() -> None:
    assert settled(("return_item", 0.8), ("ask_faq", 0.15), faq=0.85) == "return_item"


def test_the_very_wording_of_the_faq_wins_over_a_near_tie() -> None:
    assert settled(("return_item", 0.56), ("ask_faq", 0.4), faq=0.95) == "ask_faq"


def test_a_like_question_is_answered() -> None:
    assert settled(("ask_faq", 0.9), ("out_of_scope", 0.01), faq=0.7, meant=0.9) == "ask_faq"


def test_a_question_unlike_all_of_the_faq_is_not_answered() -> None:
    assert settled(("ask_faq", 0.99), ("out_of_scope", 0.001), faq=0.4, meant=0.02) == "nlu_fallback"


def test_an_off_topic_question_stays_off_topic_though_it_shares_words() -> None:
    assert settled(("out_of_scope", 0.9), ("ask_faq", 0.08), faq=0.66, meant=0.05) == "out_of_scope"


def test_a_new_faq_entry_is_answered_though_the_classifier_never_saw_it() -> None:
    assert settled(("out_of_scope", 0.9), ("ask_faq", 0.08), faq=0.85, meant=None) == "ask_faq"


def test_an_entry_that_the_classifier_finds_likely_goes_before_a_liker_one() -> None:
    assert strength(Entry(0.60, 0.8)) > strength(Entry(0.70, 0.01))


def test_the_very_wording_of_a_new_entry_goes_before_what_the_classifier_knows() -> None:
    assert strength(Entry(0.95, None)) > strength(Entry(0.70, 0.99))


def test_doubt_between_two_tasks_is_not_acted_upon() -> None:
    guesses = ("order_status", 0.44), ("return_item", 0.42), ("ask_faq", 0.1), ("out_of_scope", 0.04)
    assert settled(*guesses, faq=0.3, meant=0.05) == "nlu_fallback"


@pytest.mark.parametrize("first", ["ask_faq", "out_of_scope", "return_item"])
def test_a_bare_value_is_an_answer_to_a_form(first: str) -> None:
    assert settled((first, 0.8), ("inform", 0.1), faq=0.75, bare=True) == "inform"


def test_a_bare_value_is_taken_as_one_even_in_doubt() -> None:
    assert settled(("inform", 0.44), ("return_item", 0.43), ("ask_faq", 0.1), faq=0.78, bare=True) == "inform"


def test_a_product_alone_is_no_question_however_sure_the_classifier() -> None:
    assert settled(("ask_faq", 0.97), ("inform", 0.02), faq=0.73, bare=True) == "inform"


def test_a_wording_of_the_faq_is_a_question_though_it_holds_only_values() -> None:
    assert settled(("ask_faq", 0.97), ("inform", 0.02), faq=0.95, bare=True) == "ask_faq"


def test_a_bare_value_that_surely_means_a_task_is_that_task() -> None:
    assert settled(("return_item", 0.95), ("inform", 0.03), bare=True) == "return_item"


def test_nothing_said_is_not_understood() -> None:
    assert settled() == "nlu_fallback"


def test_confidence_stays_a_probability() -> None:
    for faq in (0.0, 0.3, 1.0):
        for confidence in (0.05, 0.5, 1.0):
            ranking = [Guess("ask_faq", confidence)]
            decided = decide(ranking=ranking, answered=faq, likeness=faq, is_bare_value=False, thresholds=SURE)
            assert 0 <= decided.confidence <= 1
