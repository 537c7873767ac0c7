"""Agents see what is owed, record what they promise, and close it with evidence; times come once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.desk.ledger import Ledger
from bot.desk.readings import Noting
from bot.desk.timekeeper import Timekeeper
from bot.hours import SupportHours
from memory.model import MakePromise
from tests.unit.desk.scene import ADA, NOOR, SAM, SOMEBODY, Scene

HOURS = SupportHours.parse("Mon-Fri 09:00-17:00", "UTC")
SAID = "I'll call you by 11:00."


async def talking(scene: Scene, client: httpx.AsyncClient) -> str:
    """A conversation that this agent has."""
    handoff = await scene.ask_for_person(name="Mo")
    await client.post(f"/api/desk/handoffs/{handoff}/accept")
    return handoff


async def promised(scene: Scene, client: httpx.AsyncClient, handoff: str, text: str = SAID) -> dict[str, Any]:
    """The agent writes and records what they promised; the promise as the brief has it."""
    said = (await client.post(f"/api/desk/handoffs/{handoff}/reply", json={"text": text})).json()["messages"][-1]
    (found,) = (await client.post("/api/desk/promises/recognise", json={"text": text})).json()
    new = {**found, "number": said["number"]}
    answer = await client.post(f"/api/desk/handoffs/{handoff}/promises", json=new)
    assert answer.status_code == 200, answer.text
    promise: dict[str, Any] = answer.json()["brief"]["promises"][0]
    return promise


def keeper(scene: Scene, **changes: Any) -> Timekeeper:
    parts: dict[str, Any] = {
        "times": scene.memory.promise_times,
        "hours": HOURS,
        "remind_before": timedelta(minutes=30),
    }
    return Timekeeper(**{**parts, "clock": lambda: scene.now, **changes})


async def test_what_an_agent_writes_is_recognised_and_recorded_with_its_message(scene: Scene) -> None:
    noor = await scene.signed_in()
    promise = await promised(scene, noor, await talking(scene, noor))
    assert (promise["text"], promise["due_at"]) == (SAID, "2026-03-02T11:00:00Z")
    assert (promise["owner"], promise["owner_name"], promise["state"], promise["number"]) == (
        "noor",
        NOOR.name,
        "open",
        3,
    )
    (listed,) = (await noor.get("/api/desk/promises")).json()
    assert (listed["id"], listed["customer"], listed["state"]) == (promise["id"], "Mo", "open")
    assert listed["handoff"]


async def test_nothing_is_recognised_where_nothing_is_promised(scene: Scene) -> None:
    noor = await scene.signed_in()
    answer = await noor.post("/api/desk/promises/recognise", json={"text": "The parcel arrives tomorrow."})
    assert (answer.status_code, answer.json()) == (200, [])


async def test_a_promise_is_kept_with_a_message_or_a_note_and_not_without_either(scene: Scene) -> None:
    noor = await scene.signed_in()
    handoff = await talking(scene, noor)
    promise = await promised(scene, noor, handoff)
    assert (await noor.post(f"/api/desk/promises/{promise['id']}/keep", json={})).status_code == 422
    missing = await noor.post(f"/api/desk/promises/{promise['id']}/keep", json={"number": 999})
    assert (missing.status_code, missing.json()["error"]["code"]) == (422, "unknown_message")
    kept = await noor.post(f"/api/desk/promises/{promise['id']}/keep", json={"number": 3})
    assert (kept.json()["state"], kept.json()["kept_in"]) == ("kept", 3)
    again = await noor.post(f"/api/desk/promises/{promise['id']}/cancel", json={"why": "by mistake"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "illegal_move")
    assert (await noor.get("/api/desk/promises")).json() == []
    (closed,) = (await noor.get("/api/desk/promises", params={"which": "closed"})).json()
    assert closed["state"] == "kept"


async def test_somebody_elses_promise_is_closed_by_a_lead_and_not_by_a_colleague(scene: Scene) -> None:
    sam, noor = await scene.signed_in(SAM), await scene.signed_in()
    promise = await promised(scene, sam, await talking(scene, sam))
    refused = await noor.post(f"/api/desk/promises/{promise['id']}/keep", json={"note": "called"})
    assert (refused.status_code, refused.json()["error"]["message"]) == (
        403,
        "That is Sam Reyes's promise. They or a lead can close it.",
    )
    ada = await scene.signed_in(ADA)
    gone = await ada.post(f"/api/desk/promises/{promise['id']}/cancel", json={"why": "  they called us  "})
    assert (gone.json()["state"], gone.json()["why"]) == ("cancelled", "they called us")


@pytest.mark.parametrize("due", ["2026-03-02T08:59:00Z", "2027-06-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
async def test_only_a_time_ahead_within_a_year_can_be_promised(scene: Scene, due: str) -> None:
    noor = await scene.signed_in()
    handoff = await talking(scene, noor)
    new = {"text": "x", "due_at": due, "number": 1}
    answer = await noor.post(f"/api/desk/handoffs/{handoff}/promises", json=new)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "not_a_due_time")


async def test_what_is_not_there_is_answered_so(scene: Scene) -> None:
    noor = await scene.signed_in()
    assert (await noor.post("/api/desk/promises/4711/keep", json={"note": "x"})).status_code == 404
    new = {"text": "x", "due_at": "2026-03-02T11:00:00Z", "number": 1}
    assert (await noor.post("/api/desk/handoffs/nobody/promises", json=new)).status_code == 404
    handoff = await talking(scene, noor)
    theirs = await noor.post(f"/api/desk/handoffs/{handoff}/promises", json=new)
    assert theirs.json()["error"]["code"] == "unknown_message", "the customer's own words promise nothing of ours"
    assert (await scene.client().get("/api/desk/promises")).status_code == 401


async def test_mine_are_ones_own_and_the_teams_and_due_soon_are_those_to_be_reminded_of(scene: Scene) -> None:
    sam, noor = await scene.signed_in(SAM), await scene.signed_in()
    await promised(scene, sam, await talking(scene, sam))
    later = MakePromise("Someone will write.", scene.now + timedelta(hours=5))
    await scene.turn("hello", "hi", at=SOMEBODY, records=[later])
    mine = (await noor.get("/api/desk/promises", params={"whose": "mine"})).json()
    assert [(one["text"], one["owner_name"]) for one in mine] == [("Someone will write.", "The team")]
    assert len((await noor.get("/api/desk/promises")).json()) == 2
    assert (await noor.get("/api/desk/promises", params={"which": "due_soon"})).json() == []
    scene.pass_time(timedelta(minutes=91))
    (soon,) = (await sam.get("/api/desk/promises", params={"which": "due_soon"})).json()
    assert soon["text"] == SAID


async def test_a_lead_hears_live_of_everybodys_promises_and_an_agent_of_theirs(scene: Scene) -> None:
    sam = await scene.signed_in(SAM)
    await promised(scene, sam, await talking(scene, sam))
    half = timedelta(minutes=30)
    ledger = Ledger(
        promises=scene.memory.promises,
        noting=Noting(scene.memory.readings),
        hours=HOURS,
        remind_before=half,
        now=lambda: scene.now,
    )
    assert [one.text for one in await ledger.concerning(SAM)] == [SAID]
    assert await ledger.concerning(NOOR) == []


async def test_the_owner_is_reminded_once_and_the_promise_broken_once(scene: Scene) -> None:
    noor = await scene.signed_in()
    promise = await promised(scene, noor, await talking(scene, noor))
    scene.pass_time(timedelta(minutes=95))
    await asyncio.gather(*(keeper(scene).look() for _ in range(3)))
    (reminded,) = (await noor.get("/api/desk/promises")).json()
    assert (reminded["state"], reminded["reminded_at"]) == ("open", "2026-03-02T10:35:00Z")
    scene.pass_time(timedelta(minutes=25))
    await asyncio.gather(*(keeper(scene).look() for _ in range(3)))
    (broken,) = (await noor.get("/api/desk/promises", params={"which": "broken"})).json()
    assert (broken["id"], broken["state"], broken["told_in"]) == (promise["id"], "broken", None)


async def test_the_customer_is_told_honestly_once_what_was_not_kept(scene: Scene) -> None:
    by = scene.now + timedelta(hours=1)
    customer = await scene.turn("help", "ok", records=[MakePromise("Someone from our team will write.", by)])
    scene.pass_time(timedelta(hours=2))
    for _ in range(3):
        await keeper(scene).look()
    news = [message.text for message in await scene.memory.transcript.before(customer, None, 10)][2:]
    assert news == [
        "We told you: “Someone from our team will write.” That was due today by 10:00, and it has not happened. "
        "I’m sorry. Our team’s lead knows about it, and we still owe it to you."
    ]


async def test_who_was_killed_before_telling_is_followed_by_one_who_tells(scene: Scene) -> None:
    customer = await scene.turn("help", "ok", records=[MakePromise("We check.", scene.now + timedelta(hours=1))])
    scene.pass_time(timedelta(hours=1))
    times = scene.memory.promise_times

    class Killed:
        lapse = staticmethod(times.lapse)
        untold = staticmethod(times.untold)

        async def tell(self, promise_id: int, text: str) -> None:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await keeper(scene, times=Killed()).look()
    await keeper(scene).look()
    await keeper(scene).look()
    assert len(await scene.memory.transcript.before(customer, None, 10)) == 3
