"""HTML mails as text, without the quotes and signatures that mail programs mark as such. Used by `mime`."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*>")
_LONGEST: Final = 500_000
_DEEPEST: Final = 2_000
"""About how many elements may lie within one another for the parser."""
_FORWARDED: Final = re.compile(
    r"^\W*(?:forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado)", re.I
)
_QUOTES: Final = (
    "//*[contains(concat(' ', @class, ' '), ' gmail_quote ')]",
    "//*[contains(concat(' ', @class, ' '), ' gmail_attr ')]",
    "//blockquote[@type='cite' or @cite or contains(@class, 'quote')]",
    "//*[contains(concat(' ', @class, ' '), ' moz-cite-prefix ')]",
    "//*[contains(concat(' ', @class, ' '), ' yahoo_quoted ')]",
    "//*[contains(concat(' ', @class, ' '), ' protonmail_quote ')]",
    "//*[contains(concat(' ', @class, ' '), ' zmail_extra ')]",
)
_SIGNATURES: Final = (
    "//*[contains(@class, 'gmail_signature')]",
    "//*[contains(@class, 'moz-signature')]",
    "//*[contains(@class, 'protonmail_signature')]",
    "//*[@id='Signature' or @id='AppleMailSignature' or @id='ms-outlook-mobile-signature']",
)
_ALL_BELOW: Final = (
    "//*[@id='appendonsend']",
    "//*[@id='divRplyFwdMsg']",
    "//*[@id='mail-editor-reference-message-container']",
)
"""Outlook's marks: they and whatever follows them are quoted."""


def text_of(html: str) -> str:
    """The words of an HTML page as a person would read them, line by line. Of a giant one the beginning counts."""
    html = html[:_LONGEST]
    try:
        tree = document_fromstring(_DECLARATION.sub("", html), parser=HTMLParser(remove_comments=True, huge_tree=True))
    except (etree.ParserError, ValueError):
        return ""
    for paths in (_QUOTES, _SIGNATURES):
        for path in paths:
            for element in tree.xpath(path):
                _drop(element)
    for path in _ALL_BELOW:
        for element in tree.xpath(path):
            _drop_from(element)
    if not tree.text_content().strip():  # nothing in it, or nested deeper than the parser goes
        return unescape(_TAG.sub(" ", html)).strip() if html.count("<") > _DEEPEST else ""
    try:
        text = str(Inscriptis(tree, ParserConfig(display_images=False, display_links=False)).get_text())
    except RecursionError:  # nested as no person writes
        text = str(tree.text_content())
    return "\n".join(" ".join(line.split()) for line in text.split("\n"))  # its columns are ragged without their table


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None and not _FORWARDED.match(element.text_content().strip()):
        element.drop_tree()


def _drop_from(element: HtmlElement) -> None:
    for following in [*element.itersiblings()]:
        following.drop_tree()
    if element.getparent() is not None:
        element.drop_tree()
