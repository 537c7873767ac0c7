"""Canned replies in the desk's page, by keyboard, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from memory.model import AgentId, HandoffId, HandoffState, NewCanned
from tests.unit.desk.scene import NOOR, SAM, SOMEBODY, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in

LOOKS = [("light", Look()), ("dark", Look(dark=True)), ("phone", Look((360, 740)))]


async def with_replies(scene: Scene) -> HandoffId:
    canned = scene.memory.canned
    await canned.add(NewCanned("hello", "Hello {customer_first_name}, this is {agent_first_name}."), "Sam Reyes")
    await canned.add(NewCanned("order on its way", "Order {order_number} is on its way."), "Sam Reyes")
    await canned.add(NewCanned("sorry", "I am sorry about that.", NOOR.id), "Noor Haddad")
    handoff = HandoffId(await scene.ask_for_person("where is my parcel", name="Tom Okafor"))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    return handoff


async def writing(line: Line, windows: Windows, handoff: HandoffId, look: Look | None = None) -> Page:
    page = await windows.open(look)
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{handoff}")
    await expect(page.get_by_label("Reply to")).to_be_visible()
    return page


def listed(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Canned replies").get_by_role("option")


async def test_a_reply_is_found_and_filled_by_keyboard_alone(scene: Scene, line: Line, windows: Windows) -> None:
    page = await writing(line, windows, await with_replies(scene))
    await page.keyboard.press("/")
    found = listed(page)
    await expect(found).to_have_count(3)
    await expect(found.nth(0)).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowDown")
    await expect(found.nth(1)).to_have_attribute("aria-selected", "true")
    await page.keyboard.type("hel")
    await expect(found).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Reply to")).to_have_value("Hello Tom, this is Noor.")
    await expect(found).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.locator(".said[data-author=agent]")).to_contain_text("Hello Tom, this is Noor.")


async def test_what_is_not_known_is_marked_and_keeps_the_reply_from_being_sent(
    scene: Scene, line: Line, windows: Windows
) -> None:
    page = await writing(line, windows, await with_replies(scene))
    reply = page.get_by_label("Reply to")
    await reply.focus()
    await page.keyboard.type("/order")
    await page.keyboard.press("Enter")
    await expect(reply).to_have_value("Order {order_number} is on its way.")
    await expect(page.get_by_text("To fill in before this can be sent:")).to_contain_text("{order_number}")
    await page.keyboard.press("Enter")
    await expect(reply).to_have_value("Order {order_number} is on its way.")
    await page.keyboard.type("1042")  # over what is marked
    await expect(reply).to_have_value("Order 1042 is on its way.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said[data-author=agent]")).to_have_count(1)
    await expect(page.locator(".said[data-author=agent]")).to_contain_text("Order 1042 is on its way.")


async def test_a_slash_within_words_and_escape_list_nothing(scene: Scene, line: Line, windows: Windows) -> None:
    page = await writing(line, windows, await with_replies(scene))
    reply = page.get_by_label("Reply to")
    await reply.focus()
    await page.keyboard.type("S/M and 1/2")
    await expect(page.get_by_role("listbox")).to_have_count(0)
    await reply.fill("")
    await page.keyboard.type("/he")
    await expect(listed(page)).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(listed(page)).to_have_count(0)
    await expect(reply).to_be_focused()
    await expect(reply).to_have_value("/he")


async def test_an_agent_keeps_a_reply_of_their_own_and_looks_at_everybodys(
    scene: Scene, line: Line, windows: Windows
) -> None:
    await with_replies(scene)
    page = await windows.open()
    await sign_in(page, line.url)
    await page.get_by_role("link", name="Replies").click()
    await page.get_by_role("button", name="New reply").click()
    await page.get_by_label("Name").fill("parcel lost")
    await page.get_by_label("Words").fill("I have opened a search, ")
    await page.get_by_text("Variables, filled from the brief").click()
    await page.get_by_role("button", name="{customer_first_name}", exact=True).click()
    await expect(page.get_by_label("Words")).to_have_value("I have opened a search, {customer_first_name}")
    await expect(page.get_by_label("For everybody")).to_have_count(0)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("region", name="Your own")).to_contain_text("parcel lost")
    await page.get_by_role("button", name="hello Hello").click()
    await expect(page.get_by_label("Words")).to_be_disabled()
    await expect(page.get_by_role("button", name="Delete")).to_have_count(0)
    await page.go_back()
    await expect(page.get_by_role("navigation", name="Conversations")).to_be_visible()


async def test_a_lead_keeps_one_for_everybody_and_is_told_what_is_wrong_with_another(
    scene: Scene, line: Line, windows: Windows
) -> None:
    page = await windows.open()
    await sign_in(page, line.url, SAM)
    await page.goto(f"{line.url}/desk/replies")
    await page.get_by_role("button", name="New reply").click()
    await page.get_by_label("Name").fill("hello")
    await page.get_by_label("Words").fill("Hello {custmer_name}")
    await page.get_by_label("For everybody").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_contain_text("there is no variable {custmer_name}")
    await page.get_by_label("Words").fill("Hello {customer_name}")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("region", name="Everybody’s")).to_contain_text("hello")
    await page.get_by_role("button", name="hello Hello").click()
    await page.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("Deleted.")).to_be_visible()
    assert await scene.memory.canned.known_to(NOOR.id) == []


@pytest.mark.parametrize(("name", "look"), LOOKS)
async def test_canned_replies_break_no_rule_of_accessibility(
    scene: Scene, line: Line, windows: Windows, name: str, look: Look
) -> None:
    page = await writing(line, windows, await with_replies(scene), look)
    await scene.turn("order?", at=SOMEBODY)
    await page.get_by_label("Reply to").focus()
    await page.keyboard.type("/order")
    await expect(listed(page)).to_have_count(1)
    await assert_accessible(page, "picker")
    await picture(page, f"desk-canned-{name}")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("To fill in before this can be sent:")).to_be_visible()
    await assert_accessible(page, "unfilled")
    await picture(page, f"desk-canned-unfilled-{name}")
    await page.goto(f"{line.url}/desk/replies")
    await page.get_by_role("button", name="sorry").click()
    await page.get_by_text("Variables, filled from the brief").click()
    await assert_accessible(page, "replies")
    await picture(page, f"desk-replies-{name}")
