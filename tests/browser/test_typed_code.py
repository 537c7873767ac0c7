"""From Telegram to the website by a code that is typed there, and apart again by words."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.doubles.telegram import BotApi
from tests.server import Server

PATIENCE = 30_000
CODE = re.compile(r"\b[B-Z2-9]{4}-[B-Z2-9]{4}\b")


@pytest.fixture
def telegram() -> Iterator[BotApi]:
    with BotApi() as api:
        yield api


@pytest.fixture
def server(tmp_path: Path, telegram: BotApi) -> Iterator[Server]:
    settings = {"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_BASE_URL": telegram.base_url}
    with Server(tmp_path, settings) as running:
        yield running


@pytest.fixture
async def shop(browser: Browser, server: Server) -> AsyncIterator[Page]:
    """The shop's page with the chat open, and nobody logged in."""
    context = await browser.new_context(viewport={"width": 1280, "height": 860})
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    await page.goto(server.url)
    await page.get_by_role("button", name="Open the chat").click()
    yield page
    await context.close()


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Your message").fill(text)
    await page.get_by_role("button", name="Send", exact=True).click()


async def hears(page: Page, text: str) -> None:
    await expect(log(page)).to_contain_text(text, timeout=PATIENCE)


def log(page: Page) -> Locator:
    return page.locator("threadkeeper-chat").get_by_role("log")


async def test_a_code_from_telegram_typed_on_the_website_makes_one_thread_until_it_is_undone_in_words(
    shop: Page, telegram: BotApi
) -> None:
    phone = telegram.user("Zoe")
    phone.says("how long do I have to return something?")
    assert "60 days" in (await phone.next_message(PATIENCE / 1000)).text

    # A slip is told kindly, with what to do, and neither chat sees the other.
    await say(shop, "BBBB-2222")
    await hears(shop, "has a slip in it")
    await expect(log(shop)).not_to_contain_text("60 days")

    # The code is shown in Telegram, and typed as it is read: in small letters, among words.
    phone.says("/code")
    told = ""
    while (found := CODE.search(told)) is None:
        told = (await phone.next_message(PATIENCE / 1000)).text
    await say(shop, f"my code is {found[0].lower()}")
    await hears(shop, "one conversation now")

    # It is one thread: what was said there stands here, above, and the code nowhere.
    await hears(shop, "how long do I have to return something?")
    await expect(log(shop)).not_to_contain_text(found[0])
    phone.says("do you ship to France?")
    await hears(shop, "do you ship to France?")

    # And apart again: here remains what was said here.
    await say(shop, "unlink my Telegram")
    await hears(shop, "Shall I separate Telegram from this conversation?")
    await shop.get_by_role("button", name="Yes, separate them").click()
    await hears(shop, "are separate again")
    await expect(log(shop)).not_to_contain_text("60 days", timeout=PATIENCE)
    await expect(log(shop)).not_to_contain_text("do you ship to France?")
    phone.says("thank you")
    await say(shop, "what are your opening hours?")
    await expect(log(shop)).to_contain_text("what are your opening hours?", timeout=PATIENCE)
    await expect(log(shop)).not_to_contain_text("thank you")
