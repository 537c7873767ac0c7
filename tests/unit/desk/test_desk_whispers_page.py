"""Whispers in the desk's page, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from memory.model import AgentId, HandoffId, HandoffState
from tests.unit.desk.scene import SOMEBODY, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in
from tests.unit.desk.test_desk_whispers import RETURNS, STOVES, TO_NOOR


async def noors(scene: Scene) -> HandoffId:
    await scene.memory.faq.save([RETURNS, STOVES], by="Sam")
    handoff = HandoffId(await scene.ask_for_person("a person please", name="Tom Okafor"))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, TO_NOOR)
    return handoff


async def test_a_new_message_brings_a_whisper_and_one_key_puts_it_into_the_reply(
    scene: Scene, line: Line, windows: Windows
) -> None:
    handoff = await noors(scene)
    page = await windows.open()
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{handoff}")
    whispers = page.get_by_role("region", name="What the bot would say")
    await expect(page.get_by_label("Reply to")).to_be_visible()
    await expect(whispers).to_have_count(0)
    await scene.turn("how long do I have to return something? order FH-1042", at=SOMEBODY)
    await expect(whispers).to_contain_text("How long do I have to return something?")
    await page.keyboard.press("1")
    reply = page.get_by_label("Reply to")
    await expect(reply).to_be_focused()
    await expect(reply).to_have_value("60 days, unused.")
    await page.keyboard.type(" ")
    order = await page.locator(".whisper").filter(has_text="Order number").locator("kbd").text_content()
    await page.keyboard.press(f"Alt+{order}")
    await expect(reply).to_have_value("60 days, unused. Order number: 1042")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said[data-author=agent]")).to_contain_text("60 days, unused. Order number: 1042")
    await expect(whispers).to_have_count(0)


async def test_a_whisper_can_be_put_away_until_the_next_message(scene: Scene, line: Line, windows: Windows) -> None:
    handoff = await noors(scene)
    await scene.turn("how long do I have to return something?", at=SOMEBODY)
    page = await windows.open()
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{handoff}")
    whispers = page.get_by_role("region", name="What the bot would say")
    await whispers.get_by_role("button", name="Hide").click()
    await expect(whispers).to_have_count(0)
    await scene.turn("which gas fits a stove?", at=SOMEBODY)
    await expect(whispers).to_contain_text("Which gas fits a stove?")


async def test_a_colleague_who_only_looks_on_is_not_whispered_to(scene: Scene, line: Line, windows: Windows) -> None:
    await noors(scene)
    other = HandoffId(await scene.ask_for_person("a person please", at=SOMEBODY))
    await scene.turn("how long do I have to return something?", at=SOMEBODY)
    await scene.memory.handoffs.move(other, HandoffState.QUEUED, TO_NOOR)
    await scene.memory.handoffs.move(other, HandoffState.ACCEPTED, AgentId("sam"))
    page = await windows.open()
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{other}")
    await expect(page.get_by_text("Sam Reyes has this conversation.")).to_be_visible()
    await expect(page.locator(".whispers")).to_have_count(0)


@pytest.mark.parametrize(("name", "look"), [("light", Look()), ("dark", Look(dark=True)), ("phone", Look((360, 740)))])
async def test_whispers_break_no_rule_of_accessibility(
    scene: Scene, line: Line, windows: Windows, name: str, look: Look
) -> None:
    handoff = await noors(scene)
    await scene.turn("how long do I have to return something? it is order FH-1042, mail tom@example.com", at=SOMEBODY)
    page = await windows.open(look)
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{handoff}")
    await expect(page.locator(".whisper").first).to_be_visible()
    await assert_accessible(page, "whispers")
    await picture(page, f"desk-whispers-{name}")
