"""Finds days and months named by the calendar: "15/11/2026", "the 1st of december", "in september". Called by `times`.

A day that names no year is the one that the tense of the sentence calls for, else the nearest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from dateutil.relativedelta import relativedelta

from bot.nlu.tense import Tense, tense_at


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or a longer or exact time in ISO 8601, with the places of its words.

    `part` is the part of the day that was named with it: "morning" for "this morning".
    """

    value: date | str
    start: int
    end: int
    part: str | None = None


class _Needs(Enum):
    """What a text must have before it is worth looking closer."""

    DIGIT = "digit"
    MONTH = "month"


MONTHS: Final = (
    r"(?:jan(?:uary|urary)?|feb(?:ruary|uary|urary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
WEEKDAYS: Final = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?|day)?|t(?:eu|u)sday|wed(?:s|nesday|nsday|ensday)?|we(?:ns|nds)day|"
    r"thu(?:rs?(?:day)?|rday|sday)?|thrusday|fri(?:day)?|firday|sat(?:urday|erday)?|sun(?:day)?)"
)
_FIRST_LETTERS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR: Final = r"(?:,?\s(?P<year>20[0-4]\d)(?!\d))?"
_ORDINALS_LINE: Final = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINALS: Final = tuple(_ORDINALS_LINE.split())
_PREPOSITION: Final = (
    r"\b(?:on|by|since|until|till|before|after|from|for|dated|date|of|around|about|due|is|was)\s(?:the\s)?"
)

_DIGIT: Final = re.compile(r"\d")
_ISO: Final = re.compile(r"(?<![\w-])(?P<year>\d{4})(?P<sign>[-/])(?P<month>\d{2})(?P=sign)(?P<day>\d{2})(?!\w|[-/]\d)")
_NUMERIC: Final = re.compile(
    r"(?<![\w/.,-])(?P<day>\d{1,2})(?P<sign>[/.-])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})(?![\w/-]|[.,]\d)"
)
_SHORT: Final = re.compile(
    rf"{_PREPOSITION}(?P<all>(?P<day>\d{{1,2}})(?:/(?P<month>\d{{1,2}})(?![\w/])|\.(?P<month2>\d{{1,2}})\.(?!\d)))"
)
_WRITTEN: Final = re.compile(
    rf"\b(?:{WEEKDAYS},?\s)?(?:"
    rf"(?:the\s)?(?<![\d.,£€$#])(?:(?P<day>\d{{1,2}})(?P<suffix>\s?(?:st|nd|rd|th))?|(?P<ordinal>{'|'.join(_ORDINALS)}))"
    rf"\s?(?P<of>of\s)?(?P<month>{MONTHS})\b\.?"
    rf"|(?P<month2>{MONTHS})\b\.?\s(?:the\s)?(?P<day2>\d{{1,2}})(?P<suffix2>st|nd|rd|th)?(?![\w:]|[.,]\d)){_YEAR}"
)
_NTH: Final = re.compile(
    rf"\b(?:(?P<named>{WEEKDAYS})\s(?:the\s)?|the\s|(?<=on\s)|(?<=by\s)|(?<=since\s)|(?<=before\s))(?P<day>\d{{1,2}})\s?(?:st|nd|rd|th)\b"
    r"(?:\sof\s(?P<rel>this|next|last)\smonth\b)?(?!\s(?!(?:and|but|or|of\s(?:this|last|next|the)\smonth|so|please|pls|thanks|at|in|i|it|to|is|was|if|when|"
    r"because|cos|would|will|has|hasn|have|as|we|you|do|for|ok)\b))"
)
_MONTH: Final = re.compile(rf"\b(?P<lead>in\s|last\s|next\s|this\s)?(?P<month>{MONTHS})\b(?![-'’]|\.\w){_YEAR}")
_IN_YEAR: Final = re.compile(r"\b(?:in\s(?P<in>20[0-4]\d)|since\s(?P<since>(?:19|20)\d\d))(?![\w/.-]\w|\w)")


def dates(text: str, today: date) -> Iterator[Day]:
    """Yield what the calendar names, as days or as "2026-09" and "2024"; some overlap, the longer is meant."""
    has_digit = bool(_DIGIT.search(text))
    has_month = any(month in text for month in _FIRST_LETTERS)
    for pattern, read, needed in _READERS:
        if (needed is _Needs.DIGIT and not has_digit) or (needed is _Needs.MONTH and not has_month):
            continue
        for match in pattern.finditer(text):
            found = read(match, today)
            if found is not None:
                yield found


