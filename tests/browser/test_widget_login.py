"""The widget in a real browser, with logins: whose conversation is shown."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page, Route, expect

from memory.model import Reply
from tests.browser.shopfront import Shop, log, login, open_chat, said, write
from tests.doubles.web_stage import ANA


async def test_one_browser_several_customers_and_none_meets_the_others_words(shop: Shop, page: Page) -> None:
    await login_with_secret(shop, page, "c-1", "I am Ana")
    await page.get_by_label("You are browsing as").select_option("")
    await expect(said(page, "I am Ana")).to_have_count(0)
    await login(page, "c-2")
    await write(page, "I am Ben")
    assert await shop.stage.answer_next(Reply("Hello Ben.")) == "I am Ben"
    await expect(said(page, "Hello Ben.")).to_be_visible()
    await expect(said(page, "I am Ana")).to_have_count(0)
    await page.get_by_label("You are browsing as").select_option("c-1")
    await expect(said(page, "I am Ana")).to_be_visible()
    await expect(said(page, "I am Ben")).to_have_count(0)


async def login_with_secret(shop: Shop, page: Page, customer: str, words: str) -> None:
    await page.get_by_label("You are browsing as").select_option(customer)
    await open_chat(page)
    await write(page, words)
    await shop.stage.answer_next(Reply("It is safe with me."))
    await expect(said(page, "It is safe with me.")).to_be_visible()


async def test_what_was_said_before_a_login_stays_with_the_visitor(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, "before the login")
    await shop.stage.answer_next(Reply("Hello."))
    await expect(said(page, "Hello.")).to_be_visible()
    await login(page, "c-1")
    await write(page, "after the login")
    await shop.stage.answer_next(Reply("Hello Ana."))
    await expect(said(page, "Hello Ana.")).to_be_visible()
    await expect(said(page, "before the login")).to_have_count(1)


async def test_a_page_that_does_not_prove_the_login_does_not_show_its_conversation(shop: Shop, page: Page) -> None:
    await login_with_secret(shop, page, "c-1", "my secret")
    await page.evaluate("sessionStorage.clear()")
    await page.reload()
    await open_chat(page)
    await expect(log(page)).to_contain_text("Hello, I am Fern.")
    await expect(said(page, "my secret")).to_have_count(0)


async def test_a_logout_in_one_tab_empties_the_other(shop: Shop, page: Page) -> None:
    await login_with_secret(shop, page, "c-1", "my secret")
    other = await shop.visit()
    await login(other, "c-1")  # a chat that is opened before that is nobody's yet: see the next test
    await open_chat(other)
    await expect(said(other, "my secret")).to_be_visible()
    await page.get_by_label("You are browsing as").select_option("")
    for tab in (page, other):
        await expect(said(tab, "my secret")).to_have_count(0)


async def test_a_chat_opened_before_its_page_knows_the_login_ends_up_logged_in_with_the_other_tab(
    shop: Shop, page: Page
) -> None:
    await login_with_secret(shop, page, "c-1", "my secret")
    other = await shop.visit()
    known = asyncio.Event()

    async def hold(route: Route) -> None:
        await known.wait()
        await route.continue_()

    await other.route("**/demo/login", hold)
    await other.get_by_label("You are browsing as").select_option("c-1")
    async with other.expect_response("**/api/visitor"):
        await open_chat(other)
    known.set()
    for tab in (page, other):
        await expect(said(tab, "my secret")).to_be_visible()
    await page.get_by_label("You are browsing as").select_option("")
    for tab in (page, other):
        await expect(said(tab, "my secret")).to_have_count(0)


async def test_two_tabs_that_begin_at_the_same_moment_are_one_visitor(shop: Shop, page: Page) -> None:
    other = await shop.visit()
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(route: Route) -> None:
        answer = await route.fetch()
        begun.set()
        await go_on.wait()
        await route.fulfill(response=answer)

    await page.route("**/api/visitor", slowly, times=1)
    await open_chat(page)
    await begun.wait()
    await open_chat(other)
    await write(other, "from the other tab")
    await expect(said(other, "from the other tab")).to_be_visible()
    assert await shop.stage.answer_next(Reply("I see you.")) == "from the other tab"
    await write(page, "from this tab")
    go_on.set()
    assert await shop.stage.answer_next(Reply("And you.")) == "from this tab"
    for tab in (page, other):
        await expect(log(tab).locator(".bubble")).to_have_count(5)
        for words in ("from the other tab", "I see you.", "from this tab", "And you."):
            await expect(said(tab, words)).to_have_count(1)


async def test_an_identity_that_is_no_longer_accepted_is_asked_for_again(shop: Shop, page: Page) -> None:
    expired = shop.stage.login(ANA, seconds=-1)
    asked = await page.evaluate(
        """jwt => new Promise(resolve => {
            const chat = document.querySelector("threadkeeper-chat");
            chat.addEventListener("threadkeeper:identity-expired", () => resolve("asked"));
            chat.identify(jwt);
            chat.open();
        })""",
        expired,
    )
    assert asked == "asked"
    await write(page, "hello anyway")
    assert await shop.stage.answer_next() == "hello anyway"
