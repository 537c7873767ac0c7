"""The bot's Markdown as HTML: all that is wanted, nothing that is not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.markdown import to_html

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
