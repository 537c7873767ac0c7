"""The demo shop with the widget in Chromium, and what a visitor does there. Used by the tests beside it."""

from __future__ import annotations

from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.doubles.web_stage import WebStage


class Shop:
    """The demo shop with the widget, and a stage to answer from."""

    def __init__(self, stage: WebStage, url: str, context: BrowserContext) -> None:
        self.stage = stage
        self.url = url
        self.context = context
        self.complaints: list[str] = []

    async def visit(self) -> Page:
        page = await self.context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await page.goto(self.url)
        await expect(page.get_by_label("You are browsing as")).to_be_enabled()
        return page


async def open_chat(page: Page) -> None:
    await page.get_by_role("button", name="Chat with Fern").click()
    await expect(page.get_by_label("Your message")).to_be_visible()


async def write(page: Page, text: str) -> None:
    await page.get_by_label("Your message").fill(text)
    await page.get_by_label("Your message").press("Enter")


def log(page: Page) -> Locator:
    return page.get_by_role("log")


def said(page: Page, text: str) -> Locator:
    return log(page).locator(".bubble").filter(has_text=text)


async def login(page: Page, customer: str) -> None:
    async with page.expect_response("**/api/visitor") as registered:
        await page.get_by_label("You are browsing as").select_option(customer)
    await (await registered.value).finished()
