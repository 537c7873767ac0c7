"""The bot's Markdown as HTML, all that is wanted and nothing that is not, and as plain text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markdown import to_html, to_plain

ALLOWED = re.compile(
    r"</?(p|strong|em|ul|ol|li|code|pre|blockquote|h[1-6]|br|hr)( ?/)?>|<ol start=\"\d+\">|</a>"
    r"|<code class=\"language-[^\"<>]*\">"
    r"|<a href=\"(https?|mailto):[^\"<>]*\"( title=\"[^\"<>]*\")? rel=\"noopener noreferrer\" target=\"_blank\">",
    re.IGNORECASE,
)


def test_common_marks_become_html() -> None:
    assert to_html("It is **here**.\nSee:\n\n- one\n- two") == (
        "<p>It is <strong>here</strong>.<br />\nSee:</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>"
    )


def test_links_open_beside_the_page_and_can_not_reach_back() -> None:
    assert to_html("[care](https://fernhill.example/care)") == (
        '<p><a href="https://fernhill.example/care" rel="noopener noreferrer" target="_blank">care</a></p>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\nscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "[x](//evil.example)",
        "[x](/logout)",
        "[x](http://[)",
        "<javascript:alert(1)>",
        "![x](https://evil.example/pixel.png)",
        '[x](https://a.example "\\" onclick=alert(1) ")',
        "[x]: javascript:alert(1)\n\n[x]",
        '```x" onload="alert(1)\n<b>\n```',
    ],
)
def test_nothing_dangerous_comes_through(text: str) -> None:
    assert "<" not in ALLOWED.sub("", to_html(text))


@given(st.text(alphabet="<>[]()!\"'`*_&;:/\\# \n-ajvscriptph.=x1", max_size=80))
def test_whatever_is_written_only_harmless_tags_come_out(text: str) -> None:
    assert "<" not in ALLOWED.sub("", to_html(text))


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("It is **here**, `FH-1` and *there*.", "It is here, FH-1 and there."),
        ("Ship to:\nAna\nYork", "Ship to:\nAna\nYork"),
        ("one\n\n\ntwo", "one\n\ntwo"),
        ("Items:\n\n- **tent**\n- stove\n\nThat's all.", "Items:\n- tent\n- stove\n\nThat's all."),
        ("3. three\n4. four", "3. three\n4. four"),
        ("- a\n  - b\n    and c\n- d", "- a\n  - b\n    and c\n- d"),
        ("- a\n\n  more of a\n- b", "- a\n\n  more of a\n\n- b"),
        ("# Returns\nFree for 60 days.", "Returns\n\nFree for 60 days."),
        ("[care](https://a.example/care)", "care (https://a.example/care)"),
        ("<https://a.example> and [x@a.example](mailto:x@a.example)", "https://a.example and x@a.example"),
        ("write [us](mailto:x@a.example)", "write us (x@a.example)"),
        ("```\nx = 1\n```", "x = 1"),
        ("<b>not ours</b> &amp; 1 < 2", "<b>not ours</b> & 1 < 2"),
        ("Is it order FH-1042? 2 * 3 and snake_case_word", "Is it order FH-1042? 2 * 3 and snake_case_word"),
        ("", ""),
    ],
)
def test_plain_text_keeps_the_words_and_their_lines(markdown: str, plain: str) -> None:
    assert to_plain(markdown) == plain
