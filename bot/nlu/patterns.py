"""Finds what has a form of its own in a message: order numbers, e-mails, postcodes, addresses, sizes.

Called by the entity component. Each finder gives normalised values with their places in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of a message and what it means; `certain` says that nothing else can be meant by it."""

    entity: str
    value: str
    start: int
    end: int
    certain: bool = True

    def overlaps(self, other: Found) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![\w-])")

_UK_POSTCODE: Final = r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s{0,2}\d[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}"
_IRISH_POSTCODE: Final = r"[AC-FHKNPRTV-Yac-fhknprtv-y]\d[\dWw]\s?(?=\w{0,3}\d)[\dAC-FHKNPRTV-Yac-fhknprtv-y]{4}"
_POSTCODE: Final = re.compile(rf"(?<![\w-])(?:{_UK_POSTCODE}|{_IRISH_POSTCODE})(?!\w)")

_STREET: Final = (
    r"(?:street|st|road|rd|lane|ln|avenue|ave|close|drive|way|court|crescent|terrace|place|square|gardens?|grove|"
    r"hill|park|row|walk|mews|green|view|rise|parade|quay|mount|vale|esplanade|promenade|yard|wharf|gate|drove)"
)
_NAME: Final = r"[^\W\d_][\w'’.-]*"
_DOOR: Final = r"(?:(?:flat|apartment|apt|unit|suite)\s\w{1,5}\s?,?\s?)?\d{1,4}[a-z]?(?:\s?[-/]\s?\d{1,4})?"
_BEFORE: Final = r"(?:c/o\s[^,]{2,40},\s?)?"
_NUMBERED: Final = rf"{_BEFORE}{_DOOR},?\s(?:{_NAME}\s){{1,4}}?{_STREET}\b\.?"
_TO_POSTCODE: Final = rf"(?:[\s,]{{1,3}}{_NAME}){{0,6}}?[\s,]{{1,3}}(?:{_UK_POSTCODE}|{_IRISH_POSTCODE})\b"
_CAPITAL: Final = r"(?-i:[^\W\d_a-z])[\w'’-]*"
_TOWNS: Final = rf"(?:,\s?{_CAPITAL}(?:\s{_CAPITAL}){{0,2}}){{1,3}}"
_LAST_WORDS: Final = rf",\s?{_NAME}(?:\s{_NAME}){{0,2}}\s?\.?$"
_ADDRESSES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\w){_NUMBERED}{_TO_POSTCODE}",
        # A street without the word for it: "14 Fossgate, York YO1 9TA".
        rf"(?<!\w){_BEFORE}{_DOOR},?\s{_CAPITAL}(?:\s{_CAPITAL}){{0,3}}{_TOWNS}[\s,]{{1,3}}"
        rf"(?:{_UK_POSTCODE}|{_IRISH_POSTCODE})\b",
        rf"(?<!\w){_BEFORE}(?:{_CAPITAL}\s?){{1,4}},\s?(?:[^,\d]{{2,40}},\s?){{0,3}}[^,\d]{{0,30}}\s"
        rf"(?:{_UK_POSTCODE}|{_IRISH_POSTCODE})\b",
        rf"(?<!\w){_NUMBERED}{_TOWNS}",
        rf"(?<!\w){_NUMBERED}{_LAST_WORDS}",
        # The continent: "Lindenstrasse 9, 10969 Berlin" and "12 rue de Rivoli, 75001 Paris".
        rf"(?<!\w)(?:{_CAPITAL}\s){{0,2}}{_CAPITAL}\s\d{{1,4}}[a-z]?,\s?\d{{4,5}}\s{_CAPITAL}(?:\s{_CAPITAL})?",
        rf"(?<!\w)\d{{1,4}}(?:\s?bis)?,?\s(?:rue|avenue|boulevard|place|calle|via|plaza)\s[^,\d]{{2,40}},\s?"
        rf"\d{{4,5}}\s{_CAPITAL}",
    )
)

_CUED_ORDER: Final = (
    r"(?:\border(?:\s?(?:number|no\b\.?|num|id|ref(?:erence)?|nr))?(?:\s(?:is|was))?\s?[:#]?\s?"
    r"|#\s?|\b{prefix}[-\s]?|\bno\b\.?\s?|\bnumber\s?(?:is\s|was\s)?)(?:#|{prefix}[-\s]?)?(\d{{3,9}})(?![\w-]|[.,]\d)"
)
_BARE_ORDER: Final = (
    r"(?<![\w£$€#.,/:@+-])(\d{{{digits}}})(?![\w£$€%/:-]|[.,]\d|\s?(?:g|grams?|kg|kilos?|km|miles?|m|mm|cm|ml|l|litres?|lumens?|"
    r"people|percent|pounds|quid|euros?|am|pm|hours?|days?|years?)\b)"
)
_DENIED: Final = re.compile(r"\b(?:not|isn['’]?t|instead of)\s$", re.IGNORECASE)
_YEAR: Final = re.compile(
    r"\b(?:in|since|year|of|january|february|march|april|may|june|july|august|september|october|november|december|"
    r"spring|summer|autumn|winter|christmas|easter)\s$",
    re.IGNORECASE,
)

