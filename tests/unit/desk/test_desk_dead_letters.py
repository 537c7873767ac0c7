"""What did not arrive, as leads see it over the desk's API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from memory.model import (
    Address,
    AgentId,
    DeliveryState,
    HandoffId,
    HandoffReason,
    HandoffState,
    Outcome,
    ReadBy,
    Reply,
    RequestHandoff,
)
from tests.unit.desk.scene import ANAS_PHONE, SAM, Scene

LIST = "/api/desk/dead-letters"


async def lose(scene: Scene, state: DeliveryState, reason: str | None, at: Address = ANAS_PHONE) -> None:
    """An answer of the bot's that does not arrive."""
    await scene.turn("where is my tent?", "It is on its way.", at=at, name="Ana Petrova")
    (delivery,) = await scene.memory.outbox.claim(["telegram"], 1)
    await scene.memory.outbox.settle(delivery.id, state, reason)


async def listed(scene: Scene) -> dict[str, Any]:
    return dict((await (await scene.signed_in(SAM)).get(LIST)).json())


async def test_a_lead_sees_each_with_its_reason_in_plain_words(scene: Scene) -> None:
    await lose(scene, DeliveryState.FAILED, "Forbidden: bot was blocked by the user")
    shown = await listed(scene)
    (letter,) = shown["letters"]
    assert shown["count"] == 1
    assert letter | {"id": 0, "at": "", "said_at": ""} == {
        "box": "out",
        "id": 0,
        "at": "",
        "said_at": "",
        "channel": "telegram",
        "customer": "Ana Petrova",
        "author": "bot",
        "text": "It is on its way.",
        "files": [],
        "state": "failed",
        "reason": "They have blocked the bot.",
        "attempts": 1,
        "handoff": None,
        "number": 2,
    }


async def test_whose_letters_somebody_saw_is_noted(scene: Scene) -> None:
    await lose(scene, DeliveryState.FAILED, "blocked")
    for _ in range(2):
        await listed(scene)
    (noted,) = await scene.memory.readings.latest(10)
    assert (noted.agent_id, noted.by, noted.customer_name) == (SAM.id, ReadBy.UNDELIVERED, "Ana Petrova")
    sam = await scene.signed_in(SAM)
    (letter,) = (await sam.get(LIST)).json()["letters"]
    await sam.post(f"{LIST}/out/{letter['id']}/dismiss", json={"why": "she was called"})
    scene.pass_time(timedelta(hours=2))
    await listed(scene)
    assert len(await scene.memory.readings.latest(10)) == 2, "what was done tells her name, too"


async def test_sent_again_it_is_tried_once_more_and_who_did_it_is_shown(scene: Scene) -> None:
    await lose(scene, DeliveryState.UNKNOWN, "timed out")
    client = await scene.signed_in(SAM)
    (letter,) = (await client.get(LIST)).json()["letters"]
    assert letter["state"] == "unknown"
    path = f"{LIST}/out/{letter['id']}/send-again"
    answer = await client.post(path)
    assert answer.json()["letters"] == []
    (done,) = answer.json()["done"]
    assert (done["deed"], done["agent"], done["customer"], done["why"]) == (
        "sent_again",
        "Sam Reyes",
        "Ana Petrova",
        None,
    )
    again = await client.post(path)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_seen_to")
    (delivery,) = await scene.memory.outbox.claim(["telegram"], 1)
    assert (delivery.last_try, delivery.attempt, delivery.message.text) == (True, 2, "It is on its way.")


async def test_dismissed_with_a_reason_it_is_gone(scene: Scene) -> None:
    await lose(scene, DeliveryState.FAILED, None)
    client = await scene.signed_in(SAM)
    (letter,) = (await client.get(LIST)).json()["letters"]
    assert letter["reason"] == "The channel gave no reason."
    path = f"{LIST}/out/{letter['id']}/dismiss"
    for nothing in ({}, {"why": "  "}, {"why": "x" * 501}, {"why": "\0"}):
        assert (await client.post(path, json=nothing)).status_code == 422
    answer = await client.post(path, json={"why": " She called us. "})
    assert (answer.json()["count"], answer.json()["done"][0]["why"]) == (0, "She called us.")
    assert (await client.post(path, json={"why": "again"})).status_code == 409
    unknown = await client.post(f"{LIST}/in/{letter['id']}/dismiss", json={"why": "no"})
    assert unknown.status_code == 404


async def test_the_bots_words_wait_while_a_person_has_the_conversation(scene: Scene) -> None:
    await lose(scene, DeliveryState.FAILED, "why")
    handoff = HandoffId(await scene.ask_for_person(at=ANAS_PHONE))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    client = await scene.signed_in(SAM)
    (letter,) = (await client.get(LIST)).json()["letters"]
    assert letter["handoff"] == handoff
    answer = await client.post(f"{LIST}/out/{letter['id']}/send-again")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "person_has_it")
    assert "Noor Haddad" in answer.json()["error"]["message"]


async def test_a_message_that_broke_the_bot_tells_what_it_broke_with(scene: Scene) -> None:
    await scene.memory.inbox.accept(scene.inbound("boom", at=ANAS_PHONE))
    with pytest.raises(ZeroDivisionError):
        async with scene.memory.turns.claim():
            raise ZeroDivisionError("division by zero")
    handoff = await _given_up(scene)
    (letter,) = (await listed(scene))["letters"]
    assert (letter["box"], letter["text"], letter["state"]) == ("in", "boom", None)
    assert letter["reason"] == "It broke the bot: ZeroDivisionError: division by zero"
    assert letter["handoff"] == handoff


async def _given_up(scene: Scene) -> str:
    async with scene.memory.turns.claim() as turn:
        assert turn is not None
        records = [RequestHandoff(HandoffReason.POISON_MESSAGE)]
        await turn.commit(Outcome([Reply("Sorry.")], None, records))
        return await scene.handoff_of(turn.thread.customer.id)
