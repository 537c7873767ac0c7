"""The sizes that customers say are theirs, of shoes, clothes, gloves and hats apart. Called by `finder`.

The size of what they ordered, were sent or want this time is no fact about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bot.nlu.facts.claims import Claim
from bot.nlu.facts.stated import Stated

WORDS: Final = (
    "i'm im usually normally always size foot feet uk eu small medium large extra xs xl xxl xxxl 2xl 3xl boots shoes"
)

_LETTERS: Final[Mapping[str, str]] = {
    "small": "S",
    "medium": "M",
    "med": "M",
    "large": "L",
    "extra small": "XS",
    "x small": "XS",
    "extra large": "XL",
    "x large": "XL",
    "2xl": "XXL",
    "3xl": "XXXL",
}
_NUMBERS: Final = ("three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen")
_SYSTEM: Final = r"uk|eu|us|euro"
_VALUE: Final = (
    rf"(?:(?P<system>{_SYSTEM})\s?)?(?P<size>size\s(?:is\s)?)?(?:(?P<system2>{_SYSTEM})\s?)?"
    rf"(?:(?P<number>\d{{1,2}}(?:\.5|½|\s1/2|\sand\sa\shalf)?(?![\d.,]?\d)|{'|'.join(_NUMBERS)})(?:\s?(?P<system3>{_SYSTEM})\b)?|"
    r"(?P<word>(?:extra|x)[\s-]?(?:small|large)|small|medium|med|large|xxs|xs|xxxl|xxl|xl|2xl|3xl|[sml])\b)"
)
_FOOT: Final = r"boots?|shoes?|trainers?|footwear|sandals|wellies|wellingtons|sneakers"
_BODY: Final = (
    r"jackets?|coats?|fleeces?|tops?|trousers|leggings|base\s?layers?|gilets?|waterproofs?|clothes|clothing|shirts?|"
    r"t-?shirts?|jumpers?|hoodies?|vests?|shorts|everything|dress(?:es)?|outerwear"
)
_HAND: Final = r"gloves?|mitts?|mittens?"
_HEAD: Final = r"hats?|caps?|beanies?|helmets?"
_GARMENT: Final = rf"(?:{_FOOT}|{_BODY}|{_HAND}|{_HEAD})"
_WORN: Final = (
    rf"(?:(?:walking|hiking|trail|running|winter|summer|rain|waterproof|down|your|all|my|most|the)\s){{0,3}}{_GARMENT}"
)
_KINDS: Final = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), kind)
    for words, kind in (
        (rf"{_FOOT}|foot|feet", "shoe_size"),
        (_BODY, "clothing_size"),
        (_HAND, "glove_size"),
        (_HEAD, "hat_size"),
    )
)
_HABIT: Final = r"(?:usually|normally|generally|always|typically|mostly|regularly)"
_ADVERB: Final = rf"(?:(?:{_HABIT}|really|actually|just|now|still|about|only|definitely|also)\s){{0,2}}"
_ARTICLE: Final = r"(?P<article>an?\s|in\san?\s)?"
_AFTER: Final = (
    r"(?=\s*(?:$|[,.;:!?)(]|(?:and|but|so|please|pls|plz|btw|by\sthe\sway|these\sdays|now|too|usually|normally|always|thanks|"
    r"as|not|have|myself|fyi|everywhere|cheers|though)\b))"
)
_IN: Final = rf"(?:\s(?:in|for|with)\s(?P<worn>{_WORN})|\s(?P<pair>{_WORN}|feet))?"
_I: Final = r"\bi\s"
_AM: Final = r"\b(?:i['’]?m|i\sam|i(?:['’]ve|\shave)?\salways\sbeen)\s"
_FIRST: Final = rf"(?:\b(?:in|for)\s(?P<first>{_WORN}),?\s)?"
_PATTERNS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), confidence)
    for pattern, confidence in (
        (rf"{_FIRST}{_AM}(?P<denied>(?:not|no\slonger)\s)?{_ADVERB}{_ARTICLE}{_VALUE}{_IN}{_AFTER}", 1.0),
        (rf"{_FIRST}{_I}{_ADVERB}(?:take|wear)\s{_ADVERB}{_ARTICLE}{_VALUE}{_IN}{_AFTER}", 0.9),
        (rf"{_FIRST}{_I}{_HABIT}\s(?:need|buy|order|have|get|go\sfor|want)\s{_ARTICLE}{_VALUE}{_IN}{_AFTER}", 0.9),
        (
            rf"\bmy\s(?:(?:usual|normal|regular|own|actual)\s)?(?P<owned>{_GARMENT}|foot|feet)?\s?sizes?(?:\sis|:|['’]s)"
            rf"\s{_ADVERB}{_ARTICLE}{_VALUE}{_IN}{_AFTER}",
            1.0,
        ),
        (rf"\bmy\s(?P<owned>feet|foot|{_GARMENT})\s(?:are|is)\s{_ADVERB}{_ARTICLE}{_VALUE}{_AFTER}", 0.9),
        (rf"\bi(?:['’]ve|\shave)\s(?:got\s)?{_ARTICLE}{_VALUE}\s(?P<owned>feet)", 0.9),
        (rf"^\W*{_HABIT}\s{_ARTICLE}{_VALUE}{_IN}{_AFTER}", 0.8),
        (rf"^\W*(?P<owned>{_GARMENT}|foot)\ssize(?:\sis|:)?\s{_VALUE}{_AFTER}", 0.9),
    )
)
_SOME_SIZE: Final = re.compile(rf"\d|\b(?:{'|'.join(_NUMBERS)}|x|extra|small|med|large|[sml]\b)", re.IGNORECASE)
"""Without any of this there is no size; one look for it is cheaper than one for each pattern."""
_MORE: Final = re.compile(rf"(?:,|\sand|\sbut)\s{_ARTICLE}{_VALUE}{_IN}{_AFTER}", re.IGNORECASE)
_THIS_TIME: Final = re.compile(r"\b(?:this\stime|instead|today|for\sthis)\b", re.IGNORECASE)
_HALF: Final = re.compile(r"½|\s1/2|\sand\sa\shalf", re.IGNORECASE)


def sizes(claim: Claim) -> Iterator[Stated]:
    """Yield the sizes that a clause says are the customer's."""
    if not _SOME_SIZE.search(claim.text) or claim.is_conditional or _THIS_TIME.search(claim.text):
        return
    for pattern, confidence in _PATTERNS:
        match = pattern.search(claim.text)
        if match and _is_size(match):
            yield _stated(claim, match, confidence)
            more = _MORE.match(claim.text, match.end())
            if more and (more["worn"] or more["pair"]):
                yield _stated(claim, more, confidence)
            return