def nearest(days: Iterable[date], today: date, tense: Tense) -> date:
    """Return the latest day behind or the earliest ahead, or the one nearest to today; today is both."""
    listed = sorted(days)
    behind, ahead = [day for day in listed if day <= today], [day for day in listed if day >= today]
    if tense is Tense.PAST and behind:
        return behind[-1]
    if tense is Tense.FUTURE and ahead:
        return ahead[0]
    return min(reversed(listed), key=lambda day: abs(day - today))


def month_named(name: str) -> int:
    """Return the number of a month from the beginning of its name."""
    return _FIRST_LETTERS.index(name[:3]) + 1


def _tense_of(match: re.Match[str]) -> Tense:
    return tense_at(match.string, match.start(), match.end())


def _dated(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day_of_year(month: int, day: int, today: date, tense: Tense) -> date | None:
    """Return the day of this month and number that fits, of the years around."""
    days = [found for ahead in (-1, 0, 1) if (found := _dated(today.year + ahead, month, day))]
    return nearest(days, today, tense) if days else None


def _found(value: date | str | None, match: re.Match[str], group: int | str = 0) -> Day | None:
    return None if value is None else Day(value, match.start(group), match.end(group))


def _full(match: re.Match[str], today: date) -> Day | None:
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    year += 2000 if year < 100 else 0
    # Here the day comes first, but nobody means a 31st month.
    return _found(_dated(year, month, day) or _dated(year, day, month), match)


def _short(match: re.Match[str], today: date) -> Day | None:
    month = int(match["month"] or match["month2"])
    return _found(_day_of_year(month, int(match["day"]), today, _tense_of(match)), match, "all")


def _written(match: re.Match[str], today: date) -> Day | None:
    name = match["month"] or match["month2"]
    if name in ("may", "mar") and not (match["suffix"] or match["of"] or match["suffix2"] or match["year"]):
        return None
    month = month_named(name)
    ordinal = match["ordinal"]
    day = _ORDINALS.index(ordinal) + 1 if ordinal else int(match["day"] or match["day2"])
    if match["year"]:
        return _found(_dated(int(match["year"]), month, day), match)
    return _found(_day_of_year(month, day, today, _tense_of(match)), match)


def _nth(match: re.Match[str], today: date) -> Day | None:
    first = today.replace(day=1)
    aheads = {"last": (-1,), "this": (0,), "next": (1,)}.get(match["rel"] or "", (-1, 0, 1))
    months = [first + relativedelta(months=ahead) for ahead in aheads]
    days = [day for month in months if (day := _dated(month.year, month.month, int(match["day"])))]
    return _found(nearest(days, today, _tense_of(match)), match) if days else None


def _month(match: re.Match[str], today: date) -> Day | None:
    name, lead = match["month"], (match["lead"] or "").strip()
    is_word_too = name in ("may", "march", "mar", "sep", "dec", "jan", "june", "april", "august")
    if is_word_too and not (lead or match["year"]) and not _is_led(match):
        return None
    tense = {"last": Tense.PAST, "next": Tense.FUTURE}.get(lead) or _tense_of(match)
    month = month_named(name)
    if match["year"]:
        return _found(f"{match['year']}-{month:02}", match)
    this_month = today.replace(day=1)
    starts = [date(today.year + ahead, month, 1) for ahead in (-1, 0, 1)]
    if lead in ("last", "next"):
        starts = [start for start in starts if start != this_month]
    return _found(f"{nearest(starts, this_month, tense):%Y-%m}", match)


_LEADS: Final = re.compile(
    r"\b(?:since|until|till|by|before|after|from|during|early|late|mid|of|for|and|or|to|end|is|was|say|around)\s$"
)


def _is_led(match: re.Match[str]) -> bool:
    """Whether a word such as "since" shows that "may" or "june" is a month and no verb or name."""
    return bool(_LEADS.search(match.string, max(0, match.start() - 12), match.start()))


def _year(match: re.Match[str], today: date) -> Day | None:
    return _found(match["in"], match) if match["in"] else _found(match["since"], match, "since")


_READERS: Final = (
    (_ISO, _full, _Needs.DIGIT),
    (_NUMERIC, _full, _Needs.DIGIT),
    (_SHORT, _short, _Needs.DIGIT),
    (_NTH, _nth, _Needs.DIGIT),
    (_IN_YEAR, _year, _Needs.DIGIT),
    (_WRITTEN, _written, _Needs.MONTH),
    (_MONTH, _month, _Needs.MONTH),
)
