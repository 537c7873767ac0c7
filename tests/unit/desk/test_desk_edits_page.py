"""A message that its customer changes, as the agent who has the conversation sees it: API and page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from memory.model import Inbound, Outcome, Proof, answer_to
from tests.unit.desk.scene import ANAS_PHONE, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in
from tests.unit.desk.test_desk_attachments import noors


async def arrives(scene: Scene, text: str, provider_id: str, **more: Any) -> None:
    """A customer writes, or changes what they wrote, and a person has the conversation."""
    await scene.memory.inbox.accept(Inbound(ANAS_PHONE, provider_id, text, Proof.PLATFORM, **more))
    async with scene.memory.turns.claim() as turn:
        assert turn is not None
        await turn.commit(Outcome())


@pytest.mark.parametrize("look", [Look(), Look((360, 780), dark=True)], ids=["light", "dark and narrow"])
async def test_an_agent_sees_at_once_what_was_changed_and_how_it_read_before(
    scene: Scene, line: Line, windows: Windows, look: Look
) -> None:
    handoff = await noors(scene, ANAS_PHONE)
    await arrives(scene, "my order is 1024", "m-1")
    page = await windows.open(look)
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{handoff}")
    said = page.locator(".said[data-author=customer]").last
    await expect(said).to_contain_text("my order is 1024")

    await arrives(scene, "my order is 1042", "m-2", corrects="m-1")

    await expect(said).to_contain_text("my order is 1042")
    await expect(page.get_by_role("button", name="1042 Order number")).to_be_visible()  # the whisper is about it, too
    await said.get_by_text("Changed by the customer").focus()
    await page.keyboard.press("Enter")
    await expect(said.get_by_role("listitem")).to_have_text("my order is 1024")
    await assert_accessible(page, "a changed message")
    await picture(page, f"desk-edit-{'dark' if look.dark else 'light'}")


async def test_the_api_tells_how_a_message_read_before(scene: Scene) -> None:
    handoff, noor = await noors(scene, ANAS_PHONE), await scene.signed_in()
    await arrives(scene, "my order is 1024", "m-1")
    await arrives(scene, "my order is 1042", "m-2", corrects="m-1")
    said = (await noor.get(f"/api/desk/handoffs/{handoff}")).json()["messages"][-1]
    assert (said["text"], said["earlier"]) == ("my order is 1042", ["my order is 1024"])


@pytest.mark.parametrize("look", [Look(), Look(dark=True)])
async def test_an_agent_sees_what_a_message_answers_to(scene: Scene, line: Line, windows: Windows, look: Look) -> None:
    handoff, page = await noors(scene, ANAS_PHONE), await windows.open(look)
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{handoff}")
    await arrives(scene, "cancel that one please", "m-1", custom=answer_to("Order 1044 is packed.", ours=True))
    said = page.locator(".said[data-author=customer]").last
    await expect(said.locator("blockquote")).to_contain_text("In answer to our words:")
    await expect(said.locator("blockquote")).to_contain_text("Order 1044 is packed.")
    await expect(said.locator(".words")).to_have_text("cancel that one please")
    await assert_accessible(page, "an answer")
    await picture(page, f"desk-answer-{'dark' if look.dark else 'light'}")


async def test_the_api_tells_what_a_message_answers_to(scene: Scene) -> None:
    handoff, noor = await noors(scene, ANAS_PHONE), await scene.signed_in()
    await arrives(scene, "that one", "m-1", custom=answer_to("word " * 200, ours=False))
    said = (await noor.get(f"/api/desk/handoffs/{handoff}")).json()["messages"][-1]
    assert said["answered"]["ours"] is False
    assert len(said["answered"]["text"]) == 500
    assert said["custom"] is None
