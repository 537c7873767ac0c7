"""What a page may say to the widget and hear from it, as docs/widget.md and /widget.d.ts state, and its removal."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Page, expect

from bot.settings import PROJECT
from memory.model import Reply
from tests.browser.shopfront import Shop, log, open_chat, said, write
from tests.doubles.web_stage import ANA

HEAR = """() => {
    window.heard = [];
    for (const name of ["open", "close", "message", "unread", "identity-expired"]) {
        document.addEventListener(`threadkeeper:${name}`, ({ target, detail }) =>
            heard.push([name, target.localName, detail]));
    }
}"""


async def heard(page: Page, name: str) -> list[Any]:
    return [detail for each, _, detail in await page.evaluate("heard") if each == name]


async def test_a_page_opens_and_closes_it_and_hears_of_that(page: Page) -> None:
    await page.evaluate(HEAR)
    await page.evaluate("document.querySelector('threadkeeper-chat').open()")
    await expect(page.get_by_label("Your message")).to_be_visible()
    await page.evaluate("document.querySelector('threadkeeper-chat').close()")
    await expect(page.get_by_label("Your message")).to_be_hidden()
    told = await page.evaluate("heard")
    assert told == [["open", "threadkeeper-chat", None], ["close", "threadkeeper-chat", None]]


async def test_a_page_hears_what_is_said_and_how_much_is_unread(shop: Shop, page: Page) -> None:
    await page.evaluate(HEAR)
    await open_chat(page)
    await write(page, "good morning")
    await page.evaluate("document.querySelector('threadkeeper-chat').close()")
    await shop.stage.answer_next(Reply("Hello."))
    await expect(page.get_by_role("button", name="Chat with Fern, 1 unread")).to_be_visible()
    await page.get_by_role("button", name="Chat with Fern, 1 unread").click()
    assert await heard(page, "message") == [
        {"number": 1, "author": "customer", "text": "good morning"},
        {"number": 2, "author": "bot", "text": "Hello."},
    ]
    assert await heard(page, "unread") == [{"count": 1}, {"count": 0}]


async def test_history_is_not_told_as_news(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, "good morning")
    await shop.stage.answer_next(Reply("Hello."))
    await expect(said(page, "Hello.")).to_be_visible()
    await page.reload()
    await page.evaluate(HEAR)
    await open_chat(page)
    await expect(said(page, "Hello.")).to_be_visible()
    assert await heard(page, "message") == []


async def test_a_page_says_who_is_logged_in_and_who_is_no_longer(shop: Shop, page: Page) -> None:
    chat = "document.querySelector('threadkeeper-chat')"
    await page.evaluate(f"jwt => {chat}.identify(jwt)", shop.stage.login(ANA))
    await open_chat(page)
    await write(page, "only mine")
    await shop.stage.answer_next(Reply("It is safe with me."))
    await expect(said(page, "It is safe with me.")).to_be_visible()
    kept = await page.evaluate("Object.values(localStorage).join()")
    assert '"identified":true' in kept
    await page.evaluate(f"{chat}.logout()")
    await expect(said(page, "only mine")).to_have_count(0)
    await page.reload()
    await open_chat(page)
    await expect(log(page)).to_contain_text("Hello, I am Fern.")
    await expect(said(page, "only mine")).to_have_count(0)


async def test_the_types_are_served_and_name_what_the_element_has(shop: Shop, page: Page) -> None:
    answer = await page.request.get(f"{shop.url}/widget.d.ts")
    assert answer.ok
    types = await answer.text()
    methods = re.findall(r"^  (\w+)\(.*\): (?:void|Promise<void>);", types, re.MULTILINE)
    assert methods == ["open", "close", "identify", "logout"]
    own = await page.evaluate(
        "Object.getOwnPropertyNames(Object.getPrototypeOf(document.querySelector('threadkeeper-chat')))"
    )
    assert sorted(own) == sorted([*methods, "constructor", "connectedCallback", "disconnectedCallback"])
    documented = (PROJECT / "docs" / "widget.md").read_text()
    for name in [*methods, *re.findall(r'"(threadkeeper:[\w-]+)"', types)]:
        assert name in documented


async def _listeners(page: Page) -> list[str]:
    """The kinds of events that anything listens to on the page itself. What was asked for is let go of again."""
    cdp = await page.context.new_cdp_session(page)
    kinds: list[str] = []
    for name in ("window", "document", "document.body", "document.documentElement"):
        found = await cdp.send("Runtime.evaluate", {"expression": name})
        told = await cdp.send("DOMDebugger.getEventListeners", {"objectId": found["result"]["objectId"]})
        kinds += [f"{name} {listener['type']}" for listener in told["listeners"]]
    await cdp.detach()
    return sorted(kinds)


async def test_once_removed_nothing_of_it_listens_or_is_held_in_memory(shop: Shop, page: Page) -> None:
    before = await _listeners(page)
    await open_chat(page)
    await write(page, "good morning")
    await expect(said(page, "good morning")).to_be_visible()
    await page.close()
    # A tab in which nothing was sent: Chromium itself, for autofill, holds a form from which something was.
    page = await shop.visit()
    await open_chat(page)
    await shop.stage.answer_next(Reply("Hello."))
    await expect(said(page, "Hello.")).to_be_visible()
    assert len(await _listeners(page)) > len(before)
    async with page.expect_event("requestfailed", lambda request: "/events" in request.url):
        await page.evaluate(
            """() => {
                const chat = document.querySelector("threadkeeper-chat");
                window.removed = new WeakRef(chat);
                chat.remove();
            }"""
        )
    assert await _listeners(page) == before
    cdp = await page.context.new_cdp_session(page)
    for _ in range(50):
        await cdp.send("HeapProfiler.collectGarbage")
        if await page.evaluate("removed.deref() === undefined"):
            return
    raise AssertionError("something still holds the removed element")


async def test_it_can_be_removed_and_placed_again_elsewhere(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, "hello")
    await shop.stage.answer_next(Reply("Hello."))
    await expect(said(page, "Hello.")).to_be_visible()
    await page.evaluate("document.querySelector('main').append(document.querySelector('threadkeeper-chat'))")
    await open_chat(page)
    await expect(said(page, "Hello.")).to_have_count(1)
    await write(page, "still there?")
    assert await shop.stage.answer_next(Reply("Of course.")) == "still there?"
    await expect(said(page, "Of course.")).to_be_visible()
    assert shop.complaints == []
