"""The bot's Markdown as Telegram shows it, checked by Telegram's own rules for entities."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.markdown import render
from bot.channels.telegram.rich import Rich
from tests.doubles.telegram_rules import check_entities, utf16


def shown(markdown: str) -> tuple[str, list[tuple[str, str]]]:
    """The text, and what is marked in it, read back through UTF-16 as a Telegram app reads it."""
    rich = render(markdown)
    check(rich)
    raw = utf16(rich.text)
    return rich.text, [
        (str(entity.type), raw[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le"))
        for entity in rich.entities()
    ]


def check(rich: Rich) -> None:
    check_entities(rich.text, [entity.to_dict() for entity in rich.entities()])


@pytest.mark.parametrize(
    ("markdown", "text", "looks"),
    [
        ("Open **Returns** now", "Open Returns now", [("bold", "Returns")]),
        ("*a* ~~b~~ `c`", "a b c", [("italic", "a"), ("strikethrough", "b"), ("code", "c")]),
        ("🏕️😀 **Ridge 2 😀** ok", "🏕️😀 Ridge 2 😀 ok", [("bold", "Ridge 2 😀")]),
        ("**bold _both_**", "bold both", [("bold", "bold both"), ("italic", "both")]),
        ("**a `b` c**", "a b c", [("bold", "a"), ("code", "b"), ("bold", "c")]),
        ("# Returns\nFree for 60 days.", "Returns\n\nFree for 60 days.", [("bold", "Returns")]),
        ("```py\nx = 1\n```", "x = 1", [("pre", "x = 1")]),
        ("> first\n> second\n\nmine", "first\nsecond\n\nmine", [("blockquote", "first\nsecond")]),
    ],
)
def test_markdown_becomes_text_with_looks(markdown: str, text: str, looks: list[tuple[str, str]]) -> None:
    assert shown(markdown) == (text, looks)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("one\n\n\n\ntwo", "one\n\ntwo"),
        ("Ship to:\nAna\nYork", "Ship to:\nAna\nYork"),
        ("Items:\n- tent\n- stove\n\nThat's all.", "Items:\n\n• tent\n• stove\n\nThat's all."),
        ("3. three\n4. four", "3. three\n4. four"),
        ("- a\n  - b\n    1. c\n- d", "• a\n  • b\n    1. c\n• d"),
        ("2 * 3 * 4 and snake_case_word", "2 * 3 * 4 and snake_case_word"),
        ("unbalanced **bold and _it", "unbalanced **bold and _it"),
        ("<b>not ours</b> &amp; 1 < 2", "<b>not ours</b> & 1 < 2"),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
        ("", ""),
    ],
)
def test_paragraphs_lists_and_stray_signs_read_as_written(markdown: str, text: str) -> None:
    assert shown(markdown)[0] == text


def test_a_link_keeps_its_address_and_one_that_can_not_be_followed_is_spelt_out() -> None:
    [link] = render("[returns](https://fernhill.example/returns)").entities()
    assert (str(link.type), link.url) == ("text_link", "https://fernhill.example/returns")
    assert shown("[write](mailto:help@fernhill.example)") == ("write (help@fernhill.example)", [])
    assert shown("<help@fernhill.example>") == ("help@fernhill.example", [])
    assert shown("[here](/returns)") == ("here", [])
    assert shown("[bad](javascript:alert(1))")[1] == []


@given(st.text(alphabet="ab *_`~>#-[]()!\\\n1.😀é", max_size=80))
def test_no_markdown_whatever_makes_a_message_that_telegram_refuses(markdown: str) -> None:
    check(render(markdown))
