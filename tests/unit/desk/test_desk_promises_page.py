"""Promises in the desk's page, in a real browser, by keyboard."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import expect

from tests.unit.desk.scene import SAM, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in, tell_stories

PROMISE = "I'll call you tomorrow at 10."


async def test_what_a_reply_promises_is_recorded_by_one_key_and_closed_with_its_evidence(
    scene: Scene, line: Line, windows: Windows
) -> None:
    ids = await tell_stories(scene)
    page = await windows.open(Look((1440, 900)))
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{ids['tom']}")
    brief = page.get_by_role("region", name="Brief")

    await page.locator("#composer").fill(PROMISE)
    await page.keyboard.press("Enter")
    offered = page.locator(".promise-offer")
    await expect(offered).to_contain_text(PROMISE)
    await assert_accessible(page, "offered")
    await picture(page, "desk-promise-offered")
    await page.keyboard.press("Escape")
    await page.keyboard.press("p")
    await expect(brief).to_contain_text("Due")
    await expect(offered).to_have_count(0)

    await page.locator("#composer").fill("I have just called you.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said").last).to_contain_text("I have just called you.")
    await brief.get_by_role("button", name=f"Kept… {PROMISE}").press("Enter")
    await assert_accessible(page, "closing")
    await picture(page, "desk-promise-closing")
    await page.keyboard.press("Enter")
    await expect(brief).to_contain_text("kept by message")


async def test_ctrl_and_enter_sends_and_records(scene: Scene, line: Line, windows: Windows) -> None:
    ids = await tell_stories(scene)
    page = await windows.open(Look((1440, 900)))
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{ids['tom']}")
    await page.locator("#composer").fill(PROMISE)
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("region", name="Brief")).to_contain_text(PROMISE)


async def test_a_lead_sees_what_was_broken_and_why_it_is_owed_no_more_is_asked_for(
    scene: Scene, line: Line, windows: Windows
) -> None:
    await tell_stories(scene)
    scene.pass_time(timedelta(hours=3))
    await scene.memory.promise_times.lapse(timedelta(minutes=30))
    page = await windows.open(Look((1440, 900)))
    await sign_in(page, line.url, SAM)
    await expect(page.get_by_role("button", name="Promises: 1 broken")).to_be_visible()
    await page.keyboard.press("o")
    listed = page.get_by_role("dialog")
    await expect(listed).to_contain_text("Broken: was due")
    await assert_accessible(page, "owed")
    await picture(page, "desk-promises")
    await listed.get_by_role("button", name="Kept… ").first.press("Enter")
    await page.get_by_label("What kept it, or why it is not owed any more").fill("She wrote that it is sorted.")
    await page.get_by_role("button", name="Not owed any more").press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Promises: 0 open")).to_be_visible()