_LETTER_SIZES: Final = {
    "extra small": "XS",
    "small": "S",
    "medium": "M",
    "large": "L",
    "extra large": "XL",
    "2xl": "XXL",
    "3xl": "XXXL",
}
_SIZE_WORD: Final = r"extra[\s-]small|extra[\s-]large|small|medium|large|xxs|xs|xxl|xl|2xl|3xl"
_SIZE: Final = re.compile(
    rf"\bsize\s(?P<named>\d{{1,2}}(?:\.5|½)?|{_SIZE_WORD}|[sml])\b"
    r"|\b(?P<system>uk|eu|us)\s?(?P<number>\d{1,2}(?:\.5|½)?)\b"
    rf"|(?<!too )(?<!bit )(?<!very )(?<!so )(?<!runs )\b(?P<bare>{_SIZE_WORD})\b"
    r"|\b(?:in|an?)\s(?-i:(?P<letter>[SML]))\b",
    re.IGNORECASE,
)


class Patterns:
    """The finders, set to the way a shop numbers its orders."""

    def __init__(self, *, order_digits: int, order_prefix: str) -> None:
        prefix = re.escape(order_prefix) if order_prefix else r"\border"
        self._cued_order = re.compile(_CUED_ORDER.format(prefix=prefix), re.IGNORECASE)
        self._bare_order = re.compile(_BARE_ORDER.format(digits=order_digits))
        # An earlier finder's piece is not searched again: a house number is no order number.
        self._finders: tuple[Callable[[str], Iterator[Found]], ...] = (
            _emails,
            _addresses,
            _postcodes,
            self._orders,
            _sizes,
        )

    def find(self, text: str) -> list[Found]:
        """Return everything found; pieces do not overlap, save the postcode within its address."""
        taken: list[Found] = []
        for finder in self._finders:
            for found in finder(text):
                inside_address = found.entity == "postcode"
                blockers = (other for other in taken if other.entity != "address" or not inside_address)
                if not any(found.overlaps(other) for other in blockers):
                    taken.append(found)
        return taken

    def _orders(self, text: str) -> Iterator[Found]:
        cued = self._cued_order.finditer(text)
        bare = (match for match in self._bare_order.finditer(text) if not _is_year(match))
        for match in (*cued, *bare):
            if not _DENIED.search(_just_before(match)):
                yield Found("order_number", match.group(1), match.start(1), match.end(1))


def _is_year(match: re.Match[str]) -> bool:
    """Whether it is one of our time and spoken of as one: "in 2024", but not "the status of 1031"."""
    return match[1][:2] in {"19", "20"} and bool(_YEAR.search(_just_before(match)))


def _just_before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 20) : match.start()]


def _emails(text: str) -> Iterator[Found]:
    for match in _EMAIL.finditer(text):
        yield Found("email", match.group().lower(), match.start(), match.end())


def _postcodes(text: str) -> Iterator[Found]:
    for match in _POSTCODE.finditer(text):
        yield Found("postcode", tidy_postcode(match.group()), match.start(), match.end())


def tidy_postcode(text: str) -> str:
    """Return a British or Irish postcode in capitals with its one space: "yo17pr" becomes "YO1 7PR"."""
    joined = re.sub(r"\s", "", text).upper()
    inward = 4 if re.fullmatch(_IRISH_POSTCODE, joined) and not re.fullmatch(_UK_POSTCODE, joined) else 3
    return f"{joined[:-inward]} {joined[-inward:]}"


def _addresses(text: str) -> Iterator[Found]:
    for pattern in _ADDRESSES:
        for match in pattern.finditer(text):
            value = re.sub(r"\s{2,}", " ", match.group()).strip(" ,.")
            value = _POSTCODE.sub(lambda found: tidy_postcode(found.group()), value)
            yield Found("address", value, match.start(), match.end())


def _sizes(text: str) -> Iterator[Found]:
    for match in _SIZE.finditer(text):
        if match["system"]:
            value = f"{match['system'].upper()} {match['number']}"
        else:
            word = (match["named"] or match["bare"] or match["letter"]).lower().replace("-", " ")
            value = _LETTER_SIZES.get(word, word.upper())
        yield Found("size", value, match.start(), match.end(), certain=False)
