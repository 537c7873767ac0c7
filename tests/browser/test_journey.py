"""The whole mission once: the website, a power cut, Telegram, a person at the desk, and the bot again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.async_api import Browser, Page, expect

from tests.doubles.telegram import BotApi
from tests.server import ADMIN, Server

PATIENCE = 30_000


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
    context = await browser.new_context(viewport={"width": 1280, "height": 860})
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    await page.goto(server.url)
    yield page
    await context.close()


@pytest.fixture
async def desk(browser: Browser, server: Server) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    await page.goto(f"{server.url}/desk")
    await page.get_by_label("E-mail").fill(ADMIN["email"])
    await page.get_by_label("Password").fill(ADMIN["password"])
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("navigation", name="Conversations")).to_be_visible(timeout=PATIENCE)
    yield page
    await context.close()


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Your message").fill(text)
    await page.get_by_role("button", name="Send", exact=True).click()


async def hears(page: Page, text: str) -> None:
    log = page.locator("threadkeeper-chat").get_by_role("log")
    await expect(log).to_contain_text(text, timeout=PATIENCE)


async def test_one_conversation_across_web_power_cut_telegram_person_and_bot(
    shop: Page, desk: Page, server: Server, telegram: BotApi, screenshots: Path
) -> None:
    # A logged-in visitor asks about their order and is asked nothing back.
    await shop.get_by_label("You are browsing as").select_option("c-101")
    await expect(shop.get_by_text("Ana Novak").first).to_be_attached()
    await shop.get_by_role("button", name="Open the chat").click()
    await say(shop, "Where is my order?")
    await hears(shop, "Order 1042")
    boots = shop.locator("threadkeeper-chat").get_by_role("listitem").filter(has_text="£169.00")
    await expect(boots.locator("img")).to_be_visible()

    # They begin a return; the item is known from their words, so the reason is the next question.
    await say(shop, "I'd like to send the tent back")
    await hears(shop, "reason")
    await shop.screenshot(path=screenshots / "1-widget.png")

    # The process dies without warning and comes back. The page reconnects by itself.
    server.kill()
    server.start()

    # The same customer goes on in Telegram, at the same question.
    await shop.get_by_role("button", name="More about this chat").click()
    await shop.get_by_role("button", name="Continue in Telegram").click()
    link = shop.get_by_role("link", name="Open Telegram")
    address = await link.get_attribute("href", timeout=PATIENCE)
    assert address is not None
    phone = telegram.user("Ana")
    phone.starts(parse_qs(urlparse(address).query)["start"][0])
    lines = [await phone.next_message(PATIENCE / 1000)]
    while not lines[-1].buttons:
        lines.append(await phone.next_message(PATIENCE / 1000))
    told = "\n".join(line.text for line in lines)
    assert "Ridge 2 Tent" in told
    assert "reason" in told.lower()
    phone.presses("Too small")
    assert "refund" in (await phone.next_message(PATIENCE / 1000)).text.lower()

    # They want a person. The agent sees the whole story before the first word.
    phone.says("can I talk to a real person please")
    assert "repeat" in (await phone.next_message(PATIENCE / 1000)).text
    await desk.get_by_role("link", name="Ana Novak").click()
    brief = desk.get_by_role("region", name="Brief")
    for known in ("Ana Novak", "ana.novak@example.com", "Ridge 2 Tent", "1031", "too small"):
        await expect(brief).to_contain_text(known, ignore_case=True, timeout=PATIENCE)
    await desk.screenshot(path=screenshots / "2-desk-brief.png")
    await desk.get_by_role("button", name="Accept").click()
    await desk.get_by_label("Reply to Ana Novak").fill("Hello Ana, Mara here. I'll send you a larger tent tomorrow.")
    await desk.get_by_role("button", name="Send", exact=True).click()

    # The customer reads it, on the phone and on the website alike; the bot keeps silent.
    assert "larger tent" in (await phone.next_message(PATIENCE / 1000)).text
    await shop.get_by_role("button", name="Back to the chat").click()
    await hears(shop, "larger tent")
    phone.says("wonderful, and where is my order?")
    thread = desk.get_by_role("log", name="What was said")
    await expect(thread).to_contain_text("wonderful, and where is my order?", timeout=PATIENCE)
    await shop.screenshot(path=screenshots / "3-widget-with-person.png")

    # The agent resolves, the bot asks once whether it is solved, and answers the next question.
    await desk.get_by_role("button", name="Resolve").click()
    await desk.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    await expect(desk.get_by_role("region", name="Conversation")).to_contain_text("Resolved", timeout=PATIENCE)
    assert "is it solved" in (await phone.next_message(PATIENCE / 1000)).text
    phone.says("how long do I have to return something?")
    assert "60 days" in (await phone.next_message(PATIENCE / 1000)).text
    await desk.screenshot(path=screenshots / "4-desk-resolved.png")
