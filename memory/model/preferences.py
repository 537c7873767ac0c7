"""When, where, how often and about what a customer wants to be written to without having asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo


class Topic(str, Enum):
    """What a message that nobody asked for is about."""

    ORDERS = "orders"  # what becomes of an order
    OFFERS = "offers"  # sales and news
    FEEDBACK = "feedback"  # surveys and reviews
    PROMISES = "promises"  # what becomes of something that we promised


class Wish(str, Enum):
    """The keys of the facts that hold a customer's wishes, each with the form of its value."""

    CHANNEL = "contact_channel"  # "telegram"
    QUIET_HOURS = "quiet_hours"  # "21:00-08:00 Europe/London", the second on the next day if it is not later
    QUIET_DAYS = "quiet_days"  # "Sat, Sun Europe/London"
    TIME_ZONE = "time_zone"  # "Europe/Madrid": in place of those with hours and days
    EVERY = "contact_every"  # "7 days": at most once in so many
    NOT_ABOUT = "not_about"  # "offers, feedback"
    GREETING = "greeting"  # "without name"
    LANGUAGE = "language"  # "de"


NO_WISH = "any"
"""The value of a wish that was taken back."""
WITHOUT_NAME = "without name"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class NoticeState(str, Enum):
    """What became of a message that nobody asked for."""

    POSTED = "posted"  # on its way, or waiting to be seen on the website
    HELD = "held"  # on its way when their quiet hours are over
    UNWANTED = "unwanted"  # they do not want to be written to about this
    TOO_OFTEN = "too_often"  # they want to be written to less often
    UNREACHABLE = "unreachable"  # they have no channel on which somebody can write first


@dataclass(frozen=True, slots=True)
class Notice:
    """The answer to posting a message; `until` is when it is sent (held) or may be tried again (too often)."""

    state: NoticeState
    channel: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a customer wants to be written to when they have not just asked for something. None: no wish.

    `quiet_hours` are times of day in `zone`, the second on the next day if it is not later; `quiet_days` weekdays,
    0 is Monday.
    """

    zone: ZoneInfo
    channel: str | None = None
    quiet_hours: tuple[time, time] | None = None
    quiet_days: frozenset[int] = frozenset()
    at_most_every: timedelta | None = None
    unwanted: frozenset[Topic] = frozenset()

    @classmethod
    def of(cls, wishes: Mapping[str, str], zone: str = "UTC") -> Preferences:
        """Read the values of facts by their keys; `zone` holds where none is named."""
        hours, hours_zone = zoned(wishes.get(Wish.QUIET_HOURS.value, ""))
        days, days_zone = zoned(wishes.get(Wish.QUIET_DAYS.value, ""))
        topics = _listed(wishes.get(Wish.NOT_ABOUT.value, ""))
        return cls(
            zone=_zone(wishes.get(Wish.TIME_ZONE.value) or hours_zone or days_zone, zone),
            channel=_or_none(wishes.get(Wish.CHANNEL.value)),
            quiet_hours=_hours(hours),
            quiet_days=frozenset(WEEKDAYS.index(day) for day in _listed(days) if day in WEEKDAYS),
            at_most_every=_days(wishes.get(Wish.EVERY.value, "")),
            unwanted=frozenset(topic for topic in Topic if topic.value in topics),
        )

    def silent_until(self, now: datetime) -> datetime | None:
        """When they may be written to again; None when that is now. Two weeks ahead when all days are quiet."""
        local = now.astimezone(self.zone)
        free = local
        for _ in range(2 * len(WEEKDAYS)):  # quiet days and hours may follow one another
            later = self._past_quiet_hours(self._past_quiet_day(free))
            if later == free:
                break
            free = later
        return None if free == local else free.astimezone(now.tzinfo)

    def _past_quiet_day(self, local: datetime) -> datetime:
        if local.weekday() not in self.quiet_days:
            return local
        return datetime.combine(local.date() + timedelta(days=1), time(), self.zone)

    def _past_quiet_hours(self, local: datetime) -> datetime:
        if self.quiet_hours is None:
            return local
        begin, end = self.quiet_hours
        at = local.time()
        if begin < end:
            return datetime.combine(local.date(), end, self.zone) if begin <= at < end else local
        if at >= begin:
            return datetime.combine(local.date() + timedelta(days=1), end, self.zone)
        return datetime.combine(local.date(), end, self.zone) if at < end else local


def _or_none(value: str | None) -> str | None:
    return None if value == NO_WISH else value


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",")]


def zoned(value: str) -> tuple[str, str | None]:
    """Take a wish's value and the zone behind it apart: "Sat, Sun Europe/London"."""
    rest, _, last = value.rpartition(" ")
    return (rest, last) if "/" in last or last == "UTC" else (value, None)


def _zone(own: str | None, default: str) -> ZoneInfo:
    try:
        return ZoneInfo(own or default)
    except (KeyError, ValueError, OSError):  # a name that this machine does not know
        return ZoneInfo(default)


def _hours(value: str) -> tuple[time, time] | None:
    begin, _, end = value.partition("-")
    try:
        return time.fromisoformat(begin), time.fromisoformat(end)
    except ValueError:
        return None


def _days(value: str) -> timedelta | None:
    number = value.split(" ", maxsplit=1)[0]
    return timedelta(days=int(number)) if number.isdigit() else None
