"""The widget in a real browser, with logins: whose conversation is shown."""

from __future__ import annotations

from playwright.async_api import Page, expect

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
    await other.get_by_label("You are browsing as").select_option("c-1")
    await open_chat(other)
    await expect(said(other, "my secret")).to_be_visible()
    await page.get_by_label("You are browsing as").select_option("")
    for tab in (page, other):
        await expect(said(tab, "my secret")).to_have_count(0)


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
