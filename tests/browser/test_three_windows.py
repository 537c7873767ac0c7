"""Two agents and a customer in three windows: who takes it, what is passed on, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, Route, ViewportSize, expect

from bot.afterwards import QUESTION
from bot.bootstrap.given import utc_now
from bot.desk.passwords import Passwords, add_agent, make_agent
from tests.remembering import open_memory
from tests.server import ADMIN, Server
from tests.unit.desk.seen import assert_accessible

PATIENCE = 30_000
JONAS = {"email": "jonas@fernhill.example", "password": "another password for tests", "name": "Jonas Weber"}


@dataclass(frozen=True, slots=True)
class Desk:
    """An agent's window."""

    page: Page
    name: str

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("log", name="What was said")

    @property
    def brief(self) -> Locator:
        return self.page.get_by_role("region", name="Brief")

    async def shows(self, where: Locator, *words: str) -> None:
        for each in words:
            await expect(where).to_contain_text(each, ignore_case=True, timeout=PATIENCE)

    async def replies(self, text: str) -> None:
        await self.page.get_by_label("Reply to Ana Novak").fill(text)
        await self.page.get_by_role("button", name="Send", exact=True).click()
        await self.shows(self.thread, text)


@dataclass(frozen=True, slots=True)
class Chat:
    """The customer's window."""

    page: Page

    @property
    def log(self) -> Locator:
        return self.page.locator("threadkeeper-chat").get_by_role("log")

    async def says(self, text: str) -> None:
        await self.page.get_by_label("Your message").fill(text)
        await self.page.get_by_role("button", name="Send", exact=True).click()

    async def hears(self, text: str) -> None:
        await expect(self.log).to_contain_text(text, timeout=PATIENCE)


Picture = Callable[[str], Awaitable[None]]
"""Keeps what all three windows show, under a name."""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    running = Server(tmp_path, {"SUPPORT_HOURS": "Mon-Sun 00:00-23:59"})
    async with open_memory(running.database_url, clock=utc_now) as memory:
        jonas = make_agent(email=JONAS["email"], name=JONAS["name"])
        await add_agent(memory.agents, Passwords(), jonas, JONAS["password"])
    with running:
        yield running


async def window(browser: Browser, url: str, width: int = 1440) -> Page:
    context = await browser.new_context(viewport=ViewportSize(width=width, height=900))
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    await page.goto(url)
    return page


async def at_desk(browser: Browser, server: Server, name: str, email: str, password: str) -> Desk:
    page = await window(browser, f"{server.url}/desk")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator(".line-state")).to_have_text("Live", timeout=PATIENCE)
    return Desk(page, name)


@pytest.fixture
async def ana(browser: Browser, server: Server) -> AsyncIterator[Chat]:
    page = await window(browser, server.url, 1100)
    await page.get_by_label("You are browsing as").select_option("c-101")
    await expect(page.get_by_text("Ana Novak").first).to_be_attached()
    await page.get_by_role("button", name="Open the chat").click()
    yield Chat(page)
    await page.context.close()


@pytest.fixture
async def mara(browser: Browser, server: Server) -> AsyncIterator[Desk]:
    desk = await at_desk(browser, server, "Mara", ADMIN["email"], ADMIN["password"])
    yield desk
    await desk.page.context.close()


@pytest.fixture
async def jonas(browser: Browser, server: Server) -> AsyncIterator[Desk]:
    desk = await at_desk(browser, server, JONAS["name"], JONAS["email"], JONAS["password"])
    yield desk
    await desk.page.context.close()


@pytest.fixture
def keep(ana: Chat, mara: Desk, jonas: Desk, screenshots: Path) -> Picture:
    async def pictures(moment: str) -> None:
        for who, page in (("ana", ana.page), ("mara", mara.page), ("jonas", jonas.page)):
            await page.screenshot(path=screenshots / f"three-{moment}-{who}.png")

    return pictures


async def both_accept(one: Desk, other: Desk) -> tuple[Desk, Desk]:
    """Both press Accept, and both requests reach the server in one moment; who got it, and who did not."""
    pressed = (asyncio.Event(), asyncio.Event())
    oks = await asyncio.gather(_accepts(one, pressed), _accepts(other, pressed[::-1]))
    assert sorted(oks) == [False, True], "one of them gets it, and only one"
    return (one, other) if oks[0] else (other, one)


async def _accepts(desk: Desk, pressed: tuple[asyncio.Event, asyncio.Event]) -> bool:
    """Press Accept, and let the request on when the other has pressed, too; whether the server agreed."""
    mine, theirs = pressed

    async def hold(route: Route) -> None:
        mine.set()
        await theirs.wait()
        await route.continue_()

    await desk.page.route("**/accept", hold)
    async with desk.page.expect_response("**/accept") as answer:
        await desk.page.get_by_role("button", name="Accept").click()
    await desk.page.unroute("**/accept")
    return (await answer.value).ok


