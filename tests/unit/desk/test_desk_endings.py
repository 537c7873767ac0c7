"""Resolving with an outcome and a contact reason, and what the desk shows of it afterwards."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.afterwards import QUESTION
from memory.model import Agreed, AnswerFeedback, DialogueState, HandoffReason, HandoffState, RequestHandoff
from tests.unit.desk.scene import SOMEBODY, Scene


async def resolved(scene: Scene, body: dict[str, Any] | None) -> tuple[httpx.AsyncClient, str, httpx.Response]:
    handoff, noor = await scene.ask_for_person(), await scene.signed_in()
    await noor.post(f"/api/desk/handoffs/{handoff}/accept")
    return noor, handoff, await noor.post(f"/api/desk/handoffs/{handoff}/resolve", json=body)


def said(answer: httpx.Response) -> list[str]:
    return [message["text"] for message in answer.json()["messages"]]


async def test_a_resolved_conversation_says_what_it_came_to_and_what_it_was_about(scene: Scene) -> None:
    body = {"outcome": "solved", "contact_reason": "returns/too_late", "note": "goodwill"}
    noor, handoff, answer = await resolved(scene, body)
    (past,) = answer.json()["past"]
    assert past | {"closed_at": None} == {
        "id": handoff,
        "state": "resolved",
        "reason": "asked_for_person",
        "agent": "Noor Haddad",
        "closed_at": None,
        "outcome": "solved",
        "about": "Returns and exchanges: After the return period",
        "agreed": None,
        "asked": True,
        "solved": None,
        "line": None,
    }
    assert [note["text"] for note in answer.json()["notes"]] == ["goodwill"]
    assert said(answer)[-1] == QUESTION.text
    (entry,) = (await noor.get("/api/desk/handoffs", params={"state": "closed"})).json()
    assert entry["outcome"] == "solved"


async def test_without_a_body_nothing_is_said_of_it_and_nobody_is_asked(scene: Scene) -> None:
    _, _, answer = await resolved(scene, None)
    (past,) = answer.json()["past"]
    assert (answer.status_code, past["outcome"], past["about"], past["asked"]) == (200, None, None, False)
    assert QUESTION.text not in said(answer)


@pytest.mark.parametrize("outcome", ["not_solved", "no_answer", "elsewhere", "no_matter"])
async def test_only_what_was_solved_is_asked_about(scene: Scene, outcome: str) -> None:
    _, _, answer = await resolved(scene, {"outcome": outcome})
    assert QUESTION.text not in said(answer)


async def test_an_operator_may_want_nobody_to_be_asked(scene: Scene) -> None:
    scene.asks_if_solved = False
    _, _, answer = await resolved(scene, {"outcome": "solved"})
    assert QUESTION.text not in said(answer)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"outcome": "splendid"}, "invalid_request"),
        ({"contact_reason": "returns/none"}, "unknown_reason"),
        ({"contact_reason": "returns"}, "unknown_reason"),
        ({"contact_reason": "x" * 101}, "invalid_request"),
    ],
)
async def test_an_unknown_outcome_or_reason_is_refused_and_nothing_ends(
    scene: Scene, body: dict[str, Any], code: str
) -> None:
    noor, handoff, answer = await resolved(scene, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert (await noor.get(f"/api/desk/handoffs/{handoff}")).json()["state"] == "accepted"


async def test_the_next_agent_reads_that_it_was_not_solved_and_what_is_missing(scene: Scene) -> None:
    noor, handoff, _ = await resolved(scene, {"outcome": "solved"})
    unsolved = AnswerFeedback(handoff, solved=False, is_line=True)  # type: ignore[arg-type]
    records = [unsolved, RequestHandoff(HandoffReason.NOT_SOLVED)]
    customer = await scene.turn("no, it still leaks at the seam", "I'm sorry.", at=SOMEBODY, records=records)
    again = (await noor.get(f"/api/desk/handoffs/{await scene.handoff_of(customer)}")).json()
    (past,) = again["past"]
    assert (past["id"], past["solved"], past["line"]["text"]) == (handoff, False, "no, it still leaks at the seam")
    assert again["brief"]["why"]["text"] == "Asked afterwards, they said that it is not solved."
    assert again["brief"]["next"][0]["text"].startswith("Ask what is still missing")


async def test_the_list_of_contact_reasons_has_two_levels(scene: Scene) -> None:
    noor = await scene.signed_in()
    groups = (await noor.get("/api/desk/contact-reasons")).json()
    assert {"id": "returns/too_late", "label": "After the return period"} in groups[2]["reasons"]
    assert [group["label"] for group in groups][:3] == ["Orders", "Delivery", "Returns and exchanges"]


async def returned(scene: Scene, body: dict[str, Any] | None) -> httpx.Response:
    begun = DialogueState("{}", "return_form", "Return of the tent", {"Return item": "Ridge 2 Tent"})
    records = [RequestHandoff(HandoffReason.ASKED_FOR_PERSON)]
    customer = await scene.turn("a person please", "Of course.", at=SOMEBODY, dialogue=begun, records=records)
    handoff, noor = await scene.handoff_of(customer), await scene.signed_in()
    await noor.post(f"/api/desk/handoffs/{handoff}/accept")
    return await noor.post(f"/api/desk/handoffs/{handoff}/return", json=body)


async def test_what_was_agreed_is_handed_to_the_bot_and_shown(scene: Scene) -> None:
    body = {"agreed": " A refund, without the bag. ", "values": {"return_reason": "Faulty"}, "note": "ok with Sam"}
    answer = await returned(scene, body)
    (past,) = answer.json()["past"]
    assert (past["state"], past["agreed"]) == ("returned", "A refund, without the bag.")
    assert [note["text"] for note in answer.json()["notes"]] == ["ok with Sam"]
    await scene.memory.inbox.accept(scene.inbound("ok", at=SOMEBODY))
    async with scene.memory.turns.claim() as turn:
        assert turn is not None
        assert turn.thread.given_back is not None
        assert turn.thread.given_back.agreed == Agreed("A refund, without the bag.", {"return_reason": "Faulty"})


async def test_the_open_task_says_what_can_be_filled_in_save_for_proofs_and_yeses(scene: Scene) -> None:
    fields = (await returned(scene, None)).json()["fields"]
    assert {"slot": "return_item", "label": "Return item", "value": "Ridge 2 Tent"} in fields
    assert [field["slot"] for field in fields] == [
        *("order_number", "return_item", "return_reason", "return_resolution", "return_size")
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"values": {"return_confirmed": "yes"}}, "unknown_field"),
        ({"values": {"new_address": "12 Mill Lane"}}, "unknown_field"),
        ({"values": {"return_reason": " "}}, "invalid_request"),
        ({"values": {"return_reason": "x" * 201}}, "invalid_request"),
        ({"values": {"return_reason": "a\0b"}}, "invalid_request"),
        ({"values": {str(n): "x" for n in range(21)}}, "invalid_request"),
        ({"agreed": "x" * 501}, "invalid_request"),
    ],
)
async def test_what_cannot_be_agreed_is_refused_and_the_agent_keeps_it(
    scene: Scene, body: dict[str, Any], code: str
) -> None:
    answer = await returned(scene, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    (entry,) = await scene.memory.handoffs.queue([HandoffState.ACCEPTED])
    assert entry.handoff.agent_id == "noor"
