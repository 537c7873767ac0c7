"""Offers, passing on to somebody in particular, the team, and a place in the line, as the desk's API tells them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from memory.model import BOT, Aim, HandoffId, HandoffReason, HandoffState, RequestHandoff
from tests.unit.desk.scene import ANA, ANAS_PHONE, NOOR, SAM, SOMEBODY, Scene
from tests.unit.desk.test_desk_handoffs import post


async def offer(scene: Scene, handoff: str, to: Any = NOOR) -> None:
    """The bot offers it for a minute."""
    aim = Aim(to.id, scene.now + timedelta(minutes=1))
    await scene.memory.handoffs.move(HandoffId(handoff), HandoffState.OFFERED, BOT, "has 0 of 3", aim=aim)


async def test_an_offer_says_to_whom_and_until_when_and_only_they_may_decline(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    await offer(scene, handoff)
    noor, sam = await scene.signed_in(NOOR), await scene.signed_in(SAM)
    view = (await noor.get(f"/api/desk/handoffs/{handoff}")).json()
    assert view["state"] == "offered"
    assert view["offer"]["agent"] == {"id": "noor", "name": "Noor Haddad"}
    assert view["allowed"] == ["accept", "decline", "note"]
    assert (await sam.get(f"/api/desk/handoffs/{handoff}")).json()["allowed"] == ["accept", "note"]
    refused = await post(sam, handoff, "decline")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_yours")
    assert "Noor Haddad" in refused.json()["error"]["message"]
    declined = (await post(noor, handoff, "decline", {"note": "lunch"})).json()
    assert (declined["state"], declined["offer"]) == ("queued", None)


async def test_what_is_offered_to_somebody_is_still_among_the_queued(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    await offer(scene, handoff)
    noor = await scene.signed_in()
    for state in ("queued", "offered", "open"):
        listed = (await noor.get("/api/desk/handoffs", params={"state": state})).json()
        assert [(entry["id"], entry["state"]) for entry in listed] == [(handoff, "offered")]
        assert listed[0]["offer"]["agent"]["id"] == "noor"


async def test_whoever_comes_second_hears_who_has_it(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor, sam = await scene.signed_in(NOOR), await scene.signed_in(SAM)
    await post(noor, handoff, "accept")
    refused = await post(sam, handoff, "accept")
    assert refused.status_code == 409
    assert refused.json()["error"] == {
        "code": "not_yours",
        "message": "Noor Haddad has this conversation. Ask them to transfer it to you.",
    }


async def test_it_is_passed_on_to_a_colleague_who_has_two_minutes(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor, sam = await scene.signed_in(NOOR), await scene.signed_in(SAM)
    await post(noor, handoff, "accept")
    passed = (await post(noor, handoff, "transfer", {"agent": "sam", "note": "you know valves"})).json()
    assert (passed["state"], passed["agent"], passed["offer"]["agent"]["id"]) == ("offered", None, "sam")
    assert [note["text"] for note in passed["notes"]] == ["you know valves"]
    scene.pass_time(timedelta(minutes=2))
    (lapsed,) = await scene.memory.offers.lapse()
    assert lapsed.state is HandoffState.QUEUED
    assert (await post(sam, handoff, "accept")).status_code == 200


async def test_it_is_passed_on_to_a_department(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor = await scene.signed_in()
    await post(noor, handoff, "accept")
    passed = (await post(noor, handoff, "transfer", {"department": "workshop"})).json()
    assert (passed["state"], passed["department"]) == ("queued", "workshop")


async def test_nobody_unknown_is_passed_anything(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor = await scene.signed_in()
    await post(noor, handoff, "accept")
    refused = await post(noor, handoff, "transfer", {"agent": "nobody", "note": "take this"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "unknown_agent")
    view = (await noor.get(f"/api/desk/handoffs/{handoff}")).json()
    assert (view["state"], view["notes"]) == ("accepted", [])


async def test_the_history_tells_who_did_what_and_why(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    await offer(scene, handoff)
    noor = await scene.signed_in()
    await post(noor, handoff, "accept")
    history = (await post(noor, handoff, "return", {"note": "the bot can do it"})).json()["history"]
    assert [(move["after"], move["by"], move["why"], move["agent_id"]) for move in history] == [
        ("requested", "bot", "asked_for_person", None),
        ("queued", "bot", None, None),
        ("offered", "bot", "has 0 of 3", "noor"),
        ("accepted", "noor", None, None),
        ("returned", "noor", "the bot can do it", None),
    ]


async def test_the_team_shows_who_is_there_with_how_much(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor = await scene.signed_in()
    await post(noor, handoff, "accept")
    team = {each["id"]: each for each in (await noor.get("/api/desk/team")).json()}
    assert (team["noor"]["presence"], team["noor"]["load"], team["noor"]["capacity"]) == ("present", 1, 3)
    assert (team["sam"]["presence"], team["sam"]["departments"]) == ("gone", [])


async def test_an_agent_goes_away_and_comes_back(scene: Scene) -> None:
    noor = await scene.signed_in()
    assert (await noor.post("/api/desk/me/presence", json={"away": True})).json()["presence"] == "away"
    assert (await noor.post("/api/desk/me/presence", json={"away": False})).json()["presence"] == "present"
    assert (await noor.post("/api/desk/me/presence", json={})).status_code == 422


async def test_the_place_in_the_line_is_told_while_somebody_waits(scene: Scene) -> None:
    wanted = RequestHandoff(HandoffReason.ASKED_FOR_PERSON, department="returns")
    await scene.turn("a person", "Of course.", at=SOMEBODY, records=[wanted])
    scene.pass_time(timedelta(minutes=1))
    customer_id = await scene.turn("a person", "Of course.", at=ANAS_PHONE, identity=ANA, records=[wanted])
    handoff = await scene.handoff_of(customer_id)
    noor = await scene.signed_in()
    view = (await noor.get(f"/api/desk/handoffs/{handoff}")).json()
    assert view["department"] == "returns"
    assert view["place"] == {"number": 2, "wait_seconds": None, "opens_at": None}
    assert (await post(noor, handoff, "accept")).json()["place"] is None


@pytest.mark.parametrize("body", [{"agent": ""}, {"agent": "x" * 65}, {"department": "a\u0000b"}, {"agent": 7}])
async def test_passing_on_to_something_that_is_no_name_is_refused_in_one_clear_line(
    scene: Scene, body: dict[str, Any]
) -> None:
    handoff = await scene.ask_for_person()
    noor = await scene.signed_in()
    await post(noor, handoff, "accept")
    assert (await post(noor, handoff, "transfer", body)).status_code == 422
