"""What becomes of a reply, and what its agent may still do about it."""

from __future__ import annotations

from typing import Any

import pytest

from memory.model import AgentId, DeliveryState, HandoffId, HandoffState
from tests.unit.desk.scene import SAM, Address, Scene

PHONE = Address("telegram", "7002")


async def replied(scene: Scene, text: str = "Helo Tom") -> HandoffId:
    handoff = HandoffId(await scene.ask_for_person("my stove leaks", at=PHONE, name="Tom Okafor"))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    await scene.deliver()
    await scene.memory.handoffs.reply(handoff, AgentId("noor"), text)
    return handoff


async def becomes(scene: Scene, state: DeliveryState, reason: str | None) -> None:
    (row,) = await scene.memory.outbox.claim(["telegram"], 10)
    retry_at = scene.now if state is DeliveryState.PENDING else None
    await scene.memory.outbox.settle(row.id, state, reason, retry_at)


async def last_message(scene: Scene, handoff: str) -> dict[str, Any]:
    shown = (await (await scene.signed_in()).get(f"/api/desk/handoffs/{handoff}")).json()
    last: dict[str, Any] = shown["messages"][-1]
    return last


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (DeliveryState.SENT, None, None),
        (DeliveryState.FAILED, "Forbidden: bot was blocked by the user", "They have blocked the bot."),
        (DeliveryState.FAILED, "Bad Request: chat not found", "The chat does not exist any more."),
        (
            DeliveryState.FAILED,
            "given up: Timed out",
            "It was tried for three quarters of an hour. The channel did not answer in time.",
        ),
        (DeliveryState.FAILED, "Bad Request: WEIRD_CODE", "The channel says: Bad Request: WEIRD_CODE."),
        (DeliveryState.UNKNOWN, "Telegram did not answer (ReadTimeout).", "The channel did not answer in time."),
        (
            DeliveryState.PENDING,
            "Telegram refuses our token.",
            "The channel does not accept our access; an administrator has to renew it.",
        ),
    ],
)
async def test_what_became_of_a_reply_is_told_in_plain_words(
    scene: Scene, state: DeliveryState, reason: str | None, words: str | None
) -> None:
    handoff = await replied(scene)
    await becomes(scene, state, reason)
    shown = await last_message(scene, handoff)
    assert (shown["delivery"], shown["delivery_reason"]) == (state.value, words)


async def test_a_reply_that_waits_is_edited_and_taken_back(scene: Scene) -> None:
    handoff = await replied(scene)
    noor = await scene.signed_in()
    number = (await last_message(scene, handoff))["number"]
    place = f"/api/desk/handoffs/{handoff}/replies/{number}"
    edited = (await noor.put(place, json={"text": "Hello Tom"})).json()
    assert (edited["messages"][-1]["text"], edited["messages"][-1]["delivery"]) == ("Hello Tom", "pending")
    taken_back = (await noor.delete(place)).json()
    assert (taken_back["messages"][-1]["text"], taken_back["messages"][-1]["delivery"]) == ("", "withdrawn")
    assert await scene.memory.outbox.claim(["telegram"], 10) == []


async def test_what_somebody_has_begun_to_send_stays_as_it_is(scene: Scene) -> None:
    handoff = await replied(scene)
    noor = await scene.signed_in()
    place = f"/api/desk/handoffs/{handoff}/replies/{(await last_message(scene, handoff))['number']}"
    await scene.memory.outbox.claim(["telegram"], 10)
    for answer in (await noor.put(place, json={"text": "Hello Tom"}), await noor.delete(place)):
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "too_late")
        assert answer.json()["error"]["message"].startswith("This message is being sent just now.")
    assert (await last_message(scene, handoff))["text"] == "Helo Tom"


async def test_a_failed_reply_is_sent_again_and_only_such_a_one(scene: Scene) -> None:
    handoff = await replied(scene)
    noor = await scene.signed_in()
    place = f"/api/desk/handoffs/{handoff}/replies/{(await last_message(scene, handoff))['number']}/retry"
    assert (await noor.post(place)).json()["error"]["code"] == "too_late"
    await becomes(scene, DeliveryState.FAILED, "Forbidden: bot was blocked by the user")
    again = (await noor.post(place)).json()["messages"][-1]
    assert (again["delivery"], again["delivery_reason"]) == ("pending", None)


async def test_a_colleague_and_a_wrong_number_are_refused(scene: Scene) -> None:
    handoff = await replied(scene)
    sam, noor = await scene.signed_in(SAM), await scene.signed_in()
    number = (await last_message(scene, handoff))["number"]
    answer = await sam.put(f"/api/desk/handoffs/{handoff}/replies/{number}", json={"text": "x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_yours")
    answer = await noor.put(f"/api/desk/handoffs/{handoff}/replies/1", json={"text": "x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    for body in ({"text": " "}, {"text": "x" * 10_001}, {}):
        answer = await noor.put(f"/api/desk/handoffs/{handoff}/replies/{number}", json=body)
        assert answer.status_code == 422
