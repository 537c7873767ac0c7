"""The bot's Markdown as HTML that is safe to show on somebody else's page, and as plain text.

Used by the website's channel, by REST and by the desk's preview; Telegram has its own way to mark text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_WEB: Final[Mapping[str, int]] = {"http": 80, "https": 443}
_SCHEMES = frozenset({*_WEB, "mailto"})


_IMAGES_FROM = "images_from"


class _Renderer(RendererHTML):
    """Links open beside the shop's page, and the page they open can't reach back; images are from known places."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """An image of an origin that is allowed, else a link to it, or in a link its words."""
        token = tokens[idx]
        src, words = str(token.attrs["src"]), self.renderInlineAsText(token.children, options, env)
        if origin_of(src) in env.get(_IMAGES_FROM, ()):
            looks = 'loading="lazy" decoding="async" referrerpolicy="no-referrer"'
            return f'<img src="{escapeHtml(src)}" alt="{escapeHtml(words)}" {looks} />'
        name = escapeHtml(words or src)
        if sum(token.nesting for token in tokens[:idx] if token.type in {"link_open", "link_close"}):
            return name
        return f'<a href="{escapeHtml(src)}" rel="noopener noreferrer" target="_blank">{name}</a>'

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("rel", "noopener noreferrer")
        tokens[idx].attrSet("target", "_blank")
        return self.renderToken(tokens, idx, options, env)


def _is_safe(url: str) -> bool:
    try:
        return urlsplit(url).scheme.lower() in _SCHEMES
    except ValueError:  # such as an unfinished IPv6 host
        return False


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return _is_safe(url)


def _parser() -> MarkdownIt:
    options: dict[str, Any] = {"html": False, "breaks": True}
    return _Markdown("commonmark", options, renderer_cls=_Renderer).disable(["html_block", "html_inline"])


_MARKDOWN = _parser()


def origin_of(url: str) -> str | None:
    """Scheme, host and port of a web address, as browsers compare them; None for what is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in _WEB or not parts.hostname or parts.username is not None:
        return None
    usual = port is None or port == _WEB[parts.scheme.lower()]
    return f"{parts.scheme.lower()}://{parts.hostname}{'' if usual else f':{port}'}"


def to_html(text: str, images_from: Collection[str] = ()) -> str:
    """Safe HTML: no raw tags, links only to http, https and mailto, and images of these origins only.

    Any other image would let a text call any server from the customer's browser: it becomes a link.
    """
    return str(_MARKDOWN.render(text, {_IMAGES_FROM: images_from})).strip()


def to_plain(text: str) -> str:
    """Text without marks, for where they would be shown as they are: lists get dashes, links name their address."""
    return _Plain().render(_MARKDOWN.parse(text))


class _Plain:
    """Writes tokens as text, block by block."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._lists: list[int | None] = []
        self._bullet = ""
        self._tight = False

    def render(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            self._take(token)
        return "".join(self._blocks).strip("\n")

    def _take(self, token: Token) -> None:
        match token.type:
            case "inline":
                self._write(_spoken(token.children or ()))
            case "fence" | "code_block":
                self._write(token.content.rstrip("\n"))
            case "paragraph_open":
                self._tight = token.hidden
            case "heading_open":
                self._tight = False
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._bullet = self._next_bullet()

    def _next_bullet(self) -> str:
        number = self._lists[-1]
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _write(self, text: str) -> None:
        margin, inside = "  " * max(0, len(self._lists) - 1), "  " if self._lists else ""
        first, rest = margin + (self._bullet or inside), margin + inside
        gap = "\n" if self._tight and self._bullet else "\n\n"
        self._blocks.append(gap + first + text.replace("\n", f"\n{rest}"))
        self._bullet = ""


def _spoken(tokens: Sequence[Token]) -> str:
    """The words of a line; the address of a link follows its words, unless they are the address."""
    words = ""
    opened: list[tuple[int, str]] = []
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                words += "\n"
            case "image":
                words += f"{token.content} ({token.attrs['src']})" if token.content else str(token.attrs["src"])
            case "link_open":
                opened.append((len(words), str(token.attrs["href"])))
            case "link_close":
                start, address = opened.pop()
                plain = address.removeprefix("mailto:")
                words += "" if words[start:] in {plain, address} else f" ({plain})"
            case _:
                words += token.content
    return words
