"""Turns the bot's Markdown into text with marked stretches. Used by `outgoing`.

Telegram's own Markdown refuses a whole message for one unbalanced asterisk; entities can't fail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from telegram import MessageEntity

from bot.channels.telegram.rich import Rich, Span

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
_INLINE = {"strong": MessageEntity.BOLD, "em": MessageEntity.ITALIC, "s": MessageEntity.STRIKETHROUGH}
_CODE = (MessageEntity.CODE, MessageEntity.PRE)
_HOLDS_CODE = (MessageEntity.BLOCKQUOTE, *_CODE)
_WEB = ("http://", "https://", "tg://")
_DIALLED = ("mailto:", "tel:")
_RULE = "———"


def render(markdown: str) -> Rich:
    """Markdown as plain text and spans: headings become bold, lists get bullets, links keep their address."""
    writer = _Writer()
    for token in _PARSER.parse(markdown):
        writer.block(token)
    return writer.finish()


class _Writer:
    """Walks through the tokens, writing text and noting where each look begins and ends."""

    def __init__(self) -> None:
        self._text = ""
        self._spans: list[Span] = []
        self._open: list[tuple[str, int, str | None]] = []
        self._gap = 0
        self._depth = 0
        self._fresh = False

    def finish(self) -> Rich:
        spans = [part for span in self._spans for part in _around_code(span, self._spans)]
        ordered = tuple(sorted(spans, key=lambda span: (span.start, -span.end)))
        return Rich(self._text, ordered).cut(0, len(self._text))

    def block(self, token: Token) -> None:
        """One token of the block level."""
        match token.type:
            case "inline":
                self._inline(token.children or [])
            case "heading_open":
                self._new_block(2)
                self._begin(MessageEntity.BOLD)
            case "heading_close":
                self._end(MessageEntity.BOLD)
            case "paragraph_open":
                self._new_block(1 if token.hidden else 2)
            case "bullet_list_open" | "ordered_list_open":
                self._new_block(1 if self._depth else 2)
                self._depth += 1
            case "bullet_list_close" | "ordered_list_close":
                self._depth -= 1
            case "list_item_open":
                self._bullet(token)
            case "blockquote_open":
                self._new_block(2)
                self._begin(MessageEntity.BLOCKQUOTE)
                self._fresh = True
            case "blockquote_close":
                self._end(MessageEntity.BLOCKQUOTE)
            case "fence" | "code_block":
                self._new_block(2)
                self._marked(MessageEntity.PRE, token.content.rstrip("\n"), token.info.split(" ")[0] or None)
            case "hr":
                self._new_block(2)
                self._write(_RULE)

    def _inline(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            kind = _INLINE.get(token.tag)
            if kind is not None and token.nesting == 1:
                self._begin(kind)
            elif kind is not None and token.nesting == -1:
                self._end(kind)
            else:
                self._inline_token(token)

    def _inline_token(self, token: Token) -> None:
        match token.type:
            case "softbreak" | "hardbreak":
                self._write("\n")
            case "code_inline" if not self._is_open(MessageEntity.TEXT_LINK):
                self._marked(MessageEntity.CODE, token.content)
            case "link_open":
                self._begin(MessageEntity.TEXT_LINK, str(token.attrs["href"]))
            case "link_close":
                self._end(MessageEntity.TEXT_LINK)
            case "image":
                self._marked(MessageEntity.TEXT_LINK, token.content or "image", str(token.attrs["src"]))
            case _:
                self._write(token.content)

    def _new_block(self, gap: int) -> None:
        """Leave `gap` line ends before what is written next; the first one in a list item or a quote needs none."""
        if not self._fresh:
            self._gap = max(self._gap, gap)

    def _bullet(self, token: Token) -> None:
        self._fresh = False
        self._new_block(1)
        self._write("  " * (self._depth - 1) + (f"{token.info}{token.markup} " if token.info else "• "))
        self._fresh = True

    def _write(self, text: str) -> None:
        if not text:
            return
        self._leave_gap()
        self._text += text
        self._fresh = False

    def _leave_gap(self) -> None:
        if self._text:
            self._text += "\n" * self._gap
        self._gap = 0

    def _marked(self, kind: str, text: str, detail: str | None = None) -> None:
        self._begin(kind, detail)
        self._write(text)
        self._end(kind)

    def _is_open(self, kind: str) -> bool:
        return any(opened == kind for opened, _, _ in self._open)

    def _begin(self, kind: str, detail: str | None = None) -> None:
        self._leave_gap()
        self._open.append((kind, len(self._text), detail))

    def _end(self, kind: str) -> None:
        """Close the innermost span of a kind; one inside another of its kind adds nothing and is dropped."""
        index = max(place for place, opened in enumerate(self._open) if opened[0] == kind)
        _, start, detail = self._open.pop(index)
        written = self._text[start:]
        if kind == MessageEntity.TEXT_LINK and detail is not None and not detail.startswith(_WEB):
            self._write(_spoken(written, detail))
        elif written and written != detail and not self._is_open(kind):
            self._spans.append(Span(kind, start, len(self._text), detail))


def _spoken(text: str, address: str) -> str:
    """What to write behind a link that Telegram can't follow: the e-mail address or telephone number itself."""
    for scheme in _DIALLED:
        if address.startswith(scheme) and address.removeprefix(scheme) != text:
            return f" ({address.removeprefix(scheme)})"
    return ""


def _around_code(span: Span, spans: Sequence[Span]) -> Iterator[Span]:
    """A span without the code in it: Telegram allows no other look on code."""
    start = span.start
    if span.kind not in _HOLDS_CODE:
        for code in sorted((other for other in spans if other.kind in _CODE), key=lambda other: other.start):
            if span.start <= code.start and code.end <= span.end:
                if start < code.start:
                    yield Span(span.kind, start, code.start, span.detail)
                start = code.end
    if start < span.end:
        yield Span(span.kind, start, span.end, span.detail)
