"""Who looks, who writes, and whom notes call: by API and by the stream."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.desk.mentions import called_in
from memory.model import Agent, AgentId, CustomerId, Doing, HandoffId, HandoffState, Role, Sign
from tests.unit.desk.scene import ADA, ANAS_PHONE, NOOR, SAM, SOMEBODY, Scene
from tests.unit.desk.test_desk_events import listening


async def noors(scene: Scene) -> HandoffId:
    handoff = HandoffId(await scene.ask_for_person(name="Tom Okafor"))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    return handoff


async def customer_of(scene: Scene, handoff: HandoffId) -> CustomerId:
    return (await scene.memory.handoffs.view(handoff)).handoff.customer_id


async def tells(scene: Scene, handoff: str, doing: str, agent: Agent = NOOR) -> Any:
    return await (await scene.signed_in(agent)).post(f"/api/desk/handoffs/{handoff}/presence", json={"doing": doing})


async def test_who_has_a_conversation_open_is_seen_by_others_until_they_close_it(scene: Scene) -> None:
    handoff = await noors(scene)
    customer = await customer_of(scene, handoff)
    with scene.memory.doorbell.listen(f"customer:{customer}") as bell:
        async with listening(scene, f"?handoff={handoff}") as heard:
            await heard.the("handoff")
            (sign,) = await scene.memory.signs.of(customer)
            assert (sign.by, sign.name, sign.doing) == (SAM.id, SAM.name, Doing.VIEWING)
        while await scene.memory.signs.of(customer):
            assert await bell.wait(10)


async def test_a_stream_tells_of_others_and_not_of_oneself(scene: Scene) -> None:
    handoff = await noors(scene)
    async with listening(scene, f"?handoff={handoff}") as heard:
        assert (await heard.the("signs"))["colleagues"] == []
        assert (await tells(scene, handoff, "writing")).status_code == 204
        (beside,) = (await heard.the("signs"))["colleagues"]
        assert (beside["id"], beside["name"], beside["doing"]) == ("noor", "Noor Haddad", "writing")
        await tells(scene, handoff, "gone")
        assert (await heard.the("signs"))["colleagues"] == []


async def test_who_does_not_have_the_conversation_writes_to_colleagues_only(scene: Scene) -> None:
    handoff = await noors(scene)
    await tells(scene, handoff, "writing", SAM)
    (sign,) = await scene.memory.signs.of(await customer_of(scene, handoff))
    assert (sign.by, sign.doing) == ("sam", Doing.NOTING)


async def test_a_customer_who_writes_is_seen_writing_for_six_seconds(scene: Scene) -> None:
    handoff = await noors(scene)
    customer = await customer_of(scene, handoff)
    async with listening(scene, f"?handoff={handoff}") as heard:
        await heard.the("handoff")
        until = scene.now + timedelta(seconds=6)
        await scene.memory.signs.give(Sign(customer, "", "", Doing.WRITING, until))
        assert (await heard.the("signs"))["customer_writes_until"] == until.isoformat().replace("+00:00", "Z")
    scene.pass_time(timedelta(seconds=6))
    assert await scene.memory.signs.of(customer) == []


async def test_on_a_channel_that_can_show_it_the_customer_sees_that_their_agent_writes(scene: Scene) -> None:
    handoff = HandoffId(await scene.ask_for_person(at=ANAS_PHONE))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    for agent, doing in ((NOOR, "noting"), (SAM, "writing"), (NOOR, "gone")):
        await tells(scene, handoff, doing, agent)
    assert scene.shown_writing == []
    await tells(scene, handoff, "writing")
    assert scene.shown_writing == [ANAS_PHONE]


async def test_nothing_of_it_is_kept(scene: Scene) -> None:
    handoff = await noors(scene)
    before = await scene.memory.custody.export(await customer_of(scene, handoff))
    await tells(scene, handoff, "writing")
    after = await scene.memory.custody.export(await customer_of(scene, handoff))
    assert before.sections == after.sections


async def test_wrong_doings_and_handoffs_are_refused(scene: Scene) -> None:
    handoff = await noors(scene)
    assert (await tells(scene, handoff, "viewing")).status_code == 422
    assert (await tells(scene, "0" * 32, "writing")).status_code == 404


TEAM = [
    NOOR,
    SAM,
    ADA,
    Agent(AgentId("sam2"), "s2@x", "Sam Rey", Role.AGENT),
    Agent(AgentId("li"), "l@x", "Li", Role.AGENT),
]


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Noor Haddad do you know?", {"noor"}),
        ("@noor, and @Ada Quill!", {"noor", "ada"}),
        ("@Sam who?", set()),
        ("@Sam Reyes", {"sam"}),
        ("@Sam Rey", {"sam2"}),
        ("@Sam Reyest", set()),
        ("@Life is hard, mail li@x.org", set()),
        ("nobody", set()),
        ("@", set()),
    ],
)
def test_a_note_calls_whom_it_names(text: str, called: set[str]) -> None:
    assert called_in(text, TEAM) == called


async def test_whom_a_note_calls_hears_of_it_and_reads_it(scene: Scene) -> None:
    handoff = await noors(scene)
    sam = await scene.signed_in(SAM)
    async with listening(scene) as heard:
        assert await heard.the("mentions") == []
        noor = await scene.signed_in()
        await noor.post(f"/api/desk/handoffs/{handoff}/note", json={"text": "@Sam Reyes and @Noor: this valve again"})
        (mention,) = await heard.the("mentions")
        assert (mention["by"], mention["customer"], mention["handoff"]) == ("Noor Haddad", "Tom Okafor", handoff)
        assert (await noor.get("/api/desk/mentions")).json() == []  # nobody calls themselves
        assert (await sam.post(f"/api/desk/handoffs/{handoff}/mentions/read")).status_code == 204
        assert await heard.the("mentions") == []


async def test_notes_that_call_one_about_an_erased_customer_are_gone(scene: Scene) -> None:
    handoff = await noors(scene)
    await scene.turn("hello?", at=SOMEBODY)
    noor = await scene.signed_in()
    await noor.post(f"/api/desk/handoffs/{handoff}/note", json={"text": "@Sam Reyes look"})
    await scene.memory.custody.erase(await customer_of(scene, handoff), "r1")
    assert (await (await scene.signed_in(SAM)).get("/api/desk/mentions")).json() == []
