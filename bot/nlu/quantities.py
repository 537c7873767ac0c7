"""Finds how many: "two kettles", "a couple of", "x 3", "both", "paid for two". Called by `finder`.

A number counts as a quantity beside something that is sold, or where the sentence leaves no other reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.nlu.found import Found
from bot.nlu.numbers import IN_WORDS, number_of

_SETS: Final = {"half a dozen": 6, "dozen": 12, "couple": 2, "pair": 2, "both": 2}
_SET: Final = r"half a dozen|(?:a )?couple(?: of)?|(?:a )?pair of|a dozen"
_COUNT: Final = rf"(?<![\w#£€$.,:/-])(?P<count>{_SET}|\d{{1,3}}|{IN_WORDS})(?!\w)"
_BEFORE_PIECE: Final = re.compile(
    rf"{_COUNT}\s?(?:(?:x|×|more|new|extra|other|different|spare|identical|additional|pairs? of|packs? of|sets? of|"
    r"of (?:the|those|these|your|my)|whole)\s){0,2}$",
    re.IGNORECASE,
)
_IN: Final = re.compile(rf"{_COUNT}\s(?:of (?:them|those|these) )?in\s(?:a\s|size\s)?$", re.IGNORECASE)
_REACH: Final = 40
"""Characters before a product in which its number is looked for."""

_STANDS_ALONE: Final = (
    r"(?=\s*$|\s?[,.!?;)]|\s(?:but|and|instead|out of|or|please|pls|plz|thanks|thx|not|when|although|though|rather|"
    r"for|at|of (?:them|those|these|each)|in the|left|now|today|already)\b)"
)
_ORDERED: Final = re.compile(
    r"\b(?:(?:pa(?:id|yed)|charged|billed|asked) for|order(?:ed|ing)?|like|want(?:ed)?|need(?:ed)?|take|taking|get|got|"
    r"buy|bought|have|had|received|recieved|sent?|keep(?:ing)?|return(?:ing|ed)?|add|make (?:it|that)|"
    r"there (?:was|were|are)|exchange|cancel|arrived with|came with|contained|instead of|only|just)\s"
    rf"(?:(?:only|just|me|us|all|the|another|exactly)\s){{0,2}}{_COUNT}(?<!\san){_STANDS_ALONE}",
    re.IGNORECASE,
)
_PLAIN: Final = re.compile(
    r"\b(?P<both>both)\b(?!\s(?:ways|sides|times|ends|feet|hands|legs|arms|of (?:us|you)|my (?:feet|hands)))"
    r"|(?<!\w)x\s?(?P<times>\d{1,3})\b(?!\s?(?:x|cm|mm|m|metres?|inch(?:es)?)\b)"
    r"|(?<![\w.,£€$#/-])(?P<fold>\d{1,2})\s?[x×](?!\w|\s?\d|\s(?:the|as|more|bigger|smaller)\b)"
    r"|\b(?:qty|quantity)(?:\sof)?\s?[:=]?\s?(?:is\s)?(?P<quantity>\d{1,3})\b"
    rf"|{_COUNT.replace('count', 'items')}(?=\s(?:items?|pieces|units|of (?:them|those|these|each)|pairs)\b)",
    re.IGNORECASE,
)
_ONLY_PRONOUN: Final = re.compile(
    r"\b(?:like|want|wanted|need|get|have|take|buy|order|send|add|the)\s(?:the\s)?$", re.IGNORECASE
)


def quantities(text: str, sold: Sequence[Found]) -> Iterator[Found]:
    """Yield numbers of things; `sold` are the products, colours and sizes found in the text. Some come twice."""
    for piece in sold:
        before = text[max(0, piece.start - _REACH) : piece.start]
        match = _BEFORE_PIECE.search(before) or (_IN.search(before) if piece.entity != "product" else None)
        if match:
            yield _quantity(match, "count", piece.start - len(before))
    for match in _ORDERED.finditer(text):
        # "I want one" asks for a thing, not for a number of them.
        if match["count"].lower() != "one" or not _ONLY_PRONOUN.search(text, 0, match.start("count")):
            yield _quantity(match, "count")
    for match in _PLAIN.finditer(text):
        yield _quantity(match, match.lastgroup or "count")


def _quantity(match: re.Match[str], group: str, offset: int = 0) -> Found:
    words = match[group].lower()
    value = next((number for name, number in _SETS.items() if name in words), None)
    value = number_of(words) if value is None else value
    return Found("quantity", str(value), offset + match.start(group), offset + match.end(group))
