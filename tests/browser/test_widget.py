"""The widget in a real browser: what a visitor sees and does."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import FilePayload, Page, expect

from memory.model import Button, Doing, NewFile, Reply, Sign
from tests.browser.shopfront import Shop, log, open_chat, said, write
from tests.doubles.web_stage import MARA


async def test_a_question_its_answer_and_a_pressed_button(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await expect(log(page)).to_contain_text("Hello, I am Fern.")
    await write(page, "Where is my <b>order</b>?")
    await expect(page.get_by_text("Fern is writing")).to_be_attached()
    await shop.stage.answer_next(Reply("It is **on its way**.", [Button("Change the address", "/change_address")]))
    await expect(log(page).locator("strong")).to_have_text("on its way")
    await expect(page.get_by_text("Fern is writing")).to_be_hidden()
    await page.get_by_role("button", name="Change the address").click()
    await expect(page.get_by_role("button", name="Change the address")).to_have_count(0)
    assert await shop.stage.answer_next(Reply("Where to?")) == "Change the address"
    await expect(said(page, "Where to?")).to_be_visible()
    await expect(said(page, "Where is my <b>order</b>?")).to_have_count(1)
    await expect(said(page, "Change the address")).to_have_count(1)
    assert shop.complaints == []


async def test_a_person_is_shown_by_name_and_nobody_is_said_to_be_writing(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, "a person please")
    with shop.stage.memory.doorbell.listen("inbox") as ring:
        await ring.wait(1)
    await shop.stage.hand_over(Reply("I am asking somebody."))
    await shop.stage.mara_says("Hello, see https://fernhill.example/care.")
    await expect(log(page)).to_contain_text("Mara, from our team")
    await expect(page.get_by_role("link", name="https://fernhill.example/care")).to_be_visible()
    await write(page, "thank you")
    await expect(said(page, "thank you")).to_be_visible()
    await expect(page.get_by_text("Fern is writing")).to_be_hidden()


async def test_history_is_there_after_a_reload_and_older_pages_as_one_scrolls(shop: Shop, page: Page) -> None:
    await open_chat(page)
    for turn in range(25):
        await write(page, f"question {turn}.")
        await shop.stage.answer_next(Reply(f"answer {turn}."))
        await expect(said(page, f"answer {turn}.")).to_be_visible()
    await page.reload()
    await open_chat(page)
    await expect(said(page, "answer 24.")).to_be_visible()
    await expect(said(page, "question 4.")).to_have_count(0)
    await log(page).locator(".m").first.scroll_into_view_if_needed()
    await expect(said(page, "question 0.")).to_have_count(1)
    await expect(log(page).locator(".m.customer")).to_have_count(25)
    await expect(page.get_by_role("button", name="Earlier messages")).to_be_hidden()


async def test_an_answer_behind_a_closed_chat_is_counted(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, "good morning")
    await expect(said(page, "good morning")).to_be_visible()
    await page.keyboard.press("Escape")
    await shop.stage.answer_next(Reply("Hello."), Reply("How can I help?"))
    await expect(page.get_by_role("button", name="Chat with Fern, 2 unread")).to_be_visible()
    await page.reload()
    await page.get_by_role("button", name="Chat with Fern, 2 unread").click()
    await expect(page.get_by_role("button", name="Chat with Fern", exact=True)).to_be_visible()


async def test_the_language_of_the_page_goes_with_what_is_said_there(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await page.evaluate("document.documentElement.lang = 'de-AT'")
    async with page.expect_request("**/api/visitor/messages") as sent:
        await write(page, "Guten Tag")
    assert (await sent.value).post_data_json["language"] == "de-AT"
    assert await shop.stage.answer_next(Reply("Guten Tag.")) == "Guten Tag"


async def test_a_person_who_writes_is_named_and_a_visitor_who_writes_gives_a_sign(shop: Shop, page: Page) -> None:
    stage = shop.stage
    await open_chat(page)
    await write(page, "a person please")
    await expect(said(page, "a person please")).to_be_visible()
    await stage.hand_over(Reply("I have called a colleague."))
    await expect(said(page, "I have called a colleague.")).to_be_visible()
    customer = await stage.customer()
    with stage.memory.doorbell.listen(f"customer:{customer}") as bell:
        await page.get_by_label("Your message").press_sequentially("I am")
        assert await bell.wait(10)
    (sign,) = await stage.memory.signs.of(customer)
    assert (sign.by, sign.doing) == ("", Doing.WRITING)
    until = datetime.now(timezone.utc) + timedelta(seconds=6)
    await stage.memory.signs.give(Sign(customer, "mara", "Mara", Doing.WRITING, until))
    await expect(page.get_by_text("Mara is writing")).to_be_visible()
    await stage.mara_says("Hello, Mara here.")
    await expect(said(page, "Hello, Mara here.")).to_be_visible()
    await expect(page.get_by_text("Mara is writing")).to_be_hidden()
    assert shop.complaints == []


async def test_files_go_both_ways(shop: Shop, page: Page, screenshots: Path) -> None:
    stage = shop.stage
    await open_chat(page)
    await expect(page.get_by_role("button", name="Send a file")).to_have_count(0)
    await write(page, "a person please")
    await expect(said(page, "a person please")).to_be_visible()
    await stage.hand_over(Reply("I have called a colleague."))
    await page.locator("input[type=file]").set_input_files(
        FilePayload(name="valve.txt", mimeType="text/plain", buffer=b"it leaks here")
    )
    await stage.answer_next()
    await expect(page.get_by_role("button", name="Download valve.txt")).to_be_visible()
    label = NewFile("label.pdf", "application/pdf", b"%PDF-1.7")
    kept = await stage.memory.files.keep(await stage.customer(), label)
    assert kept.file_id is not None
    await stage.memory.handoffs.reply(stage.handoff, MARA.id, "Here is your label", [kept.file_id])
    async with page.expect_download() as saving:
        await page.get_by_role("button", name="Download label.pdf").click()
    saved = await saving.value
    assert saved.suggested_filename == "label.pdf"
    assert (await saved.path()).read_bytes() == b"%PDF-1.7"
    await page.screenshot(path=screenshots / "widget-files.png")
    assert (await Axe().run(page)).violations_count == 0
    await page.locator("input[type=file]").set_input_files(
        FilePayload(name="tool.txt", mimeType="text/plain", buffer=b"MZ\x90\x00")
    )
    await expect(page.get_by_text("Only pictures, PDFs and plain text can be sent.")).to_be_visible()


async def test_a_card_number_is_gone_from_all_tabs_as_soon_as_it_is_kept_without(shop: Shop, page: Page) -> None:
    other = await shop.visit()
    await open_chat(other)
    await open_chat(page)
    await page.route("**/api/visitor/events*", lambda route: route.abort())  # the receipt alone tells it
    await write(page, "my card is 4111 1111 1111 1111")
    await expect(said(page, "my card is [card number removed]")).to_have_count(1)
    await page.unroute_all()
    await shop.stage.answer_next(Reply("I took it out."))
    for tab in (page, other):
        await expect(said(tab, "I took it out.")).to_be_visible()
        await expect(said(tab, "my card is [card number removed]")).to_have_count(1)
        await expect(log(tab)).not_to_contain_text("4111")
    assert "4111" not in await page.evaluate("Object.values(localStorage).join()")


async def test_a_tab_that_showed_a_message_before_it_was_sent_shows_what_was_kept(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await page.route("**/api/visitor/messages", lambda route: route.abort())
    await write(page, "password: open-sesame")
    other = await shop.visit()
    await other.route("**/api/visitor/messages", lambda route: route.abort())
    await open_chat(other)
    await expect(said(other, "password: open-sesame")).to_be_visible()
    await page.unroute_all()
    await page.evaluate("dispatchEvent(new Event('online'))")
    await shop.stage.answer_next(Reply("I took it out."))
    for tab in (page, other):
        await expect(said(tab, "password: [password removed]")).to_have_count(1)
        await expect(log(tab)).not_to_contain_text("sesame")


async def test_a_file_tells_how_far_it_is_on_its_way(shop: Shop, page: Page, screenshots: Path) -> None:
    await open_chat(page)
    await write(page, "my valve leaks")
    await shop.stage.answer_next(Reply("Send a picture."))
    await expect(said(page, "Send a picture.")).to_be_visible()
    cdp = await page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 150_000}
    await cdp.send("Network.emulateNetworkConditions", slow)
    note = FilePayload(name="valve.txt", mimeType="text/plain", buffer=b"it leaks here\n" * 30_000)
    await page.locator("input[type=file]").set_input_files(note)
    bar = page.get_by_role("progressbar", name="Sending valve.txt…")
    await page.wait_for_function(
        "() => { const { value } = document.querySelector('threadkeeper-chat').shadowRoot.querySelector('progress');"
        " return value > 0 && value < 1 }"
    )
    await page.screenshot(path=screenshots / "widget-sending.png")
    assert (await Axe().run(page)).violations_count == 0
    await shop.stage.answer_next()
    await expect(page.get_by_role("button", name="Download valve.txt")).to_be_visible()
    await expect(bar).to_be_hidden()


async def test_news_is_heard_by_who_wants_to_hear_it_and_does_not_see_it(shop: Shop, page: Page) -> None:
    await page.evaluate(
        """() => {
            window.heard = 0;
            const start = OscillatorNode.prototype.start;
            OscillatorNode.prototype.start = function (...when) { heard += 1; start.apply(this, when) };
        }"""
    )
    await open_chat(page)
    await write(page, "good morning")
    await shop.stage.answer_next(Reply("Hello."))
    await expect(said(page, "Hello.")).to_be_visible()
    await page.get_by_role("button", name="More about this chat").click()
    await page.get_by_role("button", name="Turn sound on").click()
    await page.wait_for_function("() => heard === 1")  # so it sounds
    await page.evaluate("name => navigator.locks.request(name, () => {})", f"threadkeeper:{shop.url}/:sound")  # is over
    await write(page, "and how are you?")
    await shop.stage.answer_next(Reply("Well, thank you."))
    await expect(said(page, "Well, thank you.")).to_be_visible()
    assert await page.evaluate("heard") == 1  # who reads along needs no sound
    await write(page, "what is new?")
    await page.get_by_role("button", name="Close chat").click()
    await shop.stage.answer_next(Reply("Boots."))
    await page.wait_for_function("() => heard === 2")
    await page.get_by_role("button", name="Chat with Fern, 1 unread").click()
    await page.get_by_role("button", name="More about this chat").click()
    await expect(page.get_by_role("button", name="Turn sound off")).to_be_visible()


async def test_what_is_kept_is_one_tap_away_and_so_is_forgetting_it(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, "do not keep this")
    await shop.stage.answer_next(Reply("Hello."))
    await expect(said(page, "Hello.")).to_be_visible()
    await page.get_by_role("button", name="More about this chat").click()
    await page.get_by_role("button", name="What is kept").click()
    await expect(page.get_by_text("There are no cookies")).to_be_visible()
    async with page.expect_response("**/api/visitor"):
        await page.get_by_role("button", name="Forget this chat on this device").click()
    await expect(said(page, "do not keep this")).to_have_count(0)
    await page.reload()
    await open_chat(page)
    await expect(log(page)).to_contain_text("Hello, I am Fern.")
    await expect(said(page, "do not keep this")).to_have_count(0)
