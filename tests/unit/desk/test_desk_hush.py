"""An agent is told that a conversation is theirs when what the bot was sending has arrived."""

from __future__ import annotations

import asyncio

import pytest

from bot.desk import hush
from memory.model import DeliveryState
from tests.unit.desk.scene import Address, Scene

PHONE = Address("telegram", "7002")


async def test_accepting_waits_for_what_is_being_sent(scene: Scene) -> None:
    handoff = await scene.ask_for_person(at=PHONE)
    (row,) = await scene.memory.outbox.claim(["telegram"], 1)
    noor = await scene.signed_in()
    with scene.memory.doorbell.listen(f"customer:{row.customer_id}") as moved:
        accepting = asyncio.create_task(noor.post(f"/api/desk/handoffs/{handoff}/accept"))
        assert await moved.wait(10)
        assert not accepting.done()
        await scene.memory.outbox.settle(row.id, DeliveryState.SENT)
        answer = await accepting
    assert answer.json()["messages"][-1]["delivery"] == "sent"


async def test_a_provider_that_hangs_keeps_no_agent_waiting(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hush, "LONGEST", 0.0)
    handoff = await scene.ask_for_person(at=PHONE)
    await scene.memory.outbox.claim(["telegram"], 1)
    answer = await (await scene.signed_in()).post(f"/api/desk/handoffs/{handoff}/accept")
    assert answer.json()["state"] == "accepted"
