"""The bot's Markdown as HTML, all that is wanted and nothing that is not, and as plain text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markdown import origin_of, to_html, to_plain

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


PICTURES = frozenset({"https://pictures.example"})
LINK = '<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>'


def test_an_image_of_an_allowed_origin_is_shown_and_tells_that_site_nothing_of_the_page() -> None:
    assert to_html("![The <b>tent</b>](https://pictures.example/tent.png)", PICTURES) == (
        '<p><img src="https://pictures.example/tent.png" alt="The &lt;b&gt;tent&lt;/b&gt;" '
        'loading="lazy" decoding="async" referrerpolicy="no-referrer" /></p>'
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x.png",
        "http://pictures.example/x.png",
        "https://pictures.example:8443/x.png",
        "https://pictures.example.evil.example/x.png",
        "https://pictures.example@evil.example/x.png",
        "https://me:secret@pictures.example/x.png",
    ],
)
def test_an_image_of_any_other_is_a_link(url: str) -> None:
    assert to_html(f"![A tent]({url})", PICTURES) == f"<p>{LINK.format(url, 'A tent')}</p>"
    assert "<img" not in to_html(f"![]({url})", PICTURES)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:image/svg+xml,<svg onload=alert(1)>", "/x.png", "//x"])
def test_an_image_of_no_site_is_what_was_written(url: str) -> None:
    shown = to_html(f"![x]({url})", PICTURES)
    assert "<img" not in shown
    assert "<a" not in shown


def test_an_image_in_a_link_is_its_words_unless_it_is_allowed() -> None:
    linked = "[![tent](https://evil.example/x.png)](https://fernhill.example/tent)"
    assert to_html(linked, PICTURES) == f"<p>{LINK.format('https://fernhill.example/tent', 'tent')}</p>"


def test_without_any_allowed_origin_there_are_no_images() -> None:
    assert "<img" not in to_html("![x](https://pictures.example/x.png)")


def test_in_plain_text_an_image_is_its_words_and_its_address() -> None:
    assert to_plain("See ![the tent](https://pictures.example/x.png) here") == (
        "See the tent (https://pictures.example/x.png) here"
    )


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("HTTPS://Pictures.Example:443/x", "https://pictures.example"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("https://a@b/", None),
        ("ftp://a/", None),
        ("https://[", None),
        ("https://a:99999/", None),
    ],
)
def test_an_origin_is_as_browsers_have_it(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin
