"""Finds dates and times and resolves them against now: "tomorrow at 4pm" to "2026-11-19T16:00". Called by `finder`.

Joins what `dates`, `feasts`, `relative` and `clocks` find in the text in small letters. A week is "2026-W48", a month
"2026-10", a weekend two days, and what lies between two times has both: "2026-11-18T14:00/2026-11-18T16:00".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bot.nlu.clocks import PARTS, Clock, clocks
from bot.nlu.dates import Day, dates
from bot.nlu.feasts import feasts
from bot.nlu.found import Found
from bot.nlu.relative import relative_days
from bot.nlu.tense import Tense, tense_at
from bot.nlu.text import in_small

_PART: Final = re.compile(r",?\s(?:in\sthe\s)?(?P<part>morning|afternoon|evening|night|lunchtime)\b")
_IN_PART: Final = re.compile(r"\bin\sthe\s(?P<part>morning|afternoon|evening)\b")
_DAY_TO_CLOCK: Final = re.compile(
    r",?\s(?:(?:at|around|about|by|before|after|from|@)\s)?(?:at\s|around\s|about\s)?|\s?@\s?"
)
_CLOCK_TO_DAY: Final = re.compile(r",?\s(?:on\s)?")


def times(text: str, now: datetime) -> Iterator[Found]:
    """Yield times in order of appearance, in ISO 8601 and the time zone of `now`."""
    text, today = in_small(text), now.date()
    found = _longest([*dates(text, today), *feasts(text, today), *relative_days(text, now)])
    days = [_with_part(text, day) for day in found]
    hours = list(clocks(text))
    for day in days:
        clock = next((clock for clock in hours if _belong_together(text, day, clock)), None)
        if clock is None:
            yield Found("time", _value(day), day.start, day.end)
            continue
        hours.remove(clock)
        value = _on_day(str(day.value), clock.on_part(day.part))
        yield Found("time", value, min(day.start, clock.start), max(day.end, clock.end))
    for clock in hours:
        if not any(clock.start < day.end and day.start < clock.end for day in days):
            yield Found("time", _next_time(text, clock, now), clock.start, clock.end)
    # Last: one that belongs to a day or an hour ("at four in the afternoon") is part of a time that was yielded.
    if "in the " in text:
        for part in _IN_PART.finditer(text):
            clock = Clock(PARTS[part["part"]], 0, part.start(), part.end())
            yield Found("time", _next_time(text, clock, now, unless=Tense.PAST), clock.start, clock.end)


def _longest(days: Sequence[Day]) -> list[Day]:
    """Return the days in order, of those that overlap the longest."""
    kept: list[Day] = []
    for day in sorted(days, key=lambda day: (day.start - day.end, day.start)):
        if all(day.end <= other.start or other.end <= day.start for other in kept):
            kept.append(day)
    return sorted(kept, key=lambda day: day.start)


def _with_part(text: str, day: Day) -> Day:
    """Add the part of the day that follows: "monday morning"."""
    part = _PART.match(text, day.end)
    if part is None or not isinstance(day.value, date):
        return day
    return Day(day.value, day.start, part.end(), part["part"])


def _belong_together(text: str, day: Day, clock: Clock) -> bool:
    if not isinstance(day.value, date):
        return False
    if day.end <= clock.start:
        return bool(_DAY_TO_CLOCK.fullmatch(text, day.end, clock.start))
    return clock.end <= day.start and bool(_CLOCK_TO_DAY.fullmatch(text, clock.end, day.start))


def _value(day: Day) -> str:
    return f"{day.value}T{PARTS[day.part]:02}:00" if day.part else str(day.value)


def _next_time(text: str, clock: Clock, now: datetime, unless: Tense | None = None) -> str:
    """Return a time of today, or of tomorrow if it is over and the sentence looks ahead (does not look `unless`)."""
    hour, minute = clock.until or (clock.hour, clock.minute)
    moment = now.replace(hour=hour, minute=minute)
    tense = tense_at(text, clock.start, clock.end) if moment < now else Tense.UNKNOWN
    if moment < now and (tense is Tense.FUTURE if unless is None else tense is not unless):
        moment += timedelta(days=1)
    return _on_day(f"{moment:%Y-%m-%d}", clock)


def _on_day(day: str, clock: Clock) -> str:
    begin = f"{day}T{clock.hour:02}:{clock.minute:02}"
    return begin if clock.until is None else f"{begin}/{day}T{clock.until[0]:02}:{clock.until[1]:02}"
