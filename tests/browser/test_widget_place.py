"""The widget in a real browser shows who waits for a person where they stand, in one line that changes in its place."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bot.standing import FRESH_FOR
from memory.model import Address, Inbound, Reply
from tests.browser.shopfront import Shop, log, open_chat, said, write


async def test_the_place_in_the_line_is_shown_and_gone_when_somebody_comes(
    shop: Shop, page: Page, screenshots: Path
) -> None:
    stage = shop.stage
    await stage.memory.inbox.accept(Inbound(Address("web", "v-first"), "m1", "a person please"))
    await stage.call_person()
    await open_chat(page)
    await write(page, "hello")
    await stage.answer_next(Reply("Hello to you."))
    await expect(said(page, "Hello to you.")).to_be_visible()
    place = page.locator(".place")
    await expect(place).to_be_hidden()

    await write(page, "a person please")
    stage.seconds += FRESH_FOR
    await stage.call_person_next(Reply("I’m getting someone from our team."))
    await expect(place).to_have_text("One person is before you.")
    await expect(place).to_have_attribute("role", "status")
    assert (await Axe().run(page)).violations_count == 0
    await page.screenshot(path=screenshots / "widget-place.png")

    await page.reload()
    await open_chat(page)
    await expect(place).to_have_text("One person is before you.")

    await stage.mara_takes()
    await stage.mara_takes()
    stage.seconds += FRESH_FOR
    await stage.mara_says("Hello, Mara here.")
    await expect(said(page, "Hello, Mara here.")).to_be_visible()
    await expect(place).to_be_hidden()
    await expect(log(page)).not_to_contain_text("before you")


async def test_the_line_speaks_the_language_of_the_page(shop: Shop, page: Page) -> None:
    await page.evaluate("document.documentElement.lang = 'de'")
    await page.get_by_role("button", name="Fern").click()
    await page.get_by_label("Ihre Nachricht").fill("a person please")
    await page.get_by_label("Ihre Nachricht").press("Enter")
    shop.stage.seconds += FRESH_FOR
    await shop.stage.call_person_next(Reply("I’m getting someone from our team."))
    await expect(page.locator(".place")).to_have_text("Sie sind als Nächstes an der Reihe.")
