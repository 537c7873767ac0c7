from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.nlu.text import UNDERSTOOD_CHARS, in_small, readable, says_something, spoken


@pytest.mark.parametrize(
    "text", ["hello", "a\x00b\x1fc", "\ud800\udfff", "\u202eabc", "!?" * 400, "😀" * 900, "x" * 99_999]
)
def test_every_character_that_is_kept_keeps_its_place(text: str) -> None:
    seen = readable(text)

    assert len(seen) == min(len(text), UNDERSTOOD_CHARS)
    assert all(kept in (" ", original) for kept, original in zip(seen, text, strict=False))
    seen.encode("utf-8")


def test_what_is_no_text_reads_as_nothing() -> None:
    assert readable(None) == ""
    assert readable(12) == ""


def test_joined_emoji_and_other_scripts_stay_whole() -> None:
    assert readable("👩‍👧 שלום") == "👩‍👧 שלום"


def test_common_emoji_are_spoken() -> None:
    assert spoken("👍") == "yes"
    assert spoken("great 🙏").split() == ["great", "thank", "you"]


@pytest.mark.parametrize(
    ("text", "says"), [("", False), ("…?!", False), ("\x00", False), ("🪁", False), ("👍", True), ("7", True)]
)
def test_signs_alone_say_nothing(text: str, says: bool) -> None:
    assert says_something(text) is says


@given(st.text())
@example("İstanbul, PLEASE")
def test_small_letters_stand_where_the_capitals_stood(text: str) -> None:
    small = in_small(text)

    assert len(small) == len(text)
    assert all(one in (letter.lower(), letter) for one, letter in zip(small, text, strict=True))
    assert in_small("İ PLEASE") == "İ please"