def _is_size(match: re.Match[str]) -> bool:
    """Whether a number is one at all: "I'm 44" tells an age, "I'm a 44" and "44 in boots" a size."""
    groups = match.groupdict()
    if match["word"] in ("s", "m", "l"):  # a capital, or the word for it
        return bool(match["size"] or groups.get("owned")) or "size" in match[0].lower()
    if match["word"]:
        return True
    shown = ("size", "system", "system2", "system3", "article", "worn", "pair", "owned", "first")
    return any(groups.get(name) for name in shown) or "size" in match[0].lower()


def _stated(claim: Claim, match: re.Match[str], confidence: float) -> Stated:
    groups = match.groupdict()
    worn = next((groups[name] for name in ("worn", "pair", "owned", "first") if groups.get(name)), "")
    value, start, end = _value(match), claim.start + match.start(), claim.start + match.end()
    return Stated(_kind(worn, match), value, start, end, confidence, ended=bool(groups.get("denied")))


def _kind(worn: str, match: re.Match[str]) -> str:
    for pattern, kind in _KINDS:
        if pattern.search(worn):
            return kind
    return "clothing_size" if match["word"] else "size"


def _value(match: re.Match[str]) -> str:
    if match["word"]:
        word = match["word"].lower().replace("-", " ")
        return _LETTERS.get(word, word.upper())
    number = match["number"].lower()
    number = str(_NUMBERS.index(number) + 3) if number in _NUMBERS else _HALF.sub(".5", number)
    system = match["system"] or match["system2"] or match["system3"]
    return f"{system.upper().replace('EURO', 'EU')} {number}" if system else number
