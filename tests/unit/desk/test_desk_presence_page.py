"""Two agents in one conversation, in the desk's page, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from memory.model import Agent, AgentId, Doing, HandoffId, HandoffState, Sign
from tests.unit.desk.scene import NOOR, SAM, SOMEBODY, Address, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in


async def noors(scene: Scene) -> HandoffId:
    handoff = HandoffId(await scene.ask_for_person("my stove leaks", name="Tom Okafor"))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    return handoff


async def looking(
    line: Line, windows: Windows, agent: Agent, handoff: HandoffId | None, look: Look | None = None
) -> Page:
    page = await windows.open(look)
    await sign_in(page, line.url, agent)
    if handoff is not None:
        await page.goto(f"{line.url}/desk/h/{handoff}")
        await expect(page.locator(".said").first).to_be_visible()
    return page


async def test_two_who_look_or_write_at_once_are_warned_of_each_other(
    scene: Scene, line: Line, windows: Windows
) -> None:
    handoff = await noors(scene)
    noor = await looking(line, windows, NOOR, handoff)
    sam = await looking(line, windows, SAM, handoff)
    await expect(noor.locator(".colleagues")).to_have_text("Sam Reyes has this open, too.")
    await expect(sam.locator(".colleagues")).to_have_text("Noor Haddad has this open, too.")
    await noor.get_by_label("Reply to").press_sequentially("Hello")
    await expect(sam.locator(".colleagues")).to_have_text("Noor Haddad is writing to them.")
    await sam.keyboard.press("n")
    await expect(sam.get_by_label("Note for colleagues")).to_be_focused()
    await sam.keyboard.type("I know")
    await expect(noor.locator(".colleagues")).to_have_text("Sam Reyes is writing a note.")
    await sam.goto(f"{line.url}/desk/")
    await expect(noor.locator(".colleagues")).not_to_contain_text("has this open")


async def test_a_customer_who_writes_is_seen_writing(scene: Scene, line: Line, windows: Windows) -> None:
    handoff = await noors(scene)
    page = await looking(line, windows, NOOR, handoff)
    customer = (await scene.memory.handoffs.view(handoff)).handoff.customer_id
    await scene.memory.signs.give(Sign(customer, "", "", Doing.WRITING, scene.now + timedelta(seconds=6)))
    await expect(page.get_by_text("Tom Okafor is writing…")).to_be_visible()
    await expect(page.get_by_text("Tom Okafor is writing…")).to_be_hidden()  # its time is over


async def test_who_has_said_it_is_not_shown_writing_any_more(scene: Scene, line: Line, windows: Windows) -> None:
    handoff = await noors(scene)
    page = await looking(line, windows, NOOR, handoff)
    customer = (await scene.memory.handoffs.view(handoff)).handoff.customer_id
    scene.pass_time(timedelta(seconds=1))
    await scene.memory.signs.give(Sign(customer, "", "", Doing.WRITING, scene.now + timedelta(seconds=6)))
    await expect(page.get_by_text("Tom Okafor is writing…")).to_be_visible()
    scene.pass_time(timedelta(seconds=2))
    await scene.turn("at the valve", at=SOMEBODY)
    await expect(page.get_by_role("log")).to_contain_text("at the valve")
    assert await page.get_by_text("Tom Okafor is writing…").is_hidden()


async def test_a_colleague_is_called_by_keyboard_and_reads_it(scene: Scene, line: Line, windows: Windows) -> None:
    handoff = await noors(scene)
    noor = await looking(line, windows, NOOR, handoff)
    sam = await looking(line, windows, SAM, None)
    await expect(sam.get_by_role("button", name="Mentions")).to_have_count(0)
    await noor.keyboard.press("n")
    await expect(noor.get_by_label("Note for colleagues")).to_be_focused()
    await noor.keyboard.type("this valve again, @re")
    await expect(noor.get_by_role("option", name="Sam Reyes")).to_be_visible()
    await noor.keyboard.press("Enter")
    await expect(noor.get_by_label("Note for colleagues")).to_have_value("this valve again, @Sam Reyes ")
    await noor.keyboard.type("what now?")
    await noor.keyboard.press("Enter")
    await expect(noor.locator(".note")).to_contain_text("this valve again, @Sam Reyes what now?")
    await expect(sam.get_by_role("button", name="Mentions: 1 unread")).to_be_visible()
    await sam.keyboard.press("m")
    await sam.get_by_role("dialog", name="Notes that call you").get_by_role("link", name="Tom Okafor").click()
    await expect(sam.locator(".note .called")).to_have_text("@Sam Reyes")
    await expect(sam.get_by_role("button", name="Mentions: 1 unread")).to_have_count(0)
    assert await scene.memory.mentions.unread(SAM.id) == []


@pytest.mark.parametrize(("name", "look"), [("light", Look()), ("dark", Look(dark=True)), ("phone", Look((360, 740)))])
async def test_signs_and_mentions_break_no_rule_of_accessibility(
    scene: Scene, line: Line, windows: Windows, name: str, look: Look
) -> None:
    handoff = await noors(scene)
    other = HandoffId(await scene.ask_for_person("where is my parcel", at=Address("telegram", "7003")))
    await scene.memory.handoffs.note(other, SAM.id, "@Noor Haddad do you know her?", [NOOR.id])
    customer = (await scene.memory.handoffs.view(handoff)).handoff.customer_id
    late = scene.now + timedelta(hours=1)
    await scene.memory.signs.give(Sign(customer, "sam", "Sam Reyes", Doing.NOTING, late))
    await scene.memory.signs.give(Sign(customer, "", "", Doing.WRITING, late))
    page = await looking(line, windows, NOOR, handoff, look)
    await page.keyboard.press("n")
    await expect(page.get_by_label("Note for colleagues")).to_be_focused()
    await page.keyboard.type("@a")
    await expect(page.get_by_role("listbox", name="Colleagues").get_by_role("option").first).to_be_visible()
    await assert_accessible(page, "signs")
    await picture(page, f"desk-signs-{name}")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.keyboard.press("m")
    await expect(page.get_by_role("dialog", name="Notes that call you")).to_be_visible()
    await assert_accessible(page, "mentions")
    await picture(page, f"desk-mentions-{name}")
