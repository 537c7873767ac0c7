"""Slips of the keyboard are put right; words, names and values are left alone."""

from __future__ import annotations

import pytest

from bot.nlu.encoder import known_words
from bot.nlu.spelling import Speller, place_in, words_of

TEXTS = ["return my boots", "cancel the order", "send the tent back", "faulty zip", "the bivvy", "a bivvy", "bivvy bag"]


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(words=words_of(TEXTS, known_words()), known=known_words())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("retrun my boots", "return my boots"),
        ("cancle the ordr", "cancel the order"),
        ("FAUTLY zip", "FAULTY zip"),
        ("Retun it", "Return it"),
        ("the bivy", "the bivvy"),
    ],
)
def test_a_slip_is_put_right(speller: Speller, written: str, meant: str) -> None:
    assert speller.correct(written) == meant


@pytest.mark.parametrize("text", ["do you sell boats", "order FH-1042", "ana.nov@example.com", "zxqwv", "", "日本語"])
def test_what_is_a_word_or_no_slip_stays(speller: Speller, text: str) -> None:
    assert speller.correct(text) == text


def test_babble_is_told_from_words(speller: Speller) -> None:
    assert speller.unknown_share("glorpz flibb nardq") == 1
    assert speller.unknown_share("where is my order") == 0
    assert speller.unknown_share("1042 !!") == 0


def test_a_piece_of_the_corrected_text_is_found_in_the_written_one() -> None:
    written, meant = "its fauty, retrun", "its faulty, return"

    assert place_in(written, meant, meant.index("faulty"), meant.index("faulty") + 6) == (4, 9)
    assert place_in(written, meant, 5, 7) is None
