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
    r"enough|fortune|part)\b)"
)
_SIZE: Final = re.compile(
    rf"\bsize\s(?:is\s|of\s)?(?P<named>{_NUMBER}|{_WORD}|med|[sml])\b"
    rf"|\b(?P<system>uk|eu|us|euro)(?:\ssize)?\s?(?P<number>{_NUMBER})(?!\w)"
    rf"|(?<![\w.,£€$/-])(?P<number2>{_NUMBER})\s?(?P<system2>uk|eu)\b"
    rf"|(?<!too )(?<!bit )(?<!very )(?<!so )(?<!runs )(?<!run )(?<!quite )(?<!comes up )\b(?P<bare>{_WORD})\b{_NO_SIZE}"
    rf"|\b(?:takes?|wears?|i['’]?m|need|want)\s(?:usually\s|normally\s)?an?\s(?P<worn>{_NUMBER})"
    r"(?=\s?(?:$|[,.?!]|\sin\b|\sand\b|\sbut\b|\sor\b|\snormally\b|\susually\b|\splease\b))"
    r"|\b(?:in|an?|ordered|got|want|wanted|need|needed|or|to|for|take|wear|and|between|the|have|with|was|is)\s"
    r"(?-i:(?P<letter>[SML]))(?![\w'’&-]|\.\w)",
    re.IGNORECASE,
)
_HALF: Final = re.compile(r"½|\s1/2|\sand\sa\shalf", re.IGNORECASE)


def sizes(text: str) -> Iterator[Found]:
    """Yield sizes: letters in capitals, numbers with the system they were given in, if any ("UK 9", "9.5")."""
    for match in _SIZE.finditer(text):
        if system := match["system"] or match["system2"]:
            number = _half(match["number"] or match["number2"])
            yield Found("size", f"{system.upper().replace('EURO', 'EU')} {number}", match.start(), match.end())
            continue
        group = next(name for name in ("named", "bare", "worn", "letter") if match[name])
        word = _half(match[group]).lower().replace("-", " ")
        yield Found("size", _LETTERS.get(word, word.upper()), match.start(group), match.end(group))


def _half(number: str) -> str:
    return _HALF.sub(".5", number)
