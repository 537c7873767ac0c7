"""When people answer, and by when an absent team can honestly promise to. Used by `bot.turn` and `bot.line`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from memory.model import WrittenHours

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PART = re.compile(r"(?P<first>[A-Z][a-z]{2})(?:-(?P<last>[A-Z][a-z]{2}))?\s+(?P<from>\d\d:\d\d)-(?P<to>\d\d:\d\d)")
_DATE, _MONTH_DAY = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d\d-\d\d")
_WEEK = 7
"""From so many days ahead on, the name of a weekday alone would say the wrong one."""
_GRACE = timedelta(hours=1)
"""How long after opening an answer is promised: the queue of the night has to be worked off first."""


class InvalidHours(ValueError):
    """Hours are written like "Mon-Fri 09:00-17:30, Sat 10:00-16:00"."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class InvalidZone(ValueError):
    """There is no such time zone. Use a name such as Europe/London."""

    def __str__(self) -> str:
        return self.__doc__ or ""


_AHEAD = 60
"""Days that are looked through for the next opening: longer than any shop's holidays."""


class InvalidHolidays(ValueError):
    """Holidays are days with a year, or without one for every year: "2026-12-24, 12-25, 12-26"."""

    def __str__(self) -> str:
        return self.__doc__ or ""


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days on which nobody answers: single ones, and those of every year as (month, day)."""

    once: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def parse(cls, text: str) -> Holidays:
        """Read "2026-12-24, 12-25". Raises InvalidHolidays."""
        once, yearly = set(), set()
        for part in (each.strip() for each in text.split(",")):
            if _DATE.fullmatch(part):
                once.add(_date(part))
            elif _MONTH_DAY.fullmatch(part):
                day = _date(f"2024-{part}")  # a leap year, so that 02-29 is a day
                yearly.add((day.month, day.day))
            elif part:
                raise InvalidHolidays
        return cls(frozenset(once), frozenset(yearly))

    def __contains__(self, day: date) -> bool:
        return day in self.once or (day.month, day.day) in self.yearly


@dataclass(frozen=True, slots=True)
class Timetable:
    """Opening times per weekday (0 is Monday) in a time zone, save on holidays, read from what was `written`."""

    days: Mapping[int, tuple[time, time]]
    zone: ZoneInfo
    holidays: Holidays
    written: WrittenHours

    @classmethod
    def read(cls, written: WrittenHours) -> Timetable:
        """Raises InvalidHours, InvalidHolidays, InvalidZone."""
        days: dict[int, tuple[time, time]] = {}
        for part in written.hours.split(","):
            match = _PART.fullmatch(part.strip())
            if match is None:
                raise InvalidHours
            opens, closes = _time(match["from"]), _time(match["to"])
            if opens >= closes:
                raise InvalidHours
            days |= dict.fromkeys(_span(match["first"], match["last"] or match["first"]), (opens, closes))
        return cls(days, _zone(written.time_zone), Holidays.parse(written.holidays), written)


class SupportHours:
    """When people answer. All parts of a process share one, whose `timetable` is the one that counts now."""

    def __init__(self, timetable: Timetable) -> None:
        self.timetable = timetable

    @classmethod
    def parse(cls, text: str, zone: str, holidays: str = "") -> SupportHours:
        """Read "Mon-Fri 09:00-17:30, Sat 10:00-16:00". Raises InvalidHours, InvalidHolidays, InvalidZone."""
        return cls(Timetable.read(WrittenHours(text, zone, holidays)))

    @property
    def days(self) -> Mapping[int, tuple[time, time]]:
        """From when to when people answer, by weekday (0 is Monday)."""
        return self.timetable.days

    @property
    def zone(self) -> ZoneInfo:
        """The zone of all these times."""
        return self.timetable.zone

    @property
    def holidays(self) -> Holidays:
        """Days on which nobody answers."""
        return self.timetable.holidays

    def is_open(self, now: datetime) -> bool:
        """Whether people answer at `now` (aware)."""
        return any(opens <= now < closes for opens, closes in self._spans(now, days=1))

    def next_opening(self, now: datetime) -> datetime | None:
        """When the desk next opens after `now` (aware), in the shop's zone; None for one that never does."""
        return next((opens for opens, _ in self._spans(now, days=_AHEAD) if opens > now), None)

    def open_between(self, began: datetime, ended: datetime) -> timedelta:
        """How much of a time span the desk was open."""
        days = (ended.astimezone(self.zone).date() - began.astimezone(self.zone).date()).days + 1
        spans = [(max(opens, began), min(closes, ended)) for opens, closes in self._spans(began, days)]
        # Subtracted as moments: on a day when the clocks change, wall times of one zone would be an hour off.
        opened = (closes.timestamp() - opens.timestamp() for opens, closes in spans if opens < closes)
        return timedelta(seconds=sum(opened))

    def _spans(self, start: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """From when to when the desk is open, from the day of `start` on, so many days."""
        first = start.astimezone(self.zone).date()
        for day in (first + timedelta(days=ahead) for ahead in range(days)):
            if day.weekday() in self.days and day not in self.holidays:
                opens, closes = (datetime.combine(day, at, self.zone) for at in self.days[day.weekday()])
                yield opens, closes

    def answer_by(self, now: datetime) -> datetime:
        """The time by which a person can be expected to have answered a message of `now` (aware)."""
        local = now.astimezone(self.zone)
        for opens, closes in self._spans(now, days=_AHEAD):
            by = max(local, opens) + _GRACE
            if by <= closes:
                return _next_half_hour(by)
        return local + timedelta(days=7)

    def in_words(self, moment: datetime, now: datetime, before_time: str = "by") -> str:
        """A moment as people say it: "today by 15:30", "yesterday by 10:00", "on Monday by 10:00"."""
        local, today = moment.astimezone(self.zone), now.astimezone(self.zone).date()
        days = (local.date() - today).days
        day = f"on {local:%A}" if abs(days) < _WEEK else f"on {local:%A}, {local.day} {local:%B},"
        day = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days, day)
        return f"{day} {before_time} {local:%H:%M}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:  # OSError: a folder of the zone files, such as "Europe"
        raise InvalidZone from exc


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as exc:
        raise InvalidHours from exc


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise InvalidHolidays from exc


def _span(first: str, last: str) -> Sequence[int]:
    if first not in _DAYS or last not in _DAYS or _DAYS.index(first) > _DAYS.index(last):
        raise InvalidHours
    return range(_DAYS.index(first), _DAYS.index(last) + 1)


def _next_half_hour(moment: datetime) -> datetime:
    """Rounded up, because nobody promises 15:17."""
    past = timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not past else moment - past + timedelta(minutes=30)
