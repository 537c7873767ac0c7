"""Canned replies by API: who keeps which, and what they may hold."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from memory.model import AgentId, HandoffId, HandoffState
from tests.unit.desk.scene import ADA, SAM, Scene

CANNED = "/api/desk/canned"


async def kept(client: httpx.AsyncClient, name: str, text: str = "Hello", *, shared: bool = False) -> Any:
    return await client.post(CANNED, json={"name": name, "text": text, "shared": shared})


async def names(client: httpx.AsyncClient) -> list[tuple[str, bool, bool]]:
    replies = (await client.get(CANNED)).json()["replies"]
    return [(reply["name"], reply["shared"], reply["editable"]) for reply in replies]


async def test_leads_keep_them_for_everybody_and_everybody_their_own(scene: Scene) -> None:
    noor, sam = await scene.signed_in(), await scene.signed_in(SAM)
    assert (await kept(sam, "refund sent", shared=True)).status_code == 201
    assert (await kept(noor, "Hello")).status_code == 201
    assert await names(noor) == [("Hello", False, True), ("refund sent", True, False)]
    assert await names(sam) == [("refund sent", True, True)]


async def test_an_agent_changes_their_own_and_not_everybodys(scene: Scene) -> None:
    noor, sam, ada = await scene.signed_in(), await scene.signed_in(SAM), await scene.signed_in(ADA)
    shared = (await kept(sam, "refund sent", shared=True)).json()["id"]
    mine = (await kept(noor, "Hello")).json()["id"]
    words = {"name": "Hello", "text": "Hello {customer_name}"}
    assert (await noor.put(f"{CANNED}/{mine}", json=words)).json()["text"] == "Hello {customer_name}"
    for answer in (
        await noor.put(f"{CANNED}/{shared}", json=words),
        await noor.delete(f"{CANNED}/{shared}"),
        await kept(noor, "mine for all", shared=True),
        await noor.put(f"{CANNED}/{mine}", json={**words, "shared": True}),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    for stranger in (await sam.put(f"{CANNED}/{mine}", json=words), await ada.delete(f"{CANNED}/{mine}")):
        assert (stranger.status_code, stranger.json()["error"]["code"]) == (404, "not_found")
    assert (await ada.delete(f"{CANNED}/{shared}")).status_code == 204
    assert (await noor.delete(f"{CANNED}/{mine}")).status_code == 204
    assert await names(noor) == []


async def test_a_name_that_is_taken_is_refused(scene: Scene) -> None:
    noor = await scene.signed_in()
    await kept(noor, "Hello")
    again = await kept(noor, "hello")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "text": "x"},
        {"name": "  ", "text": "x"},
        {"name": "a\nb", "text": "x"},
        {"name": "n" * 61, "text": "x"},
        {"name": "n", "text": " "},
        {"name": "n", "text": "Hello {custmer_name}"},
        {"name": "n", "text": "a\0b"},
        {"name": "n"},
    ],
)
async def test_what_can_not_be_kept_is_refused(scene: Scene, body: dict[str, str]) -> None:
    answer = await (await scene.signed_in()).post(CANNED, json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


async def test_the_variables_there_are_come_with_their_meaning(scene: Scene) -> None:
    noor = await scene.signed_in()
    variables = (await noor.get(CANNED)).json()["variables"]
    assert {"customer_name", "agent_name", "order_number"} <= set(variables)
    everything = " ".join(f"{{{name}}}" for name in variables)
    assert (await kept(noor, "all of them", everything)).status_code == 201


async def test_a_reply_with_a_variable_that_nobody_filled_is_not_sent(scene: Scene) -> None:
    handoff = HandoffId(await scene.ask_for_person())
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    noor = await scene.signed_in()
    answer = await noor.post(f"/api/desk/handoffs/{handoff}/reply", json={"text": "Order {order_number} is on its way"})
    assert answer.status_code == 422
    assert "{order_number} is not filled" in answer.json()["error"]["message"]
    sent = await noor.post(f"/api/desk/handoffs/{handoff}/reply", json={"text": "Use {braces} as you like: {}"})
    assert sent.json()["messages"][-1]["text"] == "Use {braces} as you like: {}"
