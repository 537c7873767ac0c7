"""Finds feasts and the days they fall on: "christmas eve", "good friday", "black friday". Called by `times`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from dateutil.easter import easter

from bot.nlu.dates import Day, nearest
from bot.nlu.tense import Tense, tense_at

_FEAST: Final = re.compile(
    r"\b(?:(?P<lead>last|next|this)\s)?(?P<name>(?:christmas|xmas|new\syear['’]?s)\seve|(?:christmas|xmas)(?:\sday)?|boxing\sday|"
    r"new\syear(?:['’]?s)?(?:\sday)?|valentine['’]?s(?:\sday)?|halloween|bonfire\snight|st\.?\spatrick['’]?s\sday|"
    r"good\sfriday|easter(?:\s(?:sunday|monday))?|black\sfriday|cyber\smonday|mother['’]?s\sday|father['’]?s\sday)\b"
    r"(?!\s(?:presents?|gifts?|cards?|sales?|deals?|offers?|discounts?|jumpers?|part(?:y|ies)|trees?|shopping|orders?|"
    r"delivery|deliveries|stock|hours|opening|prices?|holidays?|break|rush|stockings?)\b)",
    re.IGNORECASE,
)


def feasts(text: str, today: date) -> Iterator[Day]:
    """Yield feasts as the day they fall on: the next one, if the sentence does not look back."""
    for match in _FEAST.finditer(text):
        yield _feast(match, today)


def _feast(match: re.Match[str], today: date) -> Day:
    lead = (match["lead"] or "").lower()
    name = re.sub(r"[^a-z ]", "", match["name"].lower().replace("xmas", "christmas"))
    day_in = next(day for start, day in _FEASTS.items() if name.startswith(start))
    tense = Tense.PAST if lead == "last" or tense_at(match.string, *match.span()) is Tense.PAST else Tense.FUTURE
    day = nearest([day_in(today.year + ahead) for ahead in (-1, 0, 1)], today, tense)
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
