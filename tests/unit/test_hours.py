from __future__ import annotations

from datetime import datetime

import pytest

from bot.hours import InvalidHours, SupportHours

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
