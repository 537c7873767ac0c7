from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.nlu.values import FINDER, values, words


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("it arrived yesterday", "yesterday", "2026-11-17"),
        ("can it come tommorow", "tommorow", "2026-11-19"),
        ("the day after tomorrow", "the day after tomorrow", "2026-11-20"),
        ("since the day before yesterday", "the day before yesterday", "2026-11-16"),
        ("I ordered it last Tuesday", "last Tuesday", "2026-11-17"),
        ("last wednesday", "last wednesday", "2026-11-11"),
        ("next friday", "next friday", "2026-11-27"),
        ("this saturday", "this saturday", "2026-11-21"),
        ("tuesday next week", "tuesday next week", "2026-11-24"),
        ("a week on friday", "a week on friday", "2026-11-27"),
        ("in two weeks", "in two weeks", "2026-12-02"),
        ("in 3 days' time", "in 3 days' time", "2026-11-21"),
        ("a couple of weeks ago", "a couple of weeks ago", "2026-11-04"),
        ("a fortnight ago", "a fortnight ago", "2026-11-04"),
        ("two months ago", "two months ago", "2026-09-18"),
        ("a week from today", "a week from today", "2026-11-25"),
        ("in half an hour", "in half an hour", "2026-11-18T10:30"),
        ("the last friday of november", "the last friday of november", "2026-11-27"),
        ("the first monday of next month", "the first monday of next month", "2026-12-07"),
        ("it was coming monday", "monday", "2026-11-16"),
        ("this coming monday", "this coming monday", "2026-11-23"),
        ("promised for the 5th, still nothing", "the 5th", "2026-11-05"),
        ("it came on 5th", "5th", "2026-11-05"),
        ("at lunchtime tomorrow", "lunchtime tomorrow", "2026-11-19T12:00"),
        ("come in the evening", "in the evening", "2026-11-18T19:00"),
        ("see you in the morning", "in the morning", "2026-11-19T09:00"),
        ("between 2 and 4pm", "between 2 and 4pm", "2026-11-18T14:00/2026-11-18T16:00"),
        ("11am-1pm", "11am-1pm", "2026-11-18T11:00/2026-11-18T13:00"),
        (
            "tomorrow between 10am and 1pm",
            "tomorrow between 10am and 1pm",
            "2026-11-19T10:00/2026-11-19T13:00",
        ),
        ("2 hours ago", "2 hours ago", "2026-11-18T08:00"),
    ],
)
def test_a_time_told_from_now_is_resolved(text: str, said: str, value: str) -> None:
    assert (words(text, "time"), values(text, "time")) == ([said], [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("is it back next week", "2026-W48"),
        ("last week", "2026-W46"),
        ("last month", "2026-10"),
        ("next year", "2027"),
        ("last weekend", "2026-11-14/2026-11-15"),
        ("at the weekend", "2026-11-21/2026-11-22"),
        ("the week after next", "2026-W49"),
        ("by the end of the month", "2026-11-30"),
        ("end of next week", "2026-11-29"),
        ("at the beginning of december", "2026-12-01"),
        ("I bought it in september", "2026-09"),
        ("will it be back in january", "2027-01"),
        ("I've been a customer since 2019", "2019"),
        ("a sale in the summer", "2027-06/2027-08"),
        ("bought it last summer", "2026-06/2026-08"),
        ("I bought it in the spring", "2026-03/2026-05"),
        ("will it be back this winter", "2026-12/2027-02"),
    ],
)
def test_a_longer_time_keeps_its_length(text: str, value: str) -> None:
    assert values(text, "time") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("it was promised for 15/11/2026", "2026-11-15"),
        ("on 3.12.", "2026-12-03"),
        ("paid 2026-11-02", "2026-11-02"),
        ("by 5/12 please", "2026-12-05"),
        ("12/25/2026", "2026-12-25"),
        ("1.2.27", "2027-02-01"),
        ("the 1st of december", "2026-12-01"),
        ("Dec 9th", "2026-12-09"),
        ("friday 20 november", "2026-11-20"),
        ("on the third of january", "2027-01-03"),
        ("november 2nd, 2025", "2025-11-02"),
        ("ordered on the 9th", "2026-11-09"),
        ("will you deliver on the 9th?", "2026-12-09"),
        ("for christmas", "2026-12-25"),
        ("since easter", "2026-04-05"),
        ("before new year's eve", "2026-12-31"),
        ("on black friday", "2026-11-27"),
    ],
)
def test_a_day_of_the_calendar_is_found(text: str, value: str) -> None:
    assert values(text, "time") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tomorrow at 4pm", "2026-11-19T16:00"),
        ("4pm tomorrow", "2026-11-19T16:00"),
        ("next tuesday at 11am", "2026-11-24T11:00"),
        ("monday morning would be best", "2026-11-23T09:00"),
        ("yesterday afternoon", "2026-11-17T14:00"),
        ("tonight at 8", "2026-11-18T20:00"),
        ("tonight", "2026-11-18T19:00"),
        ("this morning", "2026-11-18T09:00"),
        ("half past three", "2026-11-18T15:30"),
        ("quarter to five", "2026-11-18T16:45"),
        ("call me at 16:30", "2026-11-18T16:30"),
        ("ring me at 9am please", "2026-11-19T09:00"),
        ("tomorrow at 3", "2026-11-19T15:00"),
        ("8 o'clock tomorrow", "2026-11-19T08:00"),
        ("tomorrow at 9 in the evening", "2026-11-19T21:00"),
        ("friday at noon", "2026-11-20T12:00"),
        ("any time before 12:15 am", "2026-11-19T00:15"),
    ],
)
def test_a_time_of_day_is_one_with_its_day(text: str, value: str) -> None:
    assert values(text, "time") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("arrived on friday with the box open", "2026-11-13"),
        ("need it before saturday", "2026-11-21"),
        ("was supposed to arrive tuesday", "2026-11-17"),
        ("did it arrive on monday?", "2026-11-16"),
        ("nothing has moved since monday", "2026-11-16"),
        ("I moved house. can it come monday", "2026-11-23"),
        ("it will be delivered on friday", "2026-11-20"),
        ("it was delivered wednesday", "2026-11-11"),
    ],
)
def test_a_weekday_lies_where_the_sentence_looks(text: str, value: str) -> None:
    assert values(text, "time") == [value]


