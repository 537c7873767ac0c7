"""What an open page hears, over real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.desk.access import SESSION_LENGTH
from memory.model import Agent, AgentId, DeliveryState, HandoffId, HandoffState
from tests.doubles.serving import serving
from tests.unit.desk.scene import ANAS_PHONE, NOOR, PASSWORD, SAM, SOMEBODY, Scene


class Heard:
    """The events of one stream, one after another."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self) -> tuple[str, Any]:
        """The next event and its data. Comments are passed over."""
        event, data = "", ""
        async for line in self._lines:
            if line.startswith("event:"):
                event = line.removeprefix("event:").strip()
            elif line.startswith("data:"):
                data += line.removeprefix("data:").strip()
            elif not line and event:
                return event, json.loads(data)
        raise EOFError

    async def the(self, wanted: str) -> Any:
        """The data of the next event of this name."""
        while True:
            event, data = await self.next()
            if event == wanted:
                return data


@asynccontextmanager
async def listening(scene: Scene, query: str = "", pulse: float = 20.0, agent: Agent = SAM) -> AsyncIterator[Heard]:
    """An agent's open stream."""
    async with serving() as (app, url), httpx.AsyncClient(base_url=url, timeout=10) as client:
        app.mount("", scene.application(pulse))
        body = {"email": agent.email, "password": PASSWORD}
        token = (await client.post("/api/desk/login", json=body)).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        async with client.stream("GET", f"/api/desk/events{query}", headers=headers) as stream:
            assert stream.status_code == 200
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert stream.headers["cache-control"] == "no-store"
            yield Heard(stream.aiter_lines())


async def test_the_stream_begins_with_the_queue_as_it_is_and_tells_of_newcomers(scene: Scene) -> None:
    first = await scene.ask_for_person()
    async with listening(scene) as heard:
        assert [entry["id"] for entry in await heard.the("queue")] == [first]
        scene.pass_time(timedelta(seconds=5))
        second = await scene.ask_for_person(at=ANAS_PHONE)
        lines = await heard.the("lines")
        assert [entry["id"] for entry in lines["changed"]] == [second]
        assert lines["order"] == [first, second]


async def test_of_the_queue_only_the_lines_that_changed_are_told(scene: Scene) -> None:
    await scene.ask_for_person()
    second = await scene.ask_for_person(at=ANAS_PHONE)
    async with listening(scene) as heard:
        assert len(await heard.the("queue")) == 2
        await scene.memory.handoffs.move(HandoffId(second), HandoffState.ACCEPTED, AgentId("noor"))
        lines = await heard.the("lines")
        assert [(entry["id"], entry["agent"]["name"]) for entry in lines["changed"]] == [(second, "Noor Haddad")]
        assert lines["order"] is None


async def test_one_that_has_ended_leaves_the_queue(scene: Scene) -> None:
    first = HandoffId(await scene.ask_for_person())
    second = await scene.ask_for_person(at=ANAS_PHONE)
    await scene.memory.handoffs.move(first, HandoffState.ACCEPTED, AgentId("noor"))
    async with listening(scene) as heard:
        await heard.the("queue")
        await scene.memory.handoffs.move(first, HandoffState.RETURNED, AgentId("noor"))
        assert await heard.the("lines") == {"changed": [], "order": [second]}


