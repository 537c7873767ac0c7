"""Hours and holidays that are set at the desk: by whom, what is refused, and that they count at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.fresh_hours import FreshHours
from bot.hours import SupportHours
from bot.line import Line
from memory.fakes import FakeMemory
from memory.model import HandoffId, WrittenHours
from tests.unit.desk.scene import ADA, NOOR, SAM, Scene

WEEKEND = {"hours": "Sat-Sun 10:00-16:00", "time_zone": "Europe/Paris", "holidays": "2026-03-07"}


async def test_what_an_admin_sets_counts_at_once_and_says_who_set_it(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor, ada = await scene.signed_in(NOOR), await scene.signed_in(ADA)
    assert (await noor.get("/api/desk/hours")).json()["is_open"]
    assert (await noor.get(f"/api/desk/handoffs/{handoff}")).json()["place"]["opens_at"] is None

    told = (await ada.put("/api/desk/hours", json=WEEKEND)).json()

    assert (told["is_open"], told["opens_at"]) == (False, "2026-03-08T10:00:00+01:00")  # Saturday is a holiday
    assert (await noor.get(f"/api/desk/handoffs/{handoff}")).json()["place"]["opens_at"] == told["opens_at"]
    assert (await noor.get("/api/desk/hours")).json() == told
    scene.pass_time(timedelta(minutes=1))
    again = (await ada.put("/api/desk/hours", json={**WEEKEND, "holidays": ""})).json()
    assert [(one["by"], one["holidays"]) for one in again["changes"]] == [
        ("Ada Quill", ""),
        ("Ada Quill", "2026-03-07"),
    ]


@pytest.mark.parametrize("agent", [NOOR, SAM])
async def test_only_admins_set_them(scene: Scene, agent: object) -> None:
    client = await scene.signed_in(NOOR if agent is NOOR else SAM)
    answer = await client.put("/api/desk/hours", json=WEEKEND)
    assert answer.status_code == 403
    assert scene.hours.timetable.written.hours == "Mon-Fri 09:00-17:00"


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"hours": "always"}, "Hours are written like"),
        ({"hours": ""}, "Hours are written like"),
        ({"hours": "Mon-Fri 17:00-09:00"}, "Hours are written like"),
        ({"holidays": "Christmas"}, "Holidays are days"),
        ({"holidays": "2026-02-30"}, "Holidays are days"),
        ({"time_zone": "Fernhill"}, "There is no such time zone"),
        ({"time_zone": "../../etc/passwd"}, "There is no such time zone"),
        ({"time_zone": "Europe"}, "There is no such time zone"),
        ({"time_zone": ""}, "There is no such time zone"),
        ({"hours": "Mon\x00"}, ""),
        ({"hours": "Mon-Fri 09:00-17:00," * 200}, ""),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_line(scene: Scene, wrong: dict[str, str], line: str) -> None:
    answer = await (await scene.signed_in(ADA)).put("/api/desk/hours", json={**WEEKEND, **wrong})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith(line)
    assert await scene.memory.hours_book.latest(1) == []


async def test_another_process_hears_of_it_and_its_customers_are_told_the_new_time(scene: Scene) -> None:
    hours = SupportHours.parse("Mon-Fri 09:00-17:00", "UTC")  # the worker's own, beside the desk's
    line = Line(offers=scene.memory.offers, hours=hours)
    handoff = (await scene.memory.handoffs.view(HandoffId(await scene.ask_for_person()))).handoff
    following = asyncio.create_task(fresh(scene.memory, hours).run())
    try:
        await (await scene.signed_in(ADA)).put("/api/desk/hours", json=WEEKEND)
        await until_set(hours, WEEKEND["hours"])
    finally:
        following.cancel()
    place = await line.place(handoff, scene.now)
    assert place is not None
    assert place.opens_at is not None
    assert hours.in_words(place.opens_at, scene.now, "at") == "on Sunday at 10:00"
    assert hours.in_words(hours.answer_by(scene.now), scene.now) == "on Sunday by 11:00"


async def test_the_operators_hours_count_until_then_and_after_a_restart_the_desks(scene: Scene) -> None:
    hours = SupportHours.parse("Mon-Fri 09:00-17:00", "UTC")
    await fresh(scene.memory, hours).look()
    assert hours.timetable.written.hours == "Mon-Fri 09:00-17:00"
    await scene.memory.hours_book.keep(WrittenHours(**WEEKEND), "Ada")
    await fresh(scene.memory, hours).look()
    assert hours.timetable.written == WrittenHours(**WEEKEND)


async def test_a_zone_that_this_machine_does_not_know_changes_nothing(scene: Scene) -> None:
    hours = SupportHours.parse("Mon-Fri 09:00-17:00", "UTC")
    await scene.memory.hours_book.keep(WrittenHours("Mon 09:00-17:00", "Mars/Olympus"), "Ada")
    await fresh(scene.memory, hours).look()
    assert hours.timetable.written.time_zone == "UTC"


def fresh(memory: FakeMemory, hours: SupportHours) -> FreshHours:
    return FreshHours(book=memory.hours_book, doorbell=memory.doorbell, hours=hours)


async def until_set(hours: SupportHours, written: str) -> None:
    """Let the others work until it is so."""
    for _ in range(1_000):
        if hours.timetable.written.hours == written:
            return
        await asyncio.sleep(0)
    raise AssertionError("the hours that were set never reached the other process")
