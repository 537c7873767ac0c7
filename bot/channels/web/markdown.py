"""The bot's Markdown as HTML that is safe to show on somebody else's page. Used by `views`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_SCHEMES = frozenset({"http", "https", "mailto"})


class _Renderer(RendererHTML):
    """Links open beside the shop's page, and the page they open can't reach back."""

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
    # Images would let a text call any server from the customer's browser.
    return _Markdown("commonmark", options, renderer_cls=_Renderer).disable(["image", "html_block", "html_inline"])


_MARKDOWN = _parser()


def to_html(text: str) -> str:
    """Safe HTML: no raw tags, no images, links only to http, https and mailto."""
    return str(_MARKDOWN.render(text)).strip()
