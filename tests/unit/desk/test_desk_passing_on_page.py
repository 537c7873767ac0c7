"""Passing a conversation on at the desk's page: to a colleague who is here, with what they should know."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from memory.model import AgentId, HandoffId, HandoffState
from tests.unit.desk.scene import NOOR, SAM, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in

LOOKS = {"light": Look(), "dark": Look(dark=True), "phone": Look((360, 740), dark=True)}


async def noors(scene: Scene) -> HandoffId:
    handoff = HandoffId(await scene.ask_for_person("my stove leaks", name="Tom Okafor"))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    return handoff


@pytest.mark.parametrize("name", LOOKS)
async def test_a_colleague_gets_a_conversation_with_a_word_about_it(
    scene: Scene, line: Line, windows: Windows, name: str
) -> None:
    handoff = await noors(scene)
    sam = await windows.open()
    await sign_in(sam, line.url, SAM)
    noor = await windows.open(LOOKS[name])
    await sign_in(noor, line.url, NOOR)
    await noor.locator(".entry").click()
    await noor.get_by_role("button", name="Pass on").click()
    dialog = noor.get_by_role("dialog", name="Pass this conversation on?")
    await expect(dialog).to_contain_text("It waits in the queue for a colleague")
    await dialog.get_by_label("To whom?").select_option(label="Sam Reyes (0 of 3)")
    await expect(dialog).to_contain_text("They have two minutes to take it")
    await dialog.get_by_label("What they should know").fill("You know valves.")
    await assert_accessible(noor, f"passing on, {name}")
    await picture(noor, f"passing-on-{name}")
    await dialog.get_by_role("button", name="Pass on").click()
    await expect(dialog).to_be_hidden()

    offered = (await scene.memory.handoffs.view(handoff)).handoff
    assert (offered.state, offered.offer and offered.offer.agent_id) == (HandoffState.OFFERED, SAM.id)
    await sam.locator(".entry").click()
    await expect(sam.get_by_role("log", name="What was said")).to_contain_text("You know valves.")
    await sam.get_by_role("button", name="Accept").click()
    await expect(sam.get_by_text("With you since")).to_be_visible()
    await expect(noor.locator(".entry")).to_contain_text("Sam Reyes")


async def test_by_keyboard_it_goes_back_to_whoever_is_next(scene: Scene, line: Line, windows: Windows) -> None:
    handoff = await noors(scene)
    page = await windows.open()
    await sign_in(page, line.url, NOOR)
    await page.locator(".entry").click()
    await expect(page.get_by_text("With you since")).to_be_visible()
    await page.keyboard.press("q")
    await expect(page.get_by_label("What they should know")).to_be_focused()
    await page.keyboard.type("needs the workshop")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_hidden()

    view = await scene.memory.handoffs.view(handoff)
    assert (view.handoff.state, [note.text for note in view.notes]) == (HandoffState.QUEUED, ["needs the workshop"])
