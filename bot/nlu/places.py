"""Finds postal addresses and British and Irish postcodes. Called by `finder`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.nlu.found import Found

_UK_POSTCODE: Final = r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s{0,2}\d[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}"
_IRISH_POSTCODE: Final = r"[AC-FHKNPRTV-Yac-fhknprtv-y]\d[\dWw]\s?(?=\w{0,3}\d)[\dAC-FHKNPRTV-Yac-fhknprtv-y]{4}"
_POSTCODE: Final = re.compile(rf"(?<![\w-])(?:{_UK_POSTCODE}|{_IRISH_POSTCODE})(?!\w)")

_DIGIT: Final = re.compile(r"\d")
_STREET: Final = (
    r"(?:street|st|road|rd|lane|ln|avenue|ave|close|drive|way|court|crescent|terrace|place|square|gardens?|grove|"
    r"hill|park|row|walk|mews|green|view|rise|parade|quay|mount|vale|esplanade|promenade|yard|wharf|gate|drove)"
)
_NAME: Final = r"[^\W\d_][\w'’.-]{0,30}"
_FLAT: Final = r"(?:flat|apartment|apt|unit|suite)\s\w{1,5}"
_CAPITAL: Final = r"(?-i:[^\W\d_a-z])[\w'’-]{0,30}"
_BUILDING: Final = rf"(?:{_CAPITAL}\s){{1,3}}(?:house|court|lodge|hall|buildings?|tower|mill|works)"
_BEFORE: Final = rf"(?:c/o\s[^,]{{2,40}},\s?)?(?:(?:{_FLAT},?\s)?{_BUILDING},\s?)?"
_DOOR: Final = rf"(?:(?:{_FLAT}\s?,?\s?)?\d{{1,4}}[a-z]?(?:\s?[-/]\s?\d{{1,4}})?|{_FLAT})"
_NUMBERED: Final = rf"{_BEFORE}{_DOOR},?\s(?:{_NAME}\s){{1,4}}?{_STREET}\b\.?"
_TO_POSTCODE: Final = (
    rf"(?:[\s,]{{1,3}}(?:{_NAME}|\d{{1,2}}(?=,))){{0,6}}?[\s,]{{1,3}}(?:{_UK_POSTCODE}|{_IRISH_POSTCODE})\b"
)
_TOWNS: Final = rf"(?:,\s?{_CAPITAL}(?:\s{_CAPITAL}){{0,2}}){{1,3}}"
_LAST_WORDS: Final = rf",\s?{_NAME}(?:\s{_NAME}){{0,2}}\s?\.?$"
_ADDRESSES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\w)p\.?\s?o\.?\s?box\s(?:no\.?\s)?\d{{1,6}}(?:{_TO_POSTCODE}|{_TOWNS}|{_LAST_WORDS})?",
        rf"(?<!\w){_NUMBERED}{_TO_POSTCODE}",
        # A street without the word for it: "14 Fossgate, York YO1 9TA".
        rf"(?<!\w){_BEFORE}{_DOOR},?\s{_CAPITAL}(?:\s{_CAPITAL}){{0,3}}{_TOWNS}[\s,]{{1,3}}"
        rf"(?:{_UK_POSTCODE}|{_IRISH_POSTCODE})\b",
        rf"(?<!\w){_BEFORE}{_CAPITAL}(?:\s{_CAPITAL}){{0,3}}\s?,\s?(?:[^,\d]{{2,40}},\s?){{0,3}}[^,\d]{{0,30}}\s(?:{_UK_POSTCODE}|{_IRISH_POSTCODE})\b",
        rf"(?<!\w){_NUMBERED}{_TOWNS}",
        rf"(?<!\w){_NUMBERED}{_LAST_WORDS}",
        rf"(?<!\w){_DOOR},?\s(?:{_CAPITAL}\s){{1,3}}(?:street|st|road|rd|lane|avenue|ave|crescent|terrace|grove)\b\.?",
        # The continent: "Lindenstrasse 9, 10969 Berlin" and "12 rue de Rivoli, 75001 Paris".
        rf"(?<!\w)(?:{_CAPITAL}\s){{0,2}}{_CAPITAL}\s\d{{1,4}}[a-z]?,\s?\d{{4,5}}\s{_CAPITAL}(?:\s{_CAPITAL})?",
        rf"(?<!\w)\d{{1,4}}(?:\s?bis)?,?\s(?:rue|avenue|boulevard|place|calle|via|plaza)\s[^,\d]{{2,40}},\s?"
        rf"\d{{4,5}}\s{_CAPITAL}",
    )
)


def postcodes(text: str) -> Iterator[Found]:
    """Yield British and Irish postcodes."""
    for match in _POSTCODE.finditer(text):
        yield Found("postcode", tidy_postcode(match.group()), match.start(), match.end())


def tidy_postcode(text: str) -> str:
    """Return a British or Irish postcode in capitals with its one space: "yo17pr" becomes "YO1 7PR"."""
    joined = re.sub(r"\s", "", text).upper()
    inward = 4 if re.fullmatch(_IRISH_POSTCODE, joined) and not re.fullmatch(_UK_POSTCODE, joined) else 3
    return f"{joined[:-inward]} {joined[-inward:]}"


def addresses(text: str) -> Iterator[Found]:
    """Yield addresses on one line, their postcodes tidied; the surest first, and some may overlap."""
    if not _DIGIT.search(text):
        return
    for pattern in _ADDRESSES:
        for match in pattern.finditer(text):
            value = re.sub(r"\s{2,}", " ", match.group()).strip(" ,.")
            value = _POSTCODE.sub(lambda found: tidy_postcode(found.group()), value)
            yield Found("address", value, match.start(), match.end())
