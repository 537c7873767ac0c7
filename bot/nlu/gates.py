"""Tells by the beginnings of a message's words which patterns are worth trying on it. Used by `persons` and `reasons`.

Most messages have no word of most patterns, and looking up a dozen words is much cheaper than trying sixty patterns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, Generic, TypeVar

from bot.nlu.text import in_small

T = TypeVar("T")

_LETTERS: Final = 3
_WORD: Final = re.compile(r"[a-z]+|[-–]")
_AT_HAND: Final = 8
"""Messages whose beginnings are kept: several gates ask for those of the message in hand."""


class Gate(Generic[T]):
    """Things to try, each with words of which a message must have one; only their first three letters count."""

    def __init__(self, things: Iterable[tuple[str, T]]) -> None:
        """Take each thing behind its words, which stand in one text: ("leak leaks", pattern)."""
        self._things: list[T] = []
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, (words, thing) in enumerate(things):
            self._things.append(thing)
            for beginning in beginnings(words):
                self._places[beginning].append(place)

    def open_to(self, text: str) -> Iterator[T]:
        """Yield what may be in a text, in the order given."""
        places = {place for beginning in beginnings(text) for place in self._places.get(beginning, ())}
        return (self._things[place] for place in sorted(places))


@lru_cache(maxsize=_AT_HAND)
def beginnings(text: str) -> frozenset[str]:
    """Return the first letters of all words, small, and dashes."""
    return frozenset(word[:_LETTERS] for word in _WORD.findall(in_small(text)))
