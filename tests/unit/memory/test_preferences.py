"""When a customer may be written to, by the wishes they stated."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.model import NO_WISH, WEEKDAYS, Preferences, Topic, Wish


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """In March 2030; the fourteenth is a Thursday."""
    return datetime(2030, 3, day, hour, minute, tzinfo=timezone.utc)


def preferences(**wishes: str) -> Preferences:
    return Preferences.of({Wish[name].value: value for name, value in wishes.items()})


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ("21:00-08:00", utc(14, 20, 59), None),
        ("21:00-08:00", utc(14, 21), utc(15, 8)),
        ("21:00-08:00", utc(14, 3), utc(14, 8)),
        ("21:00-08:00", utc(14, 8), None),
        ("12:00-14:00", utc(14, 13), utc(14, 14)),
        ("12:00-14:00", utc(14, 14), None),
    ],
)
def test_quiet_hours_may_go_over_midnight(hours: str, now: datetime, until: datetime | None) -> None:
    assert preferences(QUIET_HOURS=hours).silent_until(now) == until


def test_quiet_days_and_hours_follow_one_another() -> None:
    wishes = preferences(QUIET_DAYS="Sat, Sun", QUIET_HOURS="21:00-08:00")
    assert wishes.silent_until(utc(15, 22)) == utc(18, 8)  # Friday evening until Monday morning


def test_a_day_begins_where_the_customer_is() -> None:
    wishes = preferences(QUIET_DAYS="Sun", TIME_ZONE="Asia/Tokyo")
    assert wishes.silent_until(utc(16, 16)) == utc(17, 15)  # Sunday there, Saturday afternoon in UTC


def test_hours_and_days_are_those_of_the_zone_they_were_said_in_until_the_customer_names_theirs() -> None:
    said = {"QUIET_HOURS": "21:00-08:00 America/New_York", "QUIET_DAYS": "Sun America/New_York"}
    assert preferences(**said).silent_until(utc(15, 2)) == utc(15, 12)  # ten in the evening there
    assert preferences(**said, TIME_ZONE="UTC").silent_until(utc(15, 2)) == utc(15, 8)


def test_a_wish_taken_back_is_no_wish() -> None:
    taken_back = dict.fromkeys(("CHANNEL", "QUIET_HOURS", "QUIET_DAYS", "EVERY", "NOT_ABOUT"), NO_WISH)
    assert preferences(**taken_back) == preferences()


def test_a_zone_that_is_not_on_this_machine_leaves_the_default() -> None:
    assert Preferences.of({"time_zone": "Mars/Olympus"}, zone="Europe/London").zone == ZoneInfo("Europe/London")


def test_topics_and_frequency_are_read() -> None:
    wishes = preferences(NOT_ABOUT="offers, feedback", EVERY="7 days", CHANNEL="telegram")
    assert wishes.unwanted == {Topic.OFFERS, Topic.FEEDBACK}
    assert (wishes.at_most_every, wishes.channel) == (timedelta(days=7), "telegram")


times = st.times().map(lambda time: time.strftime("%H:%M"))
hours = st.tuples(times, times).map("-".join)
days = st.sets(st.sampled_from(WEEKDAYS), max_size=6).map(", ".join)
moments = st.datetimes(datetime(2030, 1, 1), datetime(2031, 1, 1)).map(lambda time: time.replace(tzinfo=timezone.utc))


@given(hours=hours, days=days, now=moments)
def test_when_the_quiet_is_over_it_is_over(hours: str, days: str, now: datetime) -> None:
    begin, end = hours.split("-")
    if begin == end:
        return  # a whole day, every day: then no moment is free
    wishes = preferences(QUIET_HOURS=hours, QUIET_DAYS=days)
    until = wishes.silent_until(now)
    assert until is None or (until > now and wishes.silent_until(until) is None)
