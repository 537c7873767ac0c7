"""When people answer, and by when an absent team can honestly promise to. Used by `bot.turn`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PART = re.compile(r"(?P<first>[A-Z][a-z]{2})(?:-(?P<last>[A-Z][a-z]{2}))?\s+(?P<from>\d\d:\d\d)-(?P<to>\d\d:\d\d)")
_GRACE = timedelta(hours=1)
"""How long after opening an answer is promised: the queue of the night has to be worked off first."""


class InvalidHours(ValueError):
    """Hours are written like "Mon-Fri 09:00-17:30, Sat 10:00-16:00"."""

    def __str__(self) -> str:
        return self.__doc__ or ""


@dataclass(frozen=True, slots=True)
class SupportHours:
    """Opening times per weekday (0 is Monday) in a time zone."""

    days: Mapping[int, tuple[time, time]]
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: str) -> SupportHours:
        """Read "Mon-Fri 09:00-17:30, Sat 10:00-16:00". Raises InvalidHours."""
        days: dict[int, tuple[time, time]] = {}
        for part in text.split(","):
            match = _PART.fullmatch(part.strip())
            if match is None:
                raise InvalidHours
            opens, closes = _time(match["from"]), _time(match["to"])
            if opens >= closes:
                raise InvalidHours
            days |= dict.fromkeys(_span(match["first"], match["last"] or match["first"]), (opens, closes))
        return cls(days=days, zone=ZoneInfo(zone))

    def answer_by(self, now: datetime) -> datetime:
        """The time by which a person can be expected to have answered a message of `now` (aware)."""
        local = now.astimezone(self.zone)
        for ahead in range(8):
            day = local + timedelta(days=ahead)
            if day.weekday() not in self.days:
                continue
            opens, closes = (datetime.combine(day.date(), at, self.zone) for at in self.days[day.weekday()])
            by = max(local, opens) + _GRACE
            if by <= closes:
                return _next_half_hour(by)
        return local + timedelta(days=7)

    def in_words(self, moment: datetime, now: datetime) -> str:
        """A moment as people say it: "today by 15:30", "tomorrow by 10:00", "on Monday by 10:00"."""
        local, today = moment.astimezone(self.zone), now.astimezone(self.zone).date()
        days = (local.date() - today).days
        day = {0: "today", 1: "tomorrow"}.get(days, f"on {local:%A}")
        return f"{day} by {local:%H:%M}"


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as exc:
        raise InvalidHours from exc


def _span(first: str, last: str) -> Sequence[int]:
    if first not in _DAYS or last not in _DAYS or _DAYS.index(first) > _DAYS.index(last):
        raise InvalidHours
    return range(_DAYS.index(first), _DAYS.index(last) + 1)


def _next_half_hour(moment: datetime) -> datetime:
    """Rounded up, because nobody promises 15:17."""
    past = timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not past else moment - past + timedelta(minutes=30)
