"""Times by which something is due, as agents write them: "by Friday noon", "within two hours", "end of day".

Reads days and hours with `bot.nlu.times`, and settles what a day or a part of it means by the opening hours.
Used by `commitments`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.hours import SupportHours
from bot.nlu.numbers import IN_WORDS, number_of
from bot.nlu.times import times

ENDS: Final = {
    "morning": time(12),
    "lunchtime": time(13),
    "afternoon": time(17),
    "evening": time(21),
    "night": time(23),
}
"""When a part of the day is over, by which what was promised for it is done."""
WORK_ENDS: Final = time(18)
"""The end of a day on which the desk is closed."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment with the places of its words; `is_limit` when they say that it is the latest: "by", "within"."""

    at: datetime
    start: int
    end: int
    is_limit: bool


_PART: Final = re.compile(r"\b(morning|lunchtime|afternoon|evening|night|tonight)\b", re.IGNORECASE)
_CLOCK: Final = re.compile(r"\d|\b(?:o['’]?clock|noon|midday|midnight|half|quarter|past)\b", re.IGNORECASE)
_WITHIN: Final = re.compile(
    rf"\b(?:within|inside|in)\s(?:the\s|about\s|around\s|less\sthan\s)?(?:(?:next|coming)\s)?"
    rf"(?P<count>\d{{1,3}}|{IN_WORDS}|an?|(?:a\s)?(?:few|couple\sof)|(?:the\s)?next|(?=hour\b))\s?"
    r"(?:(?P<working>working|business)\s)?(?P<unit>minute|min|hour|hr|day|week)s?\b",
    re.IGNORECASE,
)
_NUMBERS: Final = {
    "a": 1,
    "an": 1,
    "": 1,
    "next": 1,
    "the next": 1,
    "a few": 3,
    "few": 3,
    "a couple of": 2,
    "couple of": 2,
}
_DAY_ENDS: Final = re.compile(
    r"\b(?:(?:the\s)?end\sof\s(?:the\s|this\s)?(?:day|working\sday|business\sday|business|play)|eod|cob|close\sof\s(?:business|play)|"
    r"closing\stime)\b(?!\s(?:today|tomorrow|on|mon|tue|wed|thu|fri|sat|sun))",
    re.IGNORECASE,
)
_LIMIT: Final = re.compile(
    r"(?:\b(?:by|before|no\slater\sthan|not\slater\sthan|within|until\sat\sthe\slatest)|,)\s(?:the\s)?"
    r"(?:(?:end|close)\sof\s(?:the\s)?(?:(?:working\s|business\s)?(?:day|business|play)\s)?(?:on\s)?)?$",
    re.IGNORECASE,
)
_FIRST_THING: Final = re.compile(r"\bfirst\sthing\s(?:on\s)?$", re.IGNORECASE)
_NOT_DUE: Final = re.compile(r"\b(?:since|from|of|until|till|for|after|dated|between)\s(?:the\s)?$", re.IGNORECASE)
_WEEK: Final = re.compile(r"(\d{4})-W(\d\d)")
_MONTH: Final = re.compile(r"(\d{4})-(\d\d)")
_DAY_LENGTH: Final = 10
_WEEKDAY: Final = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_SATURDAY: Final = 5
_LAST_WEEKDAY: Final = 6


def deadlines(text: str, now: datetime, hours: SupportHours) -> Iterator[Deadline]:
    """The times in a sentence by which something may be due, in their order."""
    local = now.astimezone(hours.zone)
    found = [*_spans(text, local, hours), *_day_ends(text, local, hours)]
    for time_ in times(text, local):
        if any(one.start < time_.end and time_.start < one.end for one in found):
            continue
        if _NOT_DUE.search(text[: time_.start]):
            continue
        words = text[time_.start : time_.end] + (" morning" if _FIRST_THING.search(text[: time_.start]) else "")
        at = _moment(words, time_.value, local, hours)
        if at is not None:
            found.append(Deadline(at, time_.start, time_.end, is_limit=bool(_LIMIT.search(text[: time_.start]))))
    yield from sorted(found, key=lambda deadline: deadline.start)


def _spans(text: str, local: datetime, hours: SupportHours) -> Iterator[Deadline]:
    """ "Within two hours", "in the next hour", "within three working days"."""
    for match in _WITHIN.finditer(text):
        count = _count((match["count"] or "").lower().strip())
        unit = match["unit"].lower()
        if count is None:
            continue
        if unit == "day" and (match["working"] or match[0].lower().startswith("within")):
            at = _in_days(count, local, hours, working=bool(match["working"]))
        elif unit in {"day", "week"}:
            at = _ends(local.date() + timedelta(days=count * (7 if unit == "week" else 1)), hours)
        else:
            at = local + (timedelta(minutes=count) if unit in {"minute", "min"} else timedelta(hours=count))
        yield Deadline(at.replace(second=0, microsecond=0), match.start(), match.end(), is_limit=True)


def _count(words: str) -> int | None:
    if words in _NUMBERS:
        return _NUMBERS[words]
    try:
        return number_of(words)
    except (KeyError, ValueError):
        return None


def _in_days(count: int, local: datetime, hours: SupportHours, *, working: bool) -> datetime:
    day = local.date()
    while count:
        day += timedelta(days=1)
        count -= not working or (day.weekday() < _SATURDAY and day not in hours.holidays)
    return _ends(day, hours)


def _day_ends(text: str, local: datetime, hours: SupportHours) -> Iterator[Deadline]:
    for match in _DAY_ENDS.finditer(text):
        yield Deadline(_ends(local.date(), hours), match.start(), match.end(), is_limit=True)


def _moment(words: str, value: str, local: datetime, hours: SupportHours) -> datetime | None:
    """What a value of `times` means as the end of a promise."""
    if week := _WEEK.fullmatch(value):
        sunday = date.fromisocalendar(int(week[1]), int(week[2]), 7)
        return _ends(_last_open(sunday, local.date(), hours), hours)
    if month := _MONTH.fullmatch(value):
        first = date(int(month[1]), int(month[2]), 1)
        return _ends((first + timedelta(days=31)).replace(day=1) - timedelta(days=1), hours)
    value = value.rsplit("/", maxsplit=1)[-1]
    if len(value) < _DAY_LENGTH:
        return None
    day = date.fromisoformat(value[:_DAY_LENGTH])
    part = _PART.search(words)
    if part and not _CLOCK.search(words):
        return datetime.combine(day, ENDS[part[1].lower().removeprefix("to")], hours.zone)
    if "T" in value:
        return datetime.combine(day, time.fromisoformat(value[_DAY_LENGTH + 1 :]), hours.zone)
    if re.search(r"\bend\b", words, re.IGNORECASE):
        day = _last_open(day, local.date(), hours)
    at = _ends(day, hours)
    return at + timedelta(days=7) if at <= local and _WEEKDAY.search(words) else at


def _is_open_on(day: date, hours: SupportHours) -> bool:
    return day.weekday() in hours.days and day not in hours.holidays


def _last_open(day: date, earliest: date, hours: SupportHours) -> date:
    """The last day up to this one on which the desk is open; itself, where there is none."""
    days = [day - timedelta(days=back) for back in range(_LAST_WEEKDAY)]
    return next((one for one in days if one >= earliest and _is_open_on(one, hours)), day)


def _ends(day: date, hours: SupportHours) -> datetime:
    """When the work of a day is over."""
    closes = hours.days[day.weekday()][1] if _is_open_on(day, hours) else WORK_ENDS
    return datetime.combine(day, closes, hours.zone)
