"""What becomes of replies, in the desk's page, in a real browser."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from memory.model import AgentId, Cursor, DeliveryState, HandoffId
from tests.unit.desk.scene import Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in
from tests.unit.desk.test_desk_replies import becomes, replied


async def looking(line: Line, windows: Windows, handoff: HandoffId, look: Look | None = None) -> Page:
    page = await windows.open(look)
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{handoff}")
    return page


async def test_what_becomes_of_a_reply_is_seen_as_it_happens(scene: Scene, line: Line, windows: Windows) -> None:
    handoff = await replied(scene)
    page = await looking(line, windows, handoff)
    delivery = page.locator(".said[data-author=agent] .delivery")
    await expect(delivery).to_contain_text("On its way")
    await becomes(scene, DeliveryState.FAILED, "Forbidden: bot was blocked by the user")
    await expect(delivery).to_contain_text("Could not be delivered. They have blocked the bot.")
    await delivery.get_by_role("button", name="Send again").click()
    await expect(delivery).to_contain_text("On its way")
    await becomes(scene, DeliveryState.UNKNOWN, "Telegram did not answer (ReadTimeout).")
    await expect(delivery).to_contain_text("May not have arrived. The channel did not answer in time.")
    await delivery.get_by_role("button", name="Send again (may come twice)").click()
    await expect(delivery).to_contain_text("On its way")
    await becomes(scene, DeliveryState.SENT, None)
    await expect(delivery).to_have_text("Delivered")


async def test_a_late_answer_to_a_request_does_not_undo_what_was_told_since(
    scene: Scene, line: Line, windows: Windows
) -> None:
    page = await looking(line, windows, await replied(scene))
    delivery, arrived = page.locator(".said[data-author=agent] .delivery"), asyncio.Event()

    async def late(route: Route) -> None:
        answer = await route.fetch()
        await arrived.wait()
        await route.fulfill(response=answer)

    await page.route("**/retry", late)
    await becomes(scene, DeliveryState.FAILED, "Forbidden: bot was blocked by the user")
    await delivery.get_by_role("button", name="Send again").click()
    await expect(delivery).to_contain_text("On its way")
    await becomes(scene, DeliveryState.SENT, None)
    await expect(delivery).to_have_text("Delivered")
    async with page.expect_response("**/retry") as answered:
        arrived.set()
    await (await answered.value).finished()
    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    await expect(delivery).to_have_text("Delivered")


async def test_a_reply_that_waits_is_changed_by_keyboard_alone(scene: Scene, line: Line, windows: Windows) -> None:
    handoff = await replied(scene, "Helo Tom")
    page = await looking(line, windows, handoff)
    await expect(page.locator(".said[data-author=agent]")).to_contain_text("Helo Tom")
    await page.keyboard.press("u")
    await expect(page.get_by_label("The reply that waits")).to_be_focused()
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("Hello Tom")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said[data-author=agent] .words")).to_have_text("Hello Tom")
    (row,) = await scene.memory.outbox.claim(["telegram"], 1)
    assert row.message.text == "Hello Tom"


async def test_a_reply_that_is_taken_back_comes_into_the_composer(scene: Scene, line: Line, windows: Windows) -> None:
    handoff = await replied(scene, "That is for somebody else")
    page = await looking(line, windows, handoff)
    await page.get_by_role("button", name="Take back").click()
    await expect(page.get_by_text("This reply was taken back.")).to_be_visible()
    await expect(page.get_by_label("Reply to")).to_have_value("That is for somebody else")


async def test_who_changes_a_reply_too_late_is_told_so(scene: Scene, line: Line, windows: Windows) -> None:
    handoff = await replied(scene)
    page = await looking(line, windows, handoff)
    await page.get_by_role("button", name="Edit", exact=True).click()
    await page.get_by_label("The reply that waits").fill("Hello Tom")
    await becomes(scene, DeliveryState.SENT, None)
    await expect(page.locator(".said[data-author=agent] .delivery")).to_have_text("Delivered")
    await expect(page.locator(".said[data-author=agent] .words")).to_have_text("Helo Tom")
    await expect(page.get_by_label("The reply that waits")).to_have_count(0)


@pytest.mark.parametrize(("name", "look"), [("light", Look()), ("dark", Look(dark=True)), ("phone", Look((360, 740)))])
async def test_deliveries_break_no_rule_of_accessibility(
    scene: Scene, line: Line, windows: Windows, name: str, look: Look
) -> None:
    handoff = await replied(scene, "first")
    await becomes(scene, DeliveryState.FAILED, "Forbidden: bot was blocked by the user")
    for text in ("second", "third", "fourth"):
        await scene.memory.handoffs.reply(handoff, AgentId("noor"), text)
    await scene.memory.replies.withdraw(handoff, AgentId("noor"), (await last(scene, handoff)))
    await becomes(scene, DeliveryState.SENT, None)
    page = await looking(line, windows, handoff, look)
    await page.get_by_role("button", name="Edit", exact=True).click()
    await assert_accessible(page, "deliveries")
    await picture(page, f"desk-deliveries-{name}")
    await page.keyboard.press("Escape")


async def last(scene: Scene, handoff: HandoffId) -> Cursor:
    return (await scene.memory.handoffs.view(handoff)).messages[-1].number
