from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot.hours import InvalidHolidays, InvalidHours, SupportHours

HOURS = SupportHours.parse("Mon-Fri 09:00-17:30, Sat 10:00-16:00", "Europe/London")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HOURS.zone)


@pytest.mark.parametrize(
    ("now", "promised"),
    [
        ("2026-11-18T11:10", "today by 12:30"),  # Wednesday, open
        ("2026-11-18T07:00", "today by 10:00"),  # before opening
        ("2026-11-18T17:00", "tomorrow by 10:00"),  # too late for today
        ("2026-11-20T20:00", "tomorrow by 11:00"),  # Friday night: Saturday opens at ten
        ("2026-11-21T20:00", "on Monday by 10:00"),  # Saturday night
        ("2026-11-18T11:00", "today by 12:00"),
    ],
)
def test_the_promise_is_the_next_time_a_person_can_really_answer(now: str, promised: str) -> None:
    assert HOURS.in_words(HOURS.answer_by(at(now)), at(now)) == promised


def test_the_clock_of_the_promise_is_the_shops_own_across_daylight_saving() -> None:
    saturday_night = at("2026-10-24T20:00")  # clocks go back that night

    assert HOURS.answer_by(saturday_night) == at("2026-10-26T10:00")


@pytest.mark.parametrize("text", ["", "Mon", "Mon-Fri", "Mon 17:00-09:00", "Fri-Mon 09:00-17:00", "Mon 25:00-26:00"])
def test_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(InvalidHours, match="Mon-Fri 09:00-17:30"):
        SupportHours.parse(text, "Europe/London")


CHRISTMAS = SupportHours.parse("Mon-Fri 09:00-17:30, Sat 10:00-16:00", "Europe/London", "2026-12-24, 12-25, 12-26")


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-11-18T08:59", False),
        ("2026-11-18T09:00", True),
        ("2026-11-18T17:29", True),
        ("2026-11-18T17:30", False),
        ("2026-11-22T12:00", False),  # Sunday
        ("2026-12-24T12:00", False),  # a Thursday of that year only
        ("2027-12-24T12:00", True),
        ("2029-12-25T12:00", False),  # of every year
    ],
)
def test_the_desk_is_open_in_its_hours_and_not_on_holidays(now: str, is_open: bool) -> None:
    assert CHRISTMAS.is_open(at(now)) is is_open
    assert CHRISTMAS.is_open(at(now).astimezone(timezone.utc)) is is_open


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-18T07:00", "2026-11-18T09:00"),
        ("2026-11-18T12:00", "2026-11-19T09:00"),  # the next one, also while it is open
        ("2026-11-20T18:00", "2026-11-21T10:00"),
        ("2026-12-23T18:00", "2026-12-28T09:00"),  # holidays, then a Sunday
        ("2026-10-24T18:00", "2026-10-26T09:00"),  # across the change of the clocks
    ],
)
def test_the_next_opening_skips_what_is_closed(now: str, opens: str) -> None:
    assert CHRISTMAS.next_opening(at(now)) == at(opens)


def test_a_desk_that_never_opens_has_no_next_opening() -> None:
    assert SupportHours(replace(HOURS.timetable, days={})).next_opening(at("2026-11-18T12:00")) is None


def test_a_promise_is_not_made_for_a_holiday_and_a_far_day_is_told_with_its_date() -> None:
    eve = at("2026-12-23T18:00")
    assert CHRISTMAS.in_words(CHRISTMAS.answer_by(eve), eve) == "on Monday by 10:00"
    closed = SupportHours.parse("Mon 09:00-17:00", "Europe/London", "2026-12-28")
    assert closed.in_words(closed.answer_by(eve), eve) == "on Monday, 4 January, by 10:00"


@pytest.mark.parametrize(
    ("began", "ended", "hours"),
    [
        ("2026-11-18T10:00", "2026-11-18T11:30", 1.5),
        ("2026-11-18T17:00", "2026-11-19T09:30", 1.0),  # over night
        ("2026-11-20T17:30", "2026-11-23T09:00", 6.0),  # over Saturday and Sunday
        ("2026-11-18T20:00", "2026-11-18T21:00", 0.0),
        ("2026-12-23T17:00", "2026-12-28T09:30", 1.0),  # over the holidays
    ],
)
def test_only_open_time_counts_between_two_moments(began: str, ended: str, hours: float) -> None:
    assert CHRISTMAS.open_between(at(began), at(ended)) == timedelta(hours=hours)


def test_open_time_is_counted_rightly_when_the_clocks_change_while_open() -> None:
    night = SupportHours.parse("Mon-Sun 00:00-12:00", "Europe/London")
    assert night.open_between(at("2026-10-25T00:00"), at("2026-10-25T12:00")) == timedelta(hours=13)


@pytest.mark.parametrize("text", ["Christmas", "25-12", "12-25-2026", "2026-13-01", "02-30", "12-25; 12-26"])
def test_holidays_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(InvalidHolidays, match="12-25"):
        SupportHours.parse("Mon 09:00-17:00", "Europe/London", text)
