"""Long messages are cut where a reader would cut them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.rich import LIMIT, Rich, Span, split, units
from tests.doubles.telegram_rules import check_entities

FAMILY = "👨\u200d👩\u200d👧"


def texts(parts: list[Rich]) -> list[str]:
    return [part.text for part in parts]


def test_a_text_of_exactly_the_limit_stays_whole_and_one_sign_more_does_not() -> None:
    assert len(split(Rich("x" * LIMIT))) == 1
    assert len(split(Rich("😀" * (LIMIT // 2)))) == 1
    assert [units(part.text) for part in split(Rich("😀" * (LIMIT // 2) + "x"))] == [LIMIT, 1]


def test_the_cut_is_between_paragraphs_then_lines_then_sentences_then_words() -> None:
    assert texts(split(Rich("one two.\n\nthree four\nfive"), 20)) == ["one two.\n\nthree four", "five"]
    assert texts(split(Rich("aaaa bbbb\n\ncccc dddd"), 14)) == ["aaaa bbbb", "cccc dddd"]
    assert texts(split(Rich("Yes it is. No it is"), 15)) == ["Yes it is.", "No it is"]
    assert texts(split(Rich("alpha beta gamma"), 11)) == ["alpha beta", "gamma"]


def test_a_marked_stretch_is_not_torn_when_it_fits_into_one_part() -> None:
    rich = Rich("see the big red tent", (Span("bold", 8, 20),))
    parts = split(rich, 14)
    assert texts(parts) == ["see the", "big red tent"]
    assert parts[1].spans == (Span("bold", 0, 12),)


def test_a_marked_stretch_longer_than_a_part_stays_marked_in_every_part() -> None:
    rich = Rich("aaa bbb ccc ddd", (Span("pre", 0, 15, "py"),))
    parts = split(rich, 8)
    assert texts(parts) == ["aaa bbb", "ccc ddd"]
    assert [part.spans for part in parts] == [(Span("pre", 0, 7, "py"),)] * 2


def test_no_emoji_flag_or_accent_is_cut_in_two() -> None:
    assert texts(split(Rich(FAMILY * 3), 18)) == [FAMILY * 2, FAMILY]
    assert texts(split(Rich("🇬🇧🇮🇪🇫🇷"), 10)) == ["🇬🇧🇮🇪", "🇫🇷"]
    assert texts(split(Rich("aae\u0301"), 3)) == ["aa", "e\u0301"]


@given(st.lists(st.text("ab😀é.", min_size=1, max_size=9), max_size=60), st.sampled_from(["\n\n", "\n", " ", ". "]))
def test_every_word_arrives_once_in_order_and_whole(words: list[str], between: str) -> None:
    text = between.join(words)
    parts = split(Rich(text), 30)
    assert [word for part in parts for word in part.text.split()] == text.split()
    assert all(0 < units(part.text) <= 30 for part in parts)


@given(st.text("ab 😀\n", max_size=120), st.integers(0, 60), st.integers(1, 60))
def test_cut_spans_are_always_valid(text: str, start: int, length: int) -> None:
    end = min(len(text), start + length)
    spans = (Span("bold", start, end),) if start < end else ()
    for part in split(Rich(text, spans), 25):
        check_entities(part.text, [entity.to_dict() for entity in part.entities()])