async def test_the_open_conversation_is_told_afresh_when_the_customer_writes(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    await scene.memory.handoffs.move(HandoffId(handoff), HandoffState.ACCEPTED, AgentId("sam"))
    async with listening(scene, f"?handoff={handoff}") as heard:
        assert (await heard.the("handoff"))["state"] == "accepted"
        await scene.turn("are you there?", at=SOMEBODY)
        assert (await heard.the("handoff"))["messages"][-1]["text"] == "are you there?"


async def test_what_is_said_in_the_open_conversation_is_told_before_the_queue(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    await scene.memory.handoffs.move(HandoffId(handoff), HandoffState.ACCEPTED, AgentId("sam"))
    async with listening(scene, f"?handoff={handoff}") as heard:
        await heard.the("queue")
        await scene.turn("are you there?", at=SOMEBODY)
        event, data = await heard.next()
        while event not in {"handoff", "lines"}:
            event, data = await heard.next()
        assert event == "handoff"
        assert data["messages"][-1]["text"] == "are you there?"


async def test_hints_are_opened_when_a_page_comes(scene: Scene) -> None:
    assert not scene.finder_opened.is_set()
    async with listening(scene) as heard:
        await heard.the("queue")
        assert await asyncio.to_thread(scene.finder_opened.wait, 20)


async def test_a_reply_and_a_note_of_a_colleague_arrive_too(scene: Scene) -> None:
    handoff = HandoffId(await scene.ask_for_person())
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    async with listening(scene, f"?handoff={handoff}") as heard:
        await heard.the("handoff")
        await scene.memory.handoffs.reply(handoff, AgentId("noor"), "Hello")
        assert (await heard.the("handoff"))["messages"][-1]["text"] == "Hello"
        await scene.memory.handoffs.note(handoff, AgentId("noor"), "a reseller")
        assert (await heard.the("handoff"))["notes"][-1]["text"] == "a reseller"


async def test_a_bell_that_changes_nothing_for_this_page_is_not_passed_on(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    async with listening(scene) as heard:
        await heard.the("queue")
        scene.memory.doorbell.ring(["desk"])
        await scene.memory.handoffs.note(HandoffId(handoff), AgentId("noor"), "only a note")
        scene.pass_time(timedelta(seconds=1))
        second = await scene.ask_for_person(at=ANAS_PHONE)
        assert (await heard.the("lines"))["order"] == [handoff, second]


async def test_a_quiet_stream_pulses_with_the_servers_time_and_keeps_the_agent_present(scene: Scene) -> None:
    async with listening(scene, pulse=0.01) as heard:
        assert (await heard.the("pulse"))["now"].startswith("2026-03-02T09:00")
        scene.pass_time(timedelta(minutes=5))
        while not (await heard.the("pulse"))["now"].startswith("2026-03-02T09:05"):
            pass
        await heard.the("pulse")
        await scene.memory.inbox.accept(scene.inbound("hello", at=SOMEBODY))
        async with scene.memory.turns.claim() as turn:
            assert turn is not None
            assert turn.thread.agents_present == 1


async def test_the_stream_says_so_and_ends_when_the_session_does(scene: Scene) -> None:
    async with listening(scene, pulse=0.01) as heard:
        await heard.the("pulse")
        scene.pass_time(SESSION_LENGTH + timedelta(minutes=1))
        await heard.the("signed_out")
        with pytest.raises(EOFError):
            await heard.next()


async def test_events_are_numbered_in_their_order(scene: Scene) -> None:
    handoff = await scene.ask_for_person()
    async with serving() as (app, url), httpx.AsyncClient(base_url=url, timeout=10) as client:
        app.mount("", scene.application())
        token = (await client.post("/api/desk/login", json={"email": SAM.email, "password": PASSWORD})).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        ids: list[str] = []
        async with client.stream("GET", f"/api/desk/events?handoff={handoff}", headers=headers) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("id:"):
                    ids.append(line.removeprefix("id:").strip())
                if len(ids) == 2:
                    break
        assert ids == ["1", "2"]


async def test_a_stream_about_an_unknown_handoff_is_not_found(scene: Scene) -> None:
    answer = await (await scene.signed_in()).get("/api/desk/events", params={"handoff": "0" * 32})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_leads_hear_when_a_message_did_not_arrive(scene: Scene) -> None:
    await scene.turn("where is my tent?", "On its way.", at=ANAS_PHONE)
    async with listening(scene) as heard:
        assert await heard.the("dead_letters") == {"count": 0, "latest": None}
        (delivery,) = await scene.memory.outbox.claim(["telegram"], 1)
        await scene.memory.outbox.settle(delivery.id, DeliveryState.FAILED, "blocked")
        assert (await heard.the("dead_letters"))["count"] == 1


async def test_agents_hear_nothing_of_it(scene: Scene) -> None:
    async with listening(scene, pulse=0.2, agent=NOOR) as heard:
        events = [(await heard.next())[0] for _ in range(4)]
        while events.count("pulse") < 2:
            events.append((await heard.next())[0])
    assert "dead_letters" not in events
