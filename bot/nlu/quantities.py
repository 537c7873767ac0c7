"""Finds how many: "two kettles", "a couple of", "x 3", "both", "paid for two". Called by `finder`.

A number counts as a quantity beside something that is sold, or where the sentence leaves no other reading. The patterns
stand in `quantity_cues`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.nlu.found import Found
from bot.nlu.numbers import number_of
from bot.nlu.quantity_cues import (
    ALONE,
    BEFORE_PIECE,
    BESIDE_ANOTHER,
    BOUGHT,
    HINT,
    IN,
    LOOSELY_BEFORE,
    NUMBER_ONE,
    ONE_IS_COUNTED,
    PART,
    PLAIN,
    SUBJECT,
    WHOLE_MESSAGE,
)
from bot.nlu.text import in_small

_SETS: Final = {"dozen": 12, "couple": 2, "pair": 2, "both": 2}
_REACH: Final = 40
"""Characters before a product in which its number is looked for."""


def quantities(text: str, sold: Sequence[Found], taken: Sequence[Found] = ()) -> Iterator[Found]:
    """Yield numbers of things; `sold` are the products, colours and sizes found in the text. Some come twice.

    Numbers in what is `taken` by other entities are not looked at.
    """
    text = in_small(text)
    if all(any(other.start <= number.start() < other.end for other in taken) for number in HINT.finditer(text)):
        return
    sure = [*_beside(text, sold), *_in_patterns(text)]
    yield from sure
    counted = {found.start for found in sure}
    numbers = [*ALONE.finditer(text), *SUBJECT.finditer(text)]
    for match in sorted(numbers, key=_is_one):
        found = _quantity(match, "count")
        # "Keep one" asks for a thing, but "send back two, keep one" for a number of them.
        if not _is_one(match) or counted - {found.start} or ONE_IS_COUNTED.search(text, 0, match.start("count")):
            counted.add(found.start)
            yield found
    if counted:
        yield from (_quantity(match, "count") for match in BESIDE_ANOTHER.finditer(text))


def _beside(text: str, sold: Sequence[Found]) -> Iterator[Found]:
    """Yield the numbers before something sold: "two black jackets", "three in M"."""
    for piece in sold:
        offset = max(0, piece.start - _REACH)
        before = text[offset : piece.start]
        match = BEFORE_PIECE.search(before) or (IN.search(before) if piece.entity != "product" else None)
        if match is None and text[piece.start : piece.end].endswith("s"):
            match = LOOSELY_BEFORE.search(before)
        # "The navy one in XL" has no number.
        if match and (not _is_one(match) or NUMBER_ONE.search(text, 0, offset + match.start("count"))):
            yield _quantity(match, "count", offset)


def _in_patterns(text: str) -> Iterator[Found]:
    """Yield the numbers that are quantities by their form or by what is said around them."""
    for match in PLAIN.finditer(text):
        yield _quantity(match, match.lastgroup or "count")
    for pattern in (BOUGHT, WHOLE_MESSAGE):
        for match in pattern.finditer(text):
            yield _quantity(match, "count")
    for match in PART.finditer(text) if " of " in text else ():
        # "One of the poles is loose" tells which, "cancel one of the stoves" how many.
        if match["act"] or not _is_one(match):
            yield _quantity(match, "count")


def _is_one(match: re.Match[str]) -> bool:
    return match["count"] == "one"


def _quantity(match: re.Match[str], group: str, offset: int = 0) -> Found:
    return Found("quantity", str(_value(match[group])), offset + match.start(group), offset + match.end(group))


def _value(words: str) -> int:
    """Return the number of "x3", "two dozen", "half a dozen", "a couple of" or "four"."""
    unit = next((number for name, number in _SETS.items() if name in words), None)
    if unit is None:
        return number_of(words.strip("x×") if words.strip("x×").isdigit() else words)
    first = words.split(maxsplit=1)[0]
    if first == "half":
        return unit // 2
    return unit * (number_of(first) if unit == _SETS["dozen"] and first != "dozen" else 1)
