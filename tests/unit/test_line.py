"""What is said of a place in the line comes from what was, or is not said."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.hours import SupportHours
from bot.line import Line, estimate
from memory.model import HandoffReason, HandoffState, RequestHandoff, Wait
from tests.conftest import HandClock
from tests.contract.memory.talk import Talk
from tests.remembering import fake_memory

HOURS = SupportHours.parse("Mon-Fri 09:00-17:00", "UTC")
THURSDAY = datetime(2030, 3, 14, 9, 0, tzinfo=timezone.utc)


def wait(minutes: float, began: datetime = THURSDAY) -> Wait:
    return Wait(began, began + timedelta(minutes=minutes))


def test_the_estimate_is_the_median_of_what_others_waited() -> None:
    assert estimate([wait(1), wait(90), wait(4)], HOURS) == timedelta(minutes=4)
    assert estimate([wait(1), wait(2), wait(4), wait(90)], HOURS) == timedelta(minutes=3)


@pytest.mark.parametrize("waits", [[], [wait(1)], [wait(1), wait(2)]])
def test_from_less_than_three_waits_nothing_is_claimed(waits: list[Wait]) -> None:
    assert estimate(waits, HOURS) is None


def test_a_night_is_not_counted_as_waiting() -> None:
    over_night = Wait(THURSDAY + timedelta(hours=7, minutes=58), THURSDAY + timedelta(hours=24, minutes=3))
    assert estimate([over_night] * 3, HOURS) == timedelta(minutes=5)


@pytest.fixture
def talk(clock: HandClock) -> Talk:
    clock.now = THURSDAY
    return Talk(fake_memory(clock=clock), clock)


async def test_a_place_counts_who_is_before_and_what_the_department_lately_waited(talk: Talk) -> None:
    line, mara = Line(offers=talk.memory.offers, hours=HOURS), await talk.agent()
    returns = RequestHandoff(HandoffReason.ASKED_FOR_PERSON, department="returns")
    for number, minutes in enumerate((2, 6, 4)):
        served = await talk.ask_for_person(("telegram", f"{number}"), wanted=returns)
        talk.clock.advance(minutes=minutes)
        await talk.memory.handoffs.move(served.id, HandoffState.ACCEPTED, mara)
    await talk.ask_for_person(("telegram", "8"), wanted=returns)
    talk.clock.advance(minutes=1)
    second = await talk.ask_for_person(("telegram", "9"), wanted=returns)
    place = await line.place(second, talk.clock.now)
    assert place is not None
    assert (place.number, place.wait, place.opens_at) == (2, timedelta(minutes=4), None)


async def test_what_is_offered_to_somebody_comes_next(talk: Talk) -> None:
    line, mara = Line(offers=talk.memory.offers, hours=HOURS), await talk.agent()
    await talk.ask_for_person(("telegram", "1"))
    offered = await talk.offered(await talk.ask_for_person(("telegram", "2")), mara)
    place = await line.place(offered, talk.clock.now)
    assert place is not None
    assert (place.number, place.wait) == (1, None)


async def test_out_of_hours_it_says_when_the_desk_opens(talk: Talk) -> None:
    talk.clock.advance(days=1, hours=9)
    handoff = await talk.ask_for_person()
    place = await Line(offers=talk.memory.offers, hours=HOURS).place(handoff, talk.clock.now)
    assert place is not None
    assert place.opens_at == THURSDAY + timedelta(days=4)


async def test_who_has_a_person_has_no_place_in_the_line(talk: Talk) -> None:
    handoff, _ = await talk.taken()
    assert await Line(offers=talk.memory.offers, hours=HOURS).place(handoff, talk.clock.now) is None
