"""Text with marked stretches, as Telegram shows it: cutting it to size and counting it as Telegram counts.

Made by `markdown`, sent by `outgoing`. Positions are in characters of Python; only `entities` speaks UTF-16.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import MessageEntity

LIMIT = 4096
"""UTF-16 units of one message (https://core.telegram.org/bots/api#sendmessage)."""

_BREAKS = tuple(re.compile(pattern) for pattern in (r"\n\s*\n", r"\n", r"(?<=[.!?…])\s", r"\s"))
"""Where a text may be cut, the kindest place first: between paragraphs, lines, sentences, words."""
_JOINER = "\u200d"
_LONGEST_CLUSTER = 32
"""Characters that one visible sign may be built of; a longer pile of accents is cut all the same."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text with a look; `detail` is a link's address or the language of code."""

    kind: str
    start: int
    end: int
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Rich:
    """A text and its spans, in the order in which they begin."""

    text: str
    spans: Sequence[Span] = ()

    def cut(self, start: int, end: int) -> Rich:
        """The part between two positions, without white space around it; spans are cut with it."""
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        end = start + len(piece.strip())
        spans = (_within(span, start, end, self.text) for span in self.spans)
        return Rich(self.text[start:end], tuple(span for span in spans if span is not None))

    def entities(self) -> list[MessageEntity]:
        """The spans as Telegram wants them: offsets and lengths in UTF-16 units."""
        return [_entity(span, self.text) for span in self.spans]


def units(text: str) -> int:
    """How long Telegram says a text is."""
    return len(text.encode("utf-16-le")) // 2


def split(rich: Rich, limit: int = LIMIT) -> list[Rich]:
    """Parts of at most `limit` UTF-16 units. Words and spans stay whole unless one alone is longer than a part."""
    parts, rest = [], rich.cut(0, len(rich.text))
    while units(rest.text) > limit:
        at = _where_to_cut(rest, limit)
        parts.append(rest.cut(0, at))
        rest = rest.cut(at, len(rest.text))
    return [*parts, rest] if rest.text else parts


def _where_to_cut(rich: Rich, limit: int) -> int:
    """The kindest place in the later half, else the latest outside spans, else between words, else between signs."""
    end = _reach(rich.text, limit)
    breaks = [_places(pattern, rich.text, end) for pattern in _BREAKS]
    outside = [[at for at in places if not _inside(at, rich.spans)] for places in breaks]
    for places in outside:
        if places and places[-1] >= end // 2:
            return places[-1]
    edges = [span.start for span in rich.spans if 0 < span.start <= end and not _inside(span.start, rich.spans)]
    latest = [*outside[-1][-1:], *edges] or breaks[-1][-1:]
    return max(latest, default=0) or _between_signs(rich.text, end)


def _reach(text: str, limit: int) -> int:
    """How many characters fit into `limit` units."""
    used = 0
    for index, character in enumerate(text):
        used += 2 if ord(character) > 0xFFFF else 1
        if used > limit:
            return index
    return len(text)


def _places(pattern: re.Pattern[str], text: str, end: int) -> list[int]:
    return [match.start() for match in pattern.finditer(text[: end + 1]) if match.start() > 0]


def _inside(at: int, spans: Sequence[Span]) -> bool:
    return any(span.start < at < span.end for span in spans)


def _between_signs(text: str, end: int) -> int:
    """The last position up to `end` that does not tear an accent from its letter or a flag or family in two."""
    for at in range(end, max(end - _LONGEST_CLUSTER, 0), -1):
        if not _continues(text, at):
            return at
    return end


def _continues(text: str, at: int) -> bool:
    """Whether the character at `at` belongs to the sign before it."""
    here = text[at]
    if unicodedata.category(here) in {"Mn", "Me", "Mc"} or "\U0001f3fb" <= here <= "\U0001f3ff":
        return True
    if _JOINER in (here, text[at - 1]):
        return True
    flags = re.search("[\U0001f1e6-\U0001f1ff]*$", text[max(0, at - _LONGEST_CLUSTER) : at])
    return "\U0001f1e6" <= here <= "\U0001f1ff" and flags is not None and len(flags[0]) % 2 == 1


def _within(span: Span, start: int, end: int, text: str) -> Span | None:
    """The span as part of the text between two positions; None when nothing visible of it is left."""
    first, last = max(span.start, start), min(span.end, end)
    piece = text[first:last]
    if not piece.strip():
        return None
    first += len(piece) - len(piece.lstrip())
    return replace(span, start=first - start, end=first - start + len(piece.strip()))


def _entity(span: Span, text: str) -> MessageEntity:
    return MessageEntity(
        type=span.kind,
        offset=units(text[: span.start]),
        length=units(text[span.start : span.end]),
        url=span.detail if span.kind == MessageEntity.TEXT_LINK else None,
        language=span.detail if span.kind == MessageEntity.PRE else None,
    )
