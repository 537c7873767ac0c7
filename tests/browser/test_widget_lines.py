"""The widget in a real browser, with lines that break: nothing is lost and nothing doubled."""

from __future__ import annotations

import re

from playwright.async_api import Page, Route, expect

from memory.model import Reply
from tests.browser.shopfront import Shop, log, open_chat, said, write


async def test_a_message_whose_receipt_got_lost_is_kept_once(shop: Shop, page: Page) -> None:
    sent: list[str] = []

    async def lose_the_first_receipt(route: Route) -> None:
        if route.request.method != "POST":
            return await route.continue_()
        sent.append(route.request.post_data_json["client_id"])
        answer = await route.fetch()
        await (route.abort() if len(sent) == 1 else route.fulfill(response=answer))

    await page.route("**/api/visitor/messages*", lose_the_first_receipt)
    await open_chat(page)
    await write(page, "hello")
    await shop.stage.answer_next(Reply("Hello to you."))
    await expect(said(page, "Hello to you.")).to_be_visible()
    await write(page, "again")
    assert await shop.stage.answer_next(Reply("Yes?")) == "again"
    await expect(said(page, "Yes?")).to_be_visible()
    await expect(log(page).locator(".m.customer")).to_have_count(2)
    assert len(set(sent)) == 2
    assert sent[0] == sent[1]


async def test_what_is_written_without_a_line_goes_out_in_order_when_it_is_back(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, "one")
    await shop.stage.answer_next(Reply("Answer one."))
    await expect(said(page, "Answer one.")).to_be_visible()
    await shop.context.set_offline(True)
    await write(page, "two")
    await write(page, "three")
    await expect(said(page, "three")).to_be_visible()
    await shop.context.set_offline(False)
    assert await shop.stage.answer_next(Reply("Answer two.")) == "two"
    assert await shop.stage.answer_next(Reply("Answer three.")) == "three"
    await expect(said(page, "Answer three.")).to_be_visible()
    texts = await log(page).locator(".bubble").all_inner_texts()
    assert texts[1:] == ["one", "Answer one.", "two", "Answer two.", "three", "Answer three."]


async def test_a_message_written_just_before_a_reload_is_sent_after_it(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await page.route("**/api/visitor/messages", lambda route: route.abort())
    await write(page, "do not lose me")
    await page.unroute_all()
    await page.reload()
    assert await shop.stage.answer_next(Reply("Never.")) == "do not lose me"
    await open_chat(page)
    await expect(said(page, "Never.")).to_be_visible()
    await expect(said(page, "do not lose me")).to_have_count(1)


async def test_a_line_that_breaks_again_and_again_brings_everything_once(shop: Shop, page: Page) -> None:
    lines: list[str] = []

    async def break_two_of_three(route: Route) -> None:
        lines.append(route.request.url)
        await (route.continue_() if len(lines) % 3 == 0 else route.abort())

    await open_chat(page)
    await page.route("**/api/visitor/events*", break_two_of_three)
    for turn in range(3):
        await write(page, f"question {turn}.")
        await shop.stage.answer_next(Reply(f"answer {turn}."))
    await expect(said(page, "answer 2.")).to_be_visible(timeout=15_000)
    texts = await log(page).locator(".bubble").all_inner_texts()
    assert texts[1:] == [f"{what} {turn}." for turn in range(3) for what in ("question", "answer")]
    assert len(lines) >= 3


async def test_two_tabs_stay_in_step(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, "hello")
    await shop.stage.answer_next(Reply("Hello."))
    other = await shop.visit()
    await open_chat(other)
    await write(other, "from the other tab")
    await shop.stage.answer_next(Reply("I see you."))
    for tab in (page, other):
        await expect(said(tab, "I see you.")).to_be_visible()
        await expect(said(tab, "from the other tab")).to_have_count(1)


async def test_a_tab_open_before_the_first_word_is_in_step_from_that_word_on(shop: Shop, page: Page) -> None:
    other = await shop.visit()
    for tab in (page, other):
        async with tab.expect_response("**/api/visitor/messages?*"):
            await open_chat(tab)
    await write(other, "good morning")
    await shop.stage.answer_next(Reply("To you as well."))
    for tab in (page, other):
        await expect(said(tab, "To you as well.")).to_be_visible()
        await expect(said(tab, "good morning")).to_have_count(1)


async def test_what_another_tab_still_has_to_send_is_not_forgotten_for_it(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, "good morning")
    await shop.stage.answer_next(Reply("To you as well."))
    other = await shop.visit()
    await open_chat(other)
    await expect(said(other, "To you as well.")).to_be_visible()
    await page.route("**/api/visitor/messages", lambda route: route.abort())
    await write(page, "do not lose me")
    await expect(said(page, "do not lose me")).to_be_visible()
    await write(other, "and you?")
    assert await shop.stage.answer_next(Reply("I am well.")) == "and you?"
    await expect(said(other, "I am well.")).to_be_visible()
    await page.close()
    again = await shop.visit()
    await open_chat(again)
    assert await shop.stage.answer_next(Reply("Never.")) == "do not lose me"
    await expect(said(again, "Never.")).to_be_visible()


async def test_a_tab_that_slept_brings_what_it_missed_once(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, "good morning")
    await shop.stage.answer_next(Reply("One."))
    await expect(said(page, "One.")).to_be_visible()
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Page.setWebLifecycleState", {"state": "frozen"})
    other = await shop.visit()
    await open_chat(other)
    for turn in ("Two.", "Three."):
        await write(other, "go on")
        await shop.stage.answer_next(Reply(turn))
        await expect(said(other, turn)).to_be_visible()
    await cdp.send("Page.setWebLifecycleState", {"state": "active"})
    for tab in (page, other):
        await expect(log(tab).locator(".bubble")).to_have_text(
            [re.compile("Hello"), "good morning", "One.", "go on", "Two.", "go on", "Three."]
        )


async def test_a_tab_nobody_looks_at_gives_its_line_back_and_catches_up_when_seen(shop: Shop, page: Page) -> None:
    await page.clock.install()
    await page.reload()
    await open_chat(page)
    await write(page, "good morning")
    await shop.stage.answer_next(Reply("One."))
    await expect(said(page, "One.")).to_be_visible()

    async def look(state: str) -> None:
        await page.evaluate(
            """state => {
                Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }""",
            state,
        )

    await look("hidden")
    async with page.expect_event("requestfailed", lambda request: "/events" in request.url):
        await page.clock.fast_forward(61_000)
    other = await shop.visit()
    await open_chat(other)
    await write(other, "and now?")
    await shop.stage.answer_next(Reply("Two."))
    await expect(said(other, "Two.")).to_be_visible()
    await expect(said(page, "Two.")).to_have_count(0)
    await look("visible")
    await expect(said(page, "Two.")).to_have_count(1)
    await expect(said(page, "and now?")).to_have_count(1)
