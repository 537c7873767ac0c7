"""What a waiting customer chose, in the desk's page, in a real browser."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import expect

from memory.model import AwaitPerson, MakePromise, WithdrawRequest
from tests.unit.desk.scene import ANA, ANAS_BROWSER, Address, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in, tell_stories

MAIL = Address("email", "ana@example.com")


async def test_the_brief_the_promise_and_the_composer_name_the_channel_that_was_chosen(
    scene: Scene, line: Line, windows: Windows
) -> None:
    ids = await tell_stories(scene)
    promise = MakePromise("Someone from our team will write.", scene.now + timedelta(hours=20), kept_by_reply=True)
    chosen = [promise, AwaitPerson(MAIL)]
    await scene.turn("write me by e-mail please", "Good.", at=ANAS_BROWSER, identity=ANA, records=chosen)
    page = await windows.open(Look((1440, 900)))
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{ids['ana']}")
    brief = page.get_by_role("region", name="Brief")
    answer = brief.locator("section", has_text="How to answer")
    await expect(answer).to_contain_text("They chose to be written to by e-mail, at ana@example.com.")
    await expect(brief.locator("li", has_text="Someone from our team will write.")).to_contain_text("The team · E-mail")

    await page.keyboard.press("a")
    await expect(page.locator(".composer-hint")).to_contain_text("Goes to them as they chose: E-mail.")
    await answer.scroll_into_view_if_needed()
    await assert_accessible(page, "a chosen channel")
    await picture(page, "desk-chosen-channel")
    await page.locator("#composer").fill("Hello Ana")
    await page.keyboard.press("Enter")
    last = page.locator(".said").last
    await expect(last).to_contain_text("Hello Ana")
    await expect(last).to_contain_text("E-mail")
    await expect(brief.locator("li", has_text="Someone from our team will write.")).to_contain_text("kept by message")


async def test_who_took_their_request_back_is_shown_to_wait_no_longer_with_the_evidence(
    scene: Scene, line: Line, windows: Windows
) -> None:
    ids = await tell_stories(scene)
    promise = MakePromise("Someone from our team will write.", scene.now + timedelta(hours=20), kept_by_reply=True)
    left = [promise, WithdrawRequest()]
    await scene.turn("never mind, leave it", "All right.", at=ANAS_BROWSER, identity=ANA, records=left)
    page = await windows.open(Look((1440, 900)))
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{ids['ana']}")
    await expect(page.locator(".happened").last).to_contain_text(
        "No longer waiting: the customer wants nobody any more"
    )
    kept = page.get_by_role("region", name="Brief").locator("li", has_text="Someone from our team will write.")
    await expect(kept).to_contain_text("cancelled in message")
    await picture(page, "desk-taken-back")
