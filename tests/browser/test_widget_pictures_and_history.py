"""Pictures in the bot's words, history that comes as one scrolls, and the operators' page."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Route, expect

from memory.model import Reply
from tests.browser.shopfront import Shop, log, open_chat, said, write
from tests.doubles.serving import serving
from tests.doubles.web_stage import PICTURES, SITE, WebStage

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
ALLOWING = (
    f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: {PICTURES}; connect-src 'self'"
)
TWO = f"Here:\n\n![The Ridge 2 tent]({PICTURES}/tent.png)\n\n![Map](https://other.example/m.png)"


async def test_a_picture_of_an_allowed_site_is_shown_where_the_page_allows_it(
    shop: Shop, page: Page, screenshots: Path
) -> None:
    async def picture(route: Route) -> None:
        await route.fulfill(body=PNG, content_type="image/png")

    async def allowing(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": ALLOWING})

    await page.route(f"{PICTURES}/**", picture)
    await page.route(f"{shop.url}/", allowing)
    await page.reload()
    await open_chat(page)
    await write(page, "show me the tent")
    await shop.stage.answer_next(Reply(TWO))
    tent = log(page).get_by_role("img", name="The Ridge 2 tent")
    await expect(tent).to_be_visible()
    await expect(tent).to_have_js_property("naturalWidth", 1)
    await expect(log(page).get_by_role("link", name="Map")).to_have_attribute("href", "https://other.example/m.png")
    await expect(log(page).locator("img")).to_have_count(1)
    assert (await Axe().run(page)).violations_count == 0
    await page.screenshot(path=screenshots / "widget-picture.png")


async def test_a_picture_that_the_page_forbids_is_a_link(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, "show me the tent")
    await shop.stage.answer_next(Reply(f"![The Ridge 2 tent]({PICTURES}/tent.png)"))
    link = log(page).get_by_role("link", name="The Ridge 2 tent")
    await expect(link).to_have_attribute("href", f"{PICTURES}/tent.png")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(log(page).locator("img")).to_have_count(0)


async def talked(shop: Shop, page: Page, turns: int) -> None:
    """A conversation of so many questions and answers, in a tab that has just been opened."""
    await open_chat(page)
    for turn in range(turns):
        await write(page, f"question {turn}.")
        await shop.stage.answer_next(Reply(f"answer {turn}."))
        await expect(said(page, f"answer {turn}.")).to_be_visible()
    await page.reload()
    await open_chat(page)
    await expect(said(page, f"answer {turns - 1}.")).to_be_visible()


async def test_who_scrolls_up_is_given_what_was_before_and_stays_where_they_read(shop: Shop, page: Page) -> None:
    await talked(shop, page, 30)
    await expect(said(page, "question 2.")).to_have_count(0)
    region = page.get_by_role("region", name="Messages")
    await region.hover()
    scroll = "() => document.querySelector('threadkeeper-chat').shadowRoot.querySelector('.scroll').scrollTop"
    first = log(page).locator(".m").first
    await page.mouse.wheel(0, -100_000)
    await expect(log(page).locator(".m.customer")).to_have_count(30)
    await expect(page.get_by_role("button", name="Earlier messages")).to_be_hidden()
    assert await page.evaluate(scroll) > 100, "it jumped to the top"
    await expect(first).not_to_be_in_viewport()
    await expect(said(page, "answer 29.")).not_to_be_in_viewport()


async def test_by_keyboard_it_comes_as_well(shop: Shop, page: Page) -> None:
    await talked(shop, page, 30)
    await page.get_by_role("region", name="Messages").focus()
    await page.keyboard.press("Home")
    await expect(log(page).locator(".m.customer")).to_have_count(30)


async def test_where_fetching_failed_a_button_stays(shop: Shop, page: Page) -> None:
    await talked(shop, page, 30)
    await page.route("**/api/visitor/messages?before=*", lambda route: route.abort())
    await page.get_by_role("region", name="Messages").focus()
    async with page.expect_event("requestfailed"):
        await page.keyboard.press("Home")
    older = page.get_by_role("button", name="Earlier messages")
    await expect(older).to_be_enabled()
    await expect(log(page).locator(".m.customer")).not_to_have_count(30)
    await page.unroute_all()
    await older.click()
    await expect(log(page).locator(".m.customer")).to_have_count(30)


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
async def test_an_operator_puts_the_line_together_and_copies_it(browser: Browser, look: str, screenshots: Path) -> None:
    async with serving() as (app, url):
        WebStage(app)
        size = (360, 740) if look == "phone" else (1200, 900)
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if look == "dark" else "light"
        )
        await context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
        page, complaints = await context.new_page(), list[str]()
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{url}/widget/")
        await expect(page.locator("#line")).to_have_text('<script src="https://chat.example/widget.js" defer></script>')
        await expect(page.get_by_role("listitem")).to_have_text([SITE])
        await page.get_by_label("Who answers").fill('Fern & "Co"')
        await page.get_by_label("Colour").fill("green")
        await expect(page.get_by_text("Write it as # and six digits")).to_be_visible()
        await expect(page.locator("#line")).not_to_contain_text("data-colour")
        await page.get_by_label("Colour").fill("#aa3300")
        await page.get_by_label("Language", exact=True).select_option("de")
        assert (await Axe().run(page)).violations_count == 0
        await page.get_by_role("button", name="Copy the line").press("Enter")
        await expect(page.get_by_text("Copied.")).to_be_visible()
        assert await page.evaluate("navigator.clipboard.readText()") == (
            '<script src="https://chat.example/widget.js" defer\n  data-name="Fern &amp; &quot;Co&quot;"\n'
            '  data-colour="#aa3300"\n  data-language="de"></script>'
        )
        await page.screenshot(path=screenshots / f"widget-site-{look}.png", full_page=True)
        await page.get_by_role("button", name="Chat").last.click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert complaints == []
        await context.close()
