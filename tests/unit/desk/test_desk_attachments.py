"""Files between customers and agents, by the desk's API."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.channels.port import PermanentError, TemporaryError
from bot.http import MAX_FILE
from memory.model import Address, AgentId, CustomerId, HandoffId, HandoffState, Inbound, NewFile, Outcome, Proof
from tests.unit.desk.scene import ANAS_PHONE, SAM, SOMEBODY, Scene

PNG = b"\x89PNG\r\n\x1a\n\x00\x01"


async def noors(scene: Scene, at: Address = SOMEBODY) -> HandoffId:
    handoff = HandoffId(await scene.ask_for_person(at=at))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    return handoff


async def customer_of(scene: Scene, handoff: HandoffId) -> CustomerId:
    return (await scene.memory.handoffs.view(handoff)).handoff.customer_id


async def uploads(client: httpx.AsyncClient, handoff: str, content: bytes = PNG, name: str = "label.png") -> Any:
    return await client.post(f"/api/desk/handoffs/{handoff}/attachments", params={"name": name}, content=content)


async def sends(scene: Scene, attachment: dict[str, Any], at: Address = SOMEBODY) -> None:
    """A customer sends a file, and a person has the conversation."""
    proof = Proof.PLATFORM if at.channel == "telegram" else Proof.NONE
    await scene.memory.inbox.accept(Inbound(at, f"file-{attachment}", "", proof, attachments=(attachment,)))
    async with scene.memory.turns.claim() as turn:
        assert turn is not None
        await turn.commit(Outcome())


async def test_an_agent_sends_a_file_with_or_without_words(scene: Scene) -> None:
    handoff, noor = await noors(scene), await scene.signed_in()
    first, second = (await uploads(noor, handoff)).json(), (await uploads(noor, handoff, b"%PDF-", "a.png")).json()
    assert (first["name"], first["type"], first["size"]) == ("label.png", "image/png", len(PNG))
    assert (second["name"], second["type"]) == ("a.pdf", "application/pdf")
    body = {"text": "Here is the label", "attachments": [first["id"]]}
    said = (await noor.post(f"/api/desk/handoffs/{handoff}/reply", json=body)).json()["messages"][-1]
    assert said["attachments"] == [{"place": 0, "name": "label.png", "type": "image/png", "size": len(PNG)}]
    alone = {"attachments": [second["id"]]}
    said = (await noor.post(f"/api/desk/handoffs/{handoff}/reply", json=alone)).json()["messages"][-1]
    assert (said["text"], said["attachments"][0]["name"]) == ("a.pdf", "a.pdf")


async def test_a_file_of_a_customer_is_handed_out_to_agents_and_to_nobody_else(scene: Scene) -> None:
    handoff = await noors(scene)
    kept = await scene.memory.files.keep(await customer_of(scene, handoff), NewFile("valve.png", "image/png", PNG))
    await sends(scene, dict(kept.as_json()))
    number = (await scene.memory.handoffs.view(handoff)).messages[-1].number
    place = f"/api/desk/handoffs/{handoff}/messages/{number}/attachments/0"
    answer = await (await scene.signed_in(SAM)).get(place)
    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "private, no-store"
    assert (await scene.client().get(place)).status_code == 401
    noor = await scene.signed_in()
    for missing in (f"{number}/attachments/1", f"{number + 9}/attachments/0", "1/attachments/0"):
        assert (await noor.get(f"/api/desk/handoffs/{handoff}/messages/{missing}")).status_code == 404
    other = HandoffId(await scene.ask_for_person(at=Address("web", "v-other")))
    assert (await noor.get(f"/api/desk/handoffs/{other}/messages/{number}/attachments/0")).status_code == 404


async def test_a_file_that_telegram_keeps_is_fetched_from_there(scene: Scene) -> None:
    handoff = await noors(scene, ANAS_PHONE)
    await sends(scene, {"kind": "photo", "file_id": "photo-800"}, ANAS_PHONE)
    number = (await scene.memory.handoffs.view(handoff)).messages[-1].number
    place = f"/api/desk/handoffs/{handoff}/messages/{number}/attachments/0"
    noor = await scene.signed_in()
    scene.remote["photo-800"] = PNG
    answer = await noor.get(place)
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    for failure, status in ((TemporaryError("away"), 502), (PermanentError("gone"), 404)):
        scene.remote["photo-800"] = failure
        assert (await noor.get(place)).status_code == status


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "empty_file"),
        (b"MZ\x90\x00", 415, "unsupported_type"),
        (b"x" * (MAX_FILE + 1), 413, "too_large"),
    ],
)
async def test_what_is_not_taken_is_refused(scene: Scene, content: bytes, status: int, code: str) -> None:
    handoff, noor = await noors(scene), await scene.signed_in()
    answer = await uploads(noor, handoff, content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_only_the_owner_sends_files_and_only_those_of_this_customer(scene: Scene) -> None:
    handoff, noor, sam = await noors(scene), await scene.signed_in(), await scene.signed_in(SAM)
    assert (await uploads(sam, handoff)).json()["error"]["code"] == "not_yours"
    other = await noors(scene, Address("web", "v-other"))
    elses = (await uploads(noor, other)).json()["id"]
    for files in ([elses], ["0" * 32]):
        answer = await noor.post(f"/api/desk/handoffs/{handoff}/reply", json={"text": "x", "attachments": files})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "unknown_file")
    for body in ({}, {"text": " "}, {"attachments": ["../etc"]}, {"attachments": ["0" * 32] * 11}):
        answer = await noor.post(f"/api/desk/handoffs/{handoff}/reply", json=body)
        assert answer.status_code == 422


async def test_an_erased_customer_takes_their_files_along(scene: Scene) -> None:
    handoff, noor = await noors(scene), await scene.signed_in()
    uploaded = (await uploads(noor, handoff)).json()["id"]
    said = (await noor.post(f"/api/desk/handoffs/{handoff}/reply", json={"attachments": [uploaded]})).json()
    number = said["messages"][-1]["number"]
    await scene.memory.custody.erase(await customer_of(scene, handoff), "r1")
    answer = await noor.get(f"/api/desk/handoffs/{handoff}/messages/{number}/attachments/0")
    assert answer.status_code == 404
    assert (await uploads(noor, handoff)).status_code == 404
