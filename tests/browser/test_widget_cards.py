"""Product cards and ratings in the widget."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from memory.model import Button, Reply
from tests.browser.shopfront import Shop, log, said, write

BOOTS = {
    "title": "Scree Walking Boots",
    "price": "£169.00",
    "picture": "/demo/pictures/scree-boots.svg",
    "link": "/#scree-boots",
}
SOCKS = {"title": "2 × Hazel Hiking Socks", "price": "£14.00 each", "text": "One size", "payloads": ["/pick_socks"]}
LOOKS = {
    "light": {"scheme": "light", "width": 1280, "lang": "en-GB"},
    "dark": {"scheme": "dark", "width": 1280, "lang": "en-GB"},
    "phone": {"scheme": "light", "width": 360, "lang": "en-GB"},
    "arabic": {"scheme": "light", "width": 1280, "lang": "ar"},
}


async def ask(shop: Shop, page: Page, reply: Reply) -> None:
    await page.get_by_role("button", name="Chat with Fern").click()
    await page.locator("textarea").fill("where is my order?")
    await page.locator("textarea").press("Enter")
    await shop.stage.answer_next(reply)
    await expect(said(page, reply.text)).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
async def test_products_are_shown_beneath_the_answer(shop: Shop, page: Page, look: str, screenshots: Path) -> None:
    how = LOOKS[look]
    await page.emulate_media(color_scheme="dark" if how["scheme"] == "dark" else "light", reduced_motion="reduce")
    await page.set_viewport_size({"width": int(str(how["width"])), "height": 800})
    await page.evaluate("tag => { document.documentElement.lang = tag }", how["lang"])
    buttons = [Button("Send the socks back", "/pick_socks"), Button("Get a person", "/ask_person")]
    await ask(shop, page, Reply("It is on its way.", buttons, custom={"cards": [BOOTS, SOCKS]}))
    cards = log(page).get_by_role("listitem")
    await expect(cards).to_have_count(2)
    await expect(cards.nth(0)).to_contain_text("£169.00")
    link = cards.nth(0).get_by_role("link", name="Scree Walking Boots")
    await expect(link).to_have_attribute("href", f"{shop.url}/#scree-boots")
    image = cards.nth(0).locator("img")
    await expect(image).to_have_js_property("complete", True)
    assert await image.evaluate("image => image.naturalWidth") > 0
    await expect(cards.nth(1).get_by_role("button", name="Send the socks back")).to_be_visible()
    await expect(log(page).get_by_role("button")).to_have_count(2)
    await page.screenshot(path=screenshots / f"widget-cards-{look}.png")
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    await cards.nth(1).get_by_role("button", name="Send the socks back").click()
    await expect(log(page).get_by_role("button")).to_have_count(0)
    assert await shop.stage.answer_next(Reply("Done.")) == "Send the socks back"
    await expect(cards).to_have_count(2)
    assert shop.complaints == []


async def test_what_a_card_says_is_never_markup_and_its_addresses_never_scripts(shop: Shop, page: Page) -> None:
    evil = {
        "title": "<img src=x onerror=alert(1)>",
        "link": "javascript:alert(1)",
        "picture": "javascript:alert(1)",
        "text": "<b>bold</b>",
    }
    await ask(shop, page, Reply("Look.", custom={"cards": [evil, {"title": "Boots", "picture": "/not/there.svg"}]}))
    cards = log(page).get_by_role("listitem")
    await expect(cards.nth(0)).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(cards.nth(0)).to_contain_text("<b>bold</b>")
    await expect(cards.locator("a, img")).to_have_count(0)


async def test_how_an_answer_was_is_said_with_a_thumb(shop: Shop, page: Page, screenshots: Path) -> None:
    rated = [Button("That helped", "/answer_helped"), Button("Not quite", "/answer_not_helped")]
    await ask(shop, page, Reply("Within 60 days. Did that answer it?", rated))
    for title in ("That helped", "Not quite"):
        await expect(page.get_by_role("button", name=title).locator("svg")).to_be_visible()
    await page.screenshot(path=screenshots / "widget-rating.png")
    assert (await Axe().run(page)).violations_count == 0
    await page.get_by_role("button", name="That helped").click()
    await shop.stage.answer_next(Reply("Glad to hear.", [Button("Another question", "/ask")]))
    await expect(page.get_by_role("button", name="Another question").locator("svg")).to_have_count(0)
    await write(page, "thank you")
    assert await shop.stage.answer_next() == "thank you"
