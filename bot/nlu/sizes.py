"""Finds sizes of clothes and shoes: "size 42", "UK 9", "2xl", "extra small", "an M". Called by `finder`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.nlu.found import Found

_LETTERS: Final = {
    "extra small": "XS",
    "x small": "XS",
    "small": "S",
    "medium": "M",
    "med": "M",
    "large": "L",
    "extra large": "XL",
    "x large": "XL",
    "2xl": "XXL",
    "3xl": "XXXL",
}
_WORD: Final = r"(?:extra|x)[\s-](?:small|large)|small|medium|large|xxs|xs|xxxl|xxl|xl|2xl|3xl"
_NUMBER: Final = r"\d{1,2}(?:\.5|½|\s1/2|\sand\sa\shalf)?"
# "A small problem" speaks of no size.
_NO_SIZE: Final = (
    r"(?!\s(?:problems?|issues?|questions?|orders?|parcels?|packages?|box|boxes|dogs?|famil(?:y|ies)|amount|numbers?|"
    r"tears?|holes?|rips?|scratch(?:es)?|prints?|change|things?|bits?|parts?|tents?|rucksacks?|business|favou?r|kids?|"
    r"child(?:ren)?|groups?|delay|marks?|stains?|cracks?|dents?|leaks?|fire|cars?|heat|shop|company|talk|print|"
    r"enough|fortune|part|discounts?|builds?|feat|sums?|fee|charge|world|wonder|hours|fry|town|village|hill|garden|"
    r"room|"
    r"space|gap|area|piece|percentage|quantit(?:y|ies)|height|difference|refund|fault|worry|token|gesture)\b)"
)
_SIZE: Final = re.compile(
    rf"\bsize\s(?:is\s|of\s)?(?P<named>{_NUMBER}|{_WORD}|med|[sml])\b"
    rf"|\b(?P<system>uk|eu|us|euro)(?:\ssize)?\s?(?P<number>{_NUMBER})(?!\w)"
    rf"|(?<![\w.,£€$/-])(?P<number2>{_NUMBER})\s?(?P<system2>uk|eu)\b"
    rf"|(?<!too )(?<!bit )(?<!very )(?<!so )(?<!runs )(?<!run )(?<!quite )(?<!comes up )(?<!come up )(?<!came up )"
    rf"(?<!fit )(?<!fits )(?<!bit too )\b(?P<bare>{_WORD})\b{_NO_SIZE}"
    rf"|\b(?:takes?|wears?|i['’]?m|need|want|for|to|ordered|got|into|really|received|sent|me|be|is|usually|normally|"
    rf"as)\s"
    rf"(?:usually\s|normally\s)?an?\s(?P<worn>{_NUMBER})(?!\s(?:to|in) \d)"
    r"(?=\s?(?:$|[,.?!]|\sin\b|\sand\b|\sbut\b|\sor\b|\snormally\b|\susually\b|\splease\b))"
    r"|\b(?:in|an?|ordered|got|want|wanted|need|needed|or|to|for|take|wear|and|between|the|have|with|was|is)\s"
    r"(?-i:(?P<letter>[SML]))(?![\w'’&-]|\.\w)"
    r"|\b(?P<short>med)(?=\s?(?:$|[,.)]|please|pls))"
    r"|\(\s?(?-i:(?P<inset>[SML]))(?=\s?[,)/])",
    re.IGNORECASE,
)
_SHOES: Final = ((4, 14), (34, 50))
_LIST: Final = re.compile(r"\bsizes?:?\s(?:are\s|in\s)?", re.IGNORECASE)
_ITEM: Final = re.compile(rf"(?P<item>{_WORD}|[sml]|{_NUMBER})(?![\w'’%]|\s?(?:x|of)\b|\.\d)", re.IGNORECASE)
_NEXT: Final = re.compile(r"\s?(?:,\s?(?:and|or)?|/|&|\band\b|\bor\b)\s?|\s", re.IGNORECASE)
_ASKED: Final = re.compile(
    rf"\b(?:asked for|wanted|sent(?: me| us)?|instead of|not|came as|rather than)\s(?P<asked>{_NUMBER})(?=\s?(?:$|"
    rf"[,.!?;)]|\b(?:not|"
    r"instead|and|but|so)\b))",
    re.IGNORECASE,
)
"""A number after these is a size if the message is about a size at all."""

_HALF: Final = re.compile(r"½|\s1/2|\sand\sa\shalf", re.IGNORECASE)


_HINT: Final = re.compile(r"size|\d|small|medium|large|\bmed\b|x[sl]\b|(?-i:\b[SML]\b)", re.IGNORECASE)
"""What every size has; looking for it is ten times as fast as trying all of them."""


def sizes(text: str) -> Iterator[Found]:
    """Yield sizes: letters in capitals, numbers with the system they were given in, if any ("UK 9", "9.5")."""
    if not _HINT.search(text):
        return
    for match in _SIZE.finditer(text):
        if system := match["system"] or match["system2"]:
            number = _half(match["number"] or match["number2"])
            yield Found("size", f"{system.upper().replace('EURO', 'EU')} {number}", match.start(), match.end())
            continue
        yield _size(match, next(name for name in ("named", "bare", "worn", "letter", "short", "inset") if match[name]))
    if "size" in text.lower():
        yield from _listed(text)
        yield from (_size(match, "asked") for match in _ASKED.finditer(text) if _is_of_shoes(match["asked"]))


def _listed(text: str) -> Iterator[Found]:
    """Yield what is listed behind the word: "sizes S, M and XL"."""
    for lead in _LIST.finditer(text):
        match, first = _ITEM.match(text, lead.end()), text[lead.end() : lead.end() + 1]
        # Behind letters a number is no size: "size M, 1 jacket".
        while match and match["item"][0].isdigit() == first.isdigit():
            yield _size(match, "item")
            gap = _NEXT.match(text, match.end())
            match = _ITEM.match(text, gap.end()) if gap else None


def _size(match: re.Match[str], group: str) -> Found:
    word = _half(match[group]).lower().replace("-", " ")
    return Found("size", _LETTERS.get(word, word.upper()), match.start(group), match.end(group))


def _is_of_shoes(number: str) -> bool:
    return any(lowest <= float(_half(number)) <= highest for lowest, highest in _SHOES)


def _half(number: str) -> str:
    return _HALF.sub(".5", number)
