"""The queue, one conversation, and every move an agent can make or is refused."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.desk.conversations import MOST_ENDED
from memory.model import (
    Address,
    Button,
    CloseCase,
    DialogueState,
    HandoffId,
    HandoffReason,
    HandoffState,
    LearnFact,
    MakePromise,
    OfferAnswer,
    OpenCase,
    RateAnswer,
    Reply,
    RequestHandoff,
)
from memory.model import CaseState as Ended
from tests.unit.desk.scene import ANA, ANAS_BROWSER, ANAS_PHONE, NOOR, SAM, SOMEBODY, Scene

MISSING = "0" * 32


async def post(client: httpx.AsyncClient, handoff: str, move: str, body: dict[str, Any] | None = None) -> Any:
    return await client.post(f"/api/desk/handoffs/{handoff}/{move}", json=body)


async def anas_return(scene: Scene) -> str:
    """Ana asked an FAQ on the website, began a return there, went on by phone and asked for a person."""
    solved = [
        OpenCase("faq", "Question about returns"),
        OfferAnswer("return_window", "How long do I have?", 0.91),
        RateAnswer(helped=True),
        CloseCase("faq", Ended.SOLVED),
    ]
    await scene.turn("how long for returns?", "60 days.", identity=ANA, records=solved)
    scene.pass_time(timedelta(days=2))
    buttons = [Button("Refund", "/inform"), Button("Exchange", "/inform")]
    customer_id = await scene.turn(
        "I want to return the Ridge 2 from 1042, too small",
        Reply("Refund or exchange?", buttons),
        identity=ANA,
        records=[OpenCase("return_item", "Return of the Ridge 2 tent"), LearnFact("delivery_address", "12 Mill Lane")],
        dialogue=DialogueState("{}", "return_form", "Return of the Ridge 2 tent", {"Order": "1042"}),
    )
    code = await scene.memory.identities.issue_code(customer_id, scene.now + timedelta(minutes=5))
    await scene.link(ANAS_PHONE, code)
    asked = [
        RequestHandoff(HandoffReason.ASKED_FOR_PERSON),
        MakePromise("Someone writes about the return", scene.now + timedelta(hours=3)),
    ]
    await scene.turn("a person please", "Of course.", at=ANAS_PHONE, records=asked)
    return await scene.handoff_of(customer_id)


async def test_the_queue_lists_who_waits_with_goal_channel_and_last_words(scene: Scene) -> None:
    handoff = await anas_return(scene)
    scene.pass_time(timedelta(minutes=4))
    await scene.ask_for_person("WHERE IS IT", reason=HandoffReason.DISTRESS)
    first, second = (await (await scene.signed_in()).get("/api/desk/handoffs")).json()
    assert first["id"] == handoff
    assert (first["state"], first["reason"], first["channel"]) == ("queued", "asked_for_person", "telegram")
    assert (first["customer"]["name"], first["customer"]["identified"]) == ("Ana Petrova", True)
    assert first["goal"] == "Return of the Ridge 2 tent"
    assert first["last_message"]["text"] == "Of course."
    assert first["agent"] is None
    assert first["unanswered"] == 1
    assert (second["customer"]["name"], second["reason"]) == (None, "distress")
    assert (first["asked"], second["goal"], second["asked"]) == (None, None, "WHERE IS IT")


async def test_an_opened_conversation_has_the_whole_story_across_channels(scene: Scene) -> None:
    handoff = await anas_return(scene)
    view = (await (await scene.signed_in()).get(f"/api/desk/handoffs/{handoff}")).json()
    assert [message["text"] for message in view["messages"]] == [
        "how long for returns?",
        "60 days.",
        "I want to return the Ridge 2 from 1042, too small",
        "Refund or exchange?",
        "hello again, on my phone now",
        "We go on here.",
        "a person please",
        "Of course.",
    ]
    assert {message["channel"] for message in view["messages"]} == {"web", "telegram"}
    assert view["messages"][3]["buttons"] == ["Refund", "Exchange"]
    assert [message["number"] for message in view["messages"]] == list(range(1, 9))
    assert view["requested_number"] == 7
    assert view["allowed"] == ["accept", "note"]


async def test_its_brief_holds_all_that_an_agent_would_otherwise_ask(scene: Scene) -> None:
    handoff = await anas_return(scene)
    brief = (await (await scene.signed_in()).get(f"/api/desk/handoffs/{handoff}")).json()["brief"]
    assert brief["customer"]["email"] == "ana@example.com"
    assert set(brief["customer"]["channels"]) == {"web", "telegram"}
    assert brief["goal"] == "Return of the Ridge 2 tent"
    assert brief["collected"] == [{"label": "Order", "value": "1042", "number": 3}]
    assert [(tried["title"], tried["helped"], tried["number"]) for tried in brief["tried"]] == [
        ("How long do I have?", True, 2)
    ]
    assert brief["why"] == {
        "reason": "asked_for_person",
        "text": "They asked for a person.",
        "number": 7,
        "quote": "a person please",
    }
    assert [(fact["label"], fact["value"]) for fact in brief["facts"]] == [("Address", "12 Mill Lane")]
    assert brief["promises"][0]["text"] == "Someone writes about the return"
    assert [case["title"] for case in brief["cases"]] == ["Return of the Ridge 2 tent", "Question about returns"]


async def test_a_whole_handoff_from_accept_to_resolve(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor = await scene.signed_in()
    accepted = (await post(noor, handoff, "accept")).json()
    assert (accepted["state"], accepted["agent"]) == ("accepted", {"id": "noor", "name": "Noor Haddad"})
    assert accepted["allowed"] == ["transfer", "return", "resolve", "reply", "note"]
    replied = (await post(noor, handoff, "reply", {"text": "  Hello, I am Noor.  "})).json()
    assert replied["state"] == "active"
    said = replied["messages"][-1]
    assert (said["author"], said["text"], said["agent_name"]) == ("agent", "Hello, I am Noor.", "Noor Haddad")
    noted = (await post(noor, handoff, "note", {"text": "calm and kind"})).json()
    assert [(note["agent_name"], note["text"]) for note in noted["notes"]] == [("Noor Haddad", "calm and kind")]
    resolved = (await post(noor, handoff, "resolve", {"note": "sent a new label"})).json()
    assert (resolved["state"], resolved["allowed"]) == ("resolved", ["take_over", "note"])
    assert resolved["closed_at"] is not None
    assert [note["text"] for note in resolved["notes"]] == ["calm and kind", "sent a new label"]


async def test_a_note_is_never_told_to_the_customer(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor = await scene.signed_in()
    noted = (await post(noor, handoff, "note", {"text": "seems to be a reseller"})).json()
    assert all("reseller" not in message["text"] for message in noted["messages"])


async def test_back_in_the_queue_another_agent_can_take_it_and_reads_the_note(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor, sam = await scene.signed_in(), await scene.signed_in(SAM)
    await post(noor, handoff, "accept")
    freed = (await post(noor, handoff, "transfer", {"note": "needs the workshop"})).json()
    assert (freed["state"], freed["agent"]) == ("queued", None)
    taken = (await post(sam, handoff, "accept")).json()
    assert taken["agent"]["name"] == "Sam Reyes"
    assert taken["notes"][0]["text"] == "needs the workshop"


async def test_returned_to_the_bot_it_leaves_the_open_queue_and_is_listed_as_closed(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor = await scene.signed_in()
    await post(noor, handoff, "accept")
    assert (await post(noor, handoff, "return")).json()["state"] == "returned"
    assert (await noor.get("/api/desk/handoffs")).json() == []
    for state in ("closed", "returned"):
        listed = (await noor.get("/api/desk/handoffs", params={"state": state})).json()
        assert [entry["id"] for entry in listed] == [handoff]
    assert (await noor.get("/api/desk/handoffs", params={"state": "resolved"})).json() == []


async def test_two_agents_accept_at_once_and_exactly_one_gets_it(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor, sam = await scene.signed_in(), await scene.signed_in(SAM)
    answers = await asyncio.gather(post(noor, handoff, "accept"), post(sam, handoff, "accept"))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize("move", ["return", "resolve", "transfer"])
async def test_a_move_that_is_not_legal_answers_409_and_changes_nothing(scene: Scene, move: str) -> None:
    handoff = await scene.ask_for_person()
    noor = await scene.signed_in()
    refused = await post(noor, handoff, move, {"note": "never mind"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "illegal_move")
    view = (await noor.get(f"/api/desk/handoffs/{handoff}")).json()
    assert (view["state"], view["notes"]) == ("queued", [])


async def test_nobody_can_reply_before_accepting_or_after_resolving(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor = await scene.signed_in()
    early = await post(noor, handoff, "reply", {"text": "hello"})
    await post(noor, handoff, "accept")
    await post(noor, handoff, "resolve")
    late = await post(noor, handoff, "reply", {"text": "hello"})
    again = await post(noor, handoff, "accept")
    assert [answer.json()["error"]["code"] for answer in (early, late, again)] == ["illegal_move"] * 3
    assert {answer.status_code for answer in (early, late, again)} == {409}


async def test_a_colleagues_conversation_can_be_noted_but_not_taken_or_answered(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor, sam = await scene.signed_in(), await scene.signed_in(SAM)
    await post(noor, handoff, "accept")
    for move, body in (("reply", {"text": "hi"}), ("resolve", None), ("return", None), ("transfer", None)):
        refused = await post(sam, handoff, move, body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_yours"), move
    assert (await sam.get(f"/api/desk/handoffs/{handoff}")).json()["allowed"] == ["note"]
    assert (await post(sam, handoff, "note", {"text": "I know them"})).status_code == 200


@pytest.mark.parametrize("path", ["", "/messages?before=5"])
async def test_an_unknown_handoff_is_not_found(scene: Scene, path: str) -> None:
    answer = await (await scene.signed_in()).get(f"/api/desk/handoffs/{MISSING}{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("move", ["accept", "reply", "note", "transfer", "return", "resolve"])
async def test_no_move_of_an_unknown_handoff_is_found(scene: Scene, move: str) -> None:
    answer = await post(await scene.signed_in(), MISSING, move, {"text": "hello"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("kind", ["reply", "note"])
async def test_text_that_says_nothing_or_too_much_is_refused(scene: Scene, kind: str) -> None:
    handoff = await scene.ask_for_person()
    noor = await scene.signed_in()
    await post(noor, handoff, "accept")
    headers = {"Content-Type": "application/json"}
    for text in ("", "   \n ", "x" * 10_001, "a\x00b", 5, None, "\ud800", ["a"]):
        raw = json.dumps({"text": text})
        answer = await noor.post(f"/api/desk/handoffs/{handoff}/{kind}", content=raw, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_request"), raw[:40]
    view = (await noor.get(f"/api/desk/handoffs/{handoff}")).json()
    assert (view["state"], view["notes"]) == ("accepted", [])


async def test_ten_thousand_characters_are_delivered_whole(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    noor = await scene.signed_in()
    await post(noor, handoff, "accept")
    words = "é" * 10_000
    assert (await post(noor, handoff, "reply", {"text": words})).json()["messages"][-1]["text"] == words


async def test_a_reply_of_a_megabyte_is_refused_with_a_clear_line(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    answer = await post(await scene.signed_in(), handoff, "reply", {"text": "x" * 2**20})
    error = {"code": "too_large", "message": "This is too much at once: at most 128 KB are taken."}
    assert (answer.status_code, answer.json()) == (413, {"error": error})


@pytest.mark.parametrize("params", [{"state": "sleeping"}, {"state": ""}])
async def test_an_unknown_state_is_refused(scene: Scene, params: dict[str, str]) -> None:
    answer = await (await scene.signed_in()).get("/api/desk/handoffs", params=params)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("handoff", ["%00", "a%20b", "x" * 65, "..%2F..%2Fme"])
async def test_an_id_that_is_none_is_never_an_error_of_ours(scene: Scene, handoff: str) -> None:
    answer = await (await scene.signed_in()).get(f"/api/desk/handoffs/{handoff}")
    assert answer.status_code in {404, 422}


async def test_earlier_messages_than_the_last_200_can_be_read(scene: Scene) -> None:
    for number in range(110):
        await scene.turn(f"question {number}", f"answer {number}", at=SOMEBODY)
    handoff = await scene.ask_for_person()
    noor = await scene.signed_in()
    latest = (await noor.get(f"/api/desk/handoffs/{handoff}")).json()["messages"]
    assert len(latest) == 200
    first = latest[0]["number"]
    earlier = (await noor.get(f"/api/desk/handoffs/{handoff}/messages", params={"before": first})).json()
    assert [message["number"] for message in earlier] == list(range(1, first))


@pytest.mark.parametrize("before", ["0", "-1", "x", str(2**70)])
async def test_a_page_from_nowhere_is_refused(scene: Scene, before: str) -> None:
    handoff = await scene.ask_for_person()
    answer = await (await scene.signed_in()).get(f"/api/desk/handoffs/{handoff}/messages", params={"before": before})
    assert answer.status_code == 422


async def test_markup_in_words_and_names_comes_back_as_it_was_written(scene: Scene) -> None:
    words = "<img src=x onerror=alert(1)> & <script>alert(2)</script>"
    handoff = await scene.ask_for_person(words, at=ANAS_BROWSER)
    answer = await (await scene.signed_in()).get(f"/api/desk/handoffs/{handoff}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["messages"][0]["text"] == words


async def test_what_has_ended_can_be_taken_over_and_counts_as_such(scene: Scene) -> None:
    handoff, noor, sam = await scene.ask_for_person("my zip broke"), await scene.signed_in(), await scene.signed_in(SAM)
    path = f"/api/desk/handoffs/{handoff}"
    await noor.post(f"{path}/accept")
    assert "take_over" not in (await noor.get(path)).json()["allowed"]
    await noor.post(f"{path}/resolve")
    assert (await sam.get(path)).json()["allowed"] == ["take_over", "note"]

    taken = (await sam.post(f"{path}/take-over")).json()
    assert taken["id"] != handoff
    assert (taken["state"], taken["reason"], taken["agent"]["name"]) == ("accepted", "agent_took_over", "Sam Reyes")
    assert taken["brief"]["why"]["text"] == "A person took over without being called."
    assert "reply" in taken["allowed"]
    assert b'handoffs_requested_total{reason="agent_took_over"} 1.0' in scene.metrics.page()
    refused = await noor.post(f"{path}/take-over")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_yours")
    assert (await sam.post(f"{path}/take-over")).json()["id"] == taken["id"]
    assert b'handoffs_requested_total{reason="agent_took_over"} 2.0' not in scene.metrics.page()
    assert (await sam.post("/api/desk/handoffs/gone/take-over")).status_code == 404


async def test_of_what_has_ended_the_latest_are_listed(scene: Scene) -> None:
    noor, handoffs = await scene.signed_in(), scene.memory.handoffs
    for number in range(MOST_ENDED + 1):
        handoff = HandoffId(await scene.ask_for_person(f"{number}", at=Address("web", f"v{number}")))
        await handoffs.move(handoff, HandoffState.ACCEPTED, NOOR.id)
        await handoffs.move(handoff, HandoffState.RESOLVED, NOOR.id)
        scene.pass_time(timedelta(seconds=1))
    listed = (await noor.get("/api/desk/handoffs", params={"state": "closed"})).json()
    assert [entry["asked"] for entry in listed] == [f"{number}" for number in range(1, MOST_ENDED + 1)]