@pytest.mark.parametrize(
    "text",
    [
        "it's been 3 weeks",
        "how long does delivery take, 3 to 5 days?",
        "we camped for two weeks",
        "a warranty of 2 years",
        "the 2024 model",
        "next day delivery",
        "may I ask something",
        "I sat down in the sun",
        "soon",
        "are you open on sundays",
        "size 9.5.",
        "99/99/2026 and 31.2.2026",
        "for a christmas present",
        "ridge 2 at 50%",
        "order 1042",
        "march on",
    ],
)
def test_what_names_no_point_in_time_is_no_time(text: str) -> None:
    assert values(text, "time") == []


def test_two_times_stay_two() -> None:
    assert values("monday or tuesday would suit", "time") == ["2026-11-23", "2026-11-24"]


def test_today_is_that_of_the_shop() -> None:
    late = datetime(2026, 11, 18, 23, 30, tzinfo=ZoneInfo("UTC"))

    assert [found.value for found in FINDER.find("today", late)] == ["2026-11-18"]
    assert [found.value for found in FINDER.find("today", late.astimezone(ZoneInfo("Europe/Athens")))] == ["2026-11-19"]


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.sampled_from(["last", "next", "this"]), st.integers(0, 6))
def test_a_weekday_is_always_within_two_weeks(today: date, which: str, weekday: int) -> None:
    name = f"{date(2026, 11, 16) + timedelta(days=weekday):%A}"
    (found,) = FINDER.find(f"{which} {name}", datetime.combine(today, datetime.min.time()))
    day = date.fromisoformat(found.value)

    assert day.weekday() == weekday
    assert (-7 <= (day - today).days < 0) if which == "last" else (0 < (day - today).days <= 13)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 12, 31)))
def test_no_date_breaks_a_calendar_word(now: datetime) -> None:
    text = "29 february, the 31st, end of february, in 13 months, last month, next year, easter, end of the year"

    assert len([found for found in FINDER.find(text, now) if found.entity == "time"]) == 8