async def questions_of_the_bot(desk: Desk) -> list[str]:
    """What the bot has asked in all that the agent's window shows."""
    said = await desk.page.locator(".said[data-author=bot] .words").all_inner_texts()
    return [text for text in said if "?" in text]


async def ends(desk: Desk, ana: Chat, keep: Picture) -> None:
    """Resolved, with what it came to and what it was about; Ana is asked once, and says yes."""
    await desk.page.get_by_role("button", name="Resolve").click()
    dialog = desk.page.get_by_role("dialog", name="Resolve this conversation?")
    await dialog.get_by_label("Solved", exact=True).check()
    await dialog.get_by_label("What was it about?").select_option(label="Another size")
    await assert_accessible(desk.page, "resolving")
    await dialog.get_by_role("button", name="Resolve").click()
    await ana.hears(QUESTION.text)
    await keep("5-asked")
    await ana.page.get_by_role("button", name="Yes, it’s solved").click()
    await ana.hears("Good to hear")


async def test_two_agents_and_a_customer_see_one_conversation_from_the_first_word_to_the_last(
    ana: Chat, mara: Desk, jonas: Desk, keep: Picture
) -> None:
    # Ana begins a return, and then rather wants a person.
    await ana.says("I'd like to send the tent back, it is too small")
    await ana.hears("refund")
    await ana.says("can I talk to a real person please")
    await ana.hears("repeat")

    # Both see her come, both press Accept at once: one has her, the other is told who has.
    for desk in (mara, jonas):
        await desk.page.get_by_role("link", name="Ana Novak").click()
        await desk.shows(desk.brief, "Ridge 2 Tent", "too small")
    await keep("1-waiting")
    winner, loser = await both_accept(mara, jonas)
    await expect(winner.page.get_by_text("With you since")).to_be_visible(timeout=PATIENCE)
    await expect(loser.page.get_by_role("alert")).to_contain_text(f"{winner.name} has this conversation")
    await expect(loser.page.get_by_label("Reply to Ana Novak")).to_be_hidden()
    asked = await questions_of_the_bot(winner)
    await keep("2-taken")

    # The one who has her writes, and she reads it with their name. Each sees the other write.
    await winner.page.get_by_label("Reply to Ana Novak").press_sequentially("Hello Ana")
    await expect(ana.page.get_by_text(f"{winner.name} is writing")).to_be_visible(timeout=PATIENCE)
    await expect(loser.page.get_by_text(f"{winner.name} is writing to them")).to_be_visible(timeout=PATIENCE)
    await keep("3-writing")
    await winner.replies("Hello Ana, I can send you the Ridge 3 instead.")
    await ana.hears("the Ridge 3 instead")
    await ana.hears(f"{winner.name}, from our team")
    typing = ana.page.get_by_label("Your message").press_sequentially("oh nice, and what would that cost?", delay=150)
    seen = expect(winner.page.get_by_text("Ana Novak is writing…")).to_be_visible(timeout=PATIENCE)
    await asyncio.gather(typing, seen)
    await ana.says("oh nice, and what would that cost?")
    await winner.shows(winner.thread, "what would that cost?")

    # It is passed on with a note, and who gets it needs to ask nothing.
    await winner.page.get_by_role("button", name="Pass on").click()
    dialog = winner.page.get_by_role("dialog", name="Pass this conversation on?")
    await dialog.get_by_label("To whom?").select_option(label=f"{loser.name} (0 of 3)")
    await dialog.get_by_label("What they should know").fill("Wants the Ridge 3, asks what it costs.")
    await dialog.get_by_role("button", name="Pass on").click()
    await expect(dialog).to_be_hidden()
    await loser.shows(loser.thread, "Wants the Ridge 3, asks what it costs.", "what would that cost?")
    await loser.shows(loser.brief, "Ridge 2 Tent", "too small", "ana.novak@example.com")
    await loser.page.get_by_role("button", name="Accept").click()
    await expect(loser.page.get_by_text("With you since")).to_be_visible(timeout=PATIENCE)
    for desk in (mara, jonas):
        await desk.shows(
            desk.thread, f"{winner.name} took over", f"{winner.name} passed it on", f"{loser.name} took over"
        )
    await keep("4-passed-on")
    await loser.replies("Hello Ana, the Ridge 3 costs 20 more. I have changed your order.")
    await ana.hears(f"{loser.name}, from our team")
    assert await questions_of_the_bot(loser) == asked

    await ends(loser, ana, keep)
    for desk in (mara, jonas):
        await desk.shows(desk.brief, "They say it is solved.", "Another size")
        await desk.shows(desk.thread, "Good to hear")
        await assert_accessible(desk.page, f"the desk of {desk.name} in the end")
    await keep("6-solved")
