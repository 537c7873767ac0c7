"""Finds feasts and seasons: "christmas eve", "black friday", "in the summer". Called by `times`.

A season is its three months: "2027-06/2027-08".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from bot.nlu.dates import Day, nearest
from bot.nlu.tense import Tense, tense_at

_FEAST: Final = re.compile(
    r"\b(?:(?P<lead>last|next|this)\s)?(?P<name>(?:christmas|xmas|new\syear['’]?s)\seve|(?:christmas|xmas)(?:\sday)?|"
    r"boxing\sday|"
    r"new\syear(?:['’]?s)?(?:\sday)?|valentine['’]?s(?:\sday)?|halloween|bonfire\snight|st\.?\spatrick['’]?s\sday|"
    r"good\sfriday|easter(?:\s(?:sunday|monday))?|black\sfriday|cyber\smonday|mother['’]?s\sday|father['’]?s\sday)\b"
    r"(?!\s(?:presents?|gifts?|cards?|sales?|deals?|offers?|discounts?|jumpers?|part(?:y|ies)|trees?|shopping|orders?|"
    r"delivery|deliveries|stock|hours|opening|prices?|holidays?|break|rush|stockings?)\b)"
)


_SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
# A "summer bag" is no time: something must lead to the season, and no thing may follow.
_SEASON: Final = re.compile(
    r"(?:\b(?P<lead>in\s(?:the\s)?|last\s|next\s|this\s)|\b(?:since|until|till|by|before|after|during)"
    r"\s(?P<the>the\s)?|\b(?:for|over)\s(?P<the2>the\s))"
    r"(?P<name>spring|summer|autumn|winter)\b(?:\s(?P<year>20\d\d))?(?=\s?(?:$|[,.!?;)])|\s(?:and|or|but|i|we|you|it|"
    r"is|was|"
    r"will|when|if|please|pls|so|because|for|with|from|to|at|on|in|they|then|though|already|again|now|as|too)\b)"
)
_HINTS: Final = (
    "mas",
    "new y",
    "box",
    "tine",
    "hallow",
    "bonf",
    "patri",
    "frida",
    "easter",
    "monda",
    "s day",
    "r day",
    "rs day",
)


def feasts(text: str, today: date) -> Iterator[Day]:
    """Yield feasts as the day they fall on, the next one if the sentence does not look back, and seasons."""
    if any(hint in text for hint in _HINTS):
        for match in _FEAST.finditer(text):
            yield _feast(match, today)
    if any(season in text for season in _SEASONS):
        for match in _SEASON.finditer(text):
            yield _season(match, today)


def _season(match: re.Match[str], today: date) -> Day:
    lead, month = (match["lead"] or "").strip(), _SEASONS[match["name"]]
    years = [int(match["year"])] if match["year"] else [today.year + ahead for ahead in (-2, -1, 0, 1)]
    spans = [(start, start + relativedelta(months=3, days=-1)) for start in (date(year, month, 1) for year in years)]
    past = [span for span in spans if (span[1] if lead == "last" else span[0]) < today]
    ahead = [span for span in spans if (span[0] if lead == "next" else span[1]) >= today]
    looks_back = lead == "last" or (
        lead not in ("next", "this") and tense_at(match.string, *match.span()) is Tense.PAST
    )
    start, end = past[-1] if past and (looks_back or not ahead) else ahead[0]
    place = match.start("lead") if lead else match.start("the" if match["the"] else "the2" if match["the2"] else "name")
    return Day(f"{start:%Y-%m}/{end:%Y-%m}", place, match.end())


def _feast(match: re.Match[str], today: date) -> Day:
    name = re.sub(r"[^a-z ]", "", match["name"].replace("xmas", "christmas"))
    day_in = next(day for start, day in _FEASTS.items() if name.startswith(start))
    is_over = match["lead"] == "last" or tense_at(match.string, *match.span()) is Tense.PAST
    day = nearest([day_in(today.year + ahead) for ahead in (-1, 0, 1)], today, Tense.PAST if is_over else Tense.FUTURE)
    return Day(day, match.start(), match.end())


def _on(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _from_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


def _weekday_from(month: int, day: int, weekday: int, later: int = 0) -> Callable[[int], date]:
    """Return the first such weekday (0 is Monday) from a day of the year on, plus `later` days."""

    def in_year(year: int) -> date:
        first = date(year, month, day)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + later)

    return in_year


# The longer of two names that begin alike comes first.
_FEASTS: Final[dict[str, Callable[[int], date]]] = {
    "christmas eve": _on(12, 24),
    "christmas": _on(12, 25),
    "boxing day": _on(12, 26),
    "new years eve": _on(12, 31),
    "new year": _on(1, 1),
    "valentine": _on(2, 14),
    "halloween": _on(10, 31),
    "bonfire night": _on(11, 5),
    "st patrick": _on(3, 17),
    "good friday": _from_easter(-2),
    "easter monday": _from_easter(1),
    "easter": _from_easter(0),
    "black friday": _weekday_from(11, 22, 3, later=1),
    "cyber monday": _weekday_from(11, 22, 3, later=4),
    "mothers day": _from_easter(-21),
    "father": _weekday_from(6, 15, 6),
    "mother": _from_easter(-21),
}
