"""The widget in a real browser: what a visitor sees, and that nothing is lost or doubled on the way."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, BrowserContext, FilePayload, Locator, Page, Route, expect

from bot.channels.web.assets import DIST
from memory.model import Button, Doing, NewFile, Reply, Sign
from tests.doubles.serving import serving
from tests.doubles.web_stage import ANA, MARA, WebStage

KIB = 1024


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


@pytest.fixture
async def shop(browser: Browser) -> AsyncIterator[Shop]:
    async with serving() as (app, url):
        context = await browser.new_context(viewport={"width": 1280, "height": 860})
        yield Shop(WebStage(app), url, context)
        await context.close()


@pytest.fixture
async def page(shop: Shop) -> Page:
    return await shop.visit()


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


# Talking


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


async def test_history_is_there_after_a_reload_and_older_pages_on_request(shop: Shop, page: Page) -> None:
    await open_chat(page)
    for turn in range(25):
        await write(page, f"question {turn}.")
        await shop.stage.answer_next(Reply(f"answer {turn}."))
        await expect(said(page, f"answer {turn}.")).to_be_visible()
    await page.reload()
    await open_chat(page)
    await expect(said(page, "answer 24.")).to_be_visible()
    await expect(said(page, "question 4.")).to_have_count(0)
    await page.get_by_role("button", name="Earlier messages").click()
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


# Nothing lost, nothing doubled


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


# Whose conversation


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


# A good guest on the page


async def test_it_can_be_used_with_the_keyboard_alone(shop: Shop, page: Page) -> None:
    launcher = page.get_by_role("button", name="Chat with Fern")
    await launcher.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Your message")).to_be_focused()
    await page.keyboard.type("first line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("second line")
    await page.keyboard.press("Enter")
    assert await shop.stage.answer_next(Reply("Yes?")) == "first line\nsecond line"
    await expect(page.get_by_label("Your message")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("Your message")).to_be_hidden()
    await expect(launcher).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_has_no_accessibility_faults(shop: Shop, page: Page, scheme: str, screenshots: Path) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    await open_chat(page)
    await write(page, "hello")
    await shop.stage.answer_next(Reply("Hello. See [care](https://fernhill.example).", [Button("Yes", "/affirm")]))
    await expect(page.get_by_role("button", name="Yes")).to_be_visible()
    await page.screenshot(path=screenshots / f"widget-{scheme}.png")
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    await page.get_by_role("button", name="More about this chat").click()
    await page.get_by_role("button", name="What is kept").click()
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


LANGUAGES = {
    "de-AT": ("Nachricht schreiben", "Hallo, ich bin Fern."),
    "es": ("Escriba un mensaje", "Hola, soy Fern."),
    "fr": ("Écrire un message", "Bonjour, je suis Fern."),
    "ar": ("اكتب رسالة", "مرحبًا، أنا Fern"),
    "zh-CN": ("输入消息", "您好，我是Fern"),
    "zh-TW": ("輸入訊息", "您好，我是Fern"),
    "pl": ("Write a message", "Hello, I am Fern."),
}


@pytest.mark.parametrize("tag", LANGUAGES)
async def test_it_speaks_the_language_of_the_page(shop: Shop, page: Page, tag: str, screenshots: Path) -> None:
    placeholder, greeting = LANGUAGES[tag]
    await page.emulate_media(reduced_motion="reduce")
    await page.evaluate("tag => { document.documentElement.lang = tag }", tag)
    await page.evaluate("document.querySelector('threadkeeper-chat').removeAttribute('data-greeting')")
    await page.get_by_role("button", name="Chat with Fern").click()
    await expect(page.get_by_placeholder(placeholder)).to_be_visible()
    await expect(log(page)).to_contain_text(greeting)
    await page.get_by_placeholder(placeholder).fill("hello")
    await page.get_by_placeholder(placeholder).press("Enter")
    await shop.stage.answer_next(Reply("Hello.", [Button("Yes", "/affirm")]))
    await expect(said(page, "Hello.")).to_be_visible()
    is_right_to_left = await page.locator("form").evaluate("form => getComputedStyle(form).direction") == "rtl"
    assert is_right_to_left == (tag == "ar")
    await expect(page.locator(".panel")).to_be_in_viewport(ratio=1)
    await page.screenshot(path=screenshots / f"widget-{tag}.png")
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


async def test_a_page_that_tells_no_language_is_spoken_to_in_the_browsers(shop: Shop, browser: Browser) -> None:
    context = await browser.new_context(locale="fr-CA")
    page = await context.new_page()
    await page.goto(shop.url)
    await page.evaluate("document.documentElement.removeAttribute('lang')")
    await page.get_by_role("button", name="Chat with Fern").click()
    await expect(page.get_by_placeholder("Écrire un message")).to_be_visible()
    await context.close()


async def test_on_a_phone_it_fills_the_screen_and_keeps_the_focus(shop: Shop, page: Page, screenshots: Path) -> None:
    await page.emulate_media(reduced_motion="reduce")
    await page.set_viewport_size({"width": 390, "height": 844})
    await open_chat(page)
    box = await page.get_by_role("dialog", name="Chat with Fern").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    await page.screenshot(path=screenshots / "widget-phone.png")
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.localName") == "threadkeeper-chat"


async def test_it_leaves_no_global_names_and_no_trace_when_removed(shop: Shop, page: Page) -> None:
    await open_chat(page)
    await write(page, "hello")
    await shop.stage.answer_next(Reply("Hello."))
    await expect(said(page, "Hello.")).to_be_visible()
    own = await page.evaluate(
        """() => {
            const frame = document.body.appendChild(document.createElement("iframe"));
            const usual = new Set(Object.getOwnPropertyNames(frame.contentWindow));
            frame.remove();
            return Object.getOwnPropertyNames(window).filter(name => !usual.has(name) && !/^\\d+$/.test(name));
        }"""
    )
    assert [name for name in own if not name.startswith(("__pw", "__playwright"))] == []
    async with page.expect_event("requestfailed", lambda request: "/events" in request.url):
        await page.evaluate("document.querySelector('threadkeeper-chat').remove()")


async def test_it_works_on_another_site_that_is_allowed(browser: Browser) -> None:
    async with serving() as (site, site_url), serving() as (app, url):
        stage = WebStage(app, site=site_url)
        identity = stage.login(ANA)

        @site.get("/", response_class=HTMLResponse)
        async def home() -> HTMLResponse:
            policy = f"default-src 'none'; script-src {url}; connect-src {url}; style-src 'none'"
            script = f'<script src="{url}/widget.js" data-name="Fern" data-identity="{identity}"></script>'
            return HTMLResponse(
                f"<!doctype html><html lang=en><title>Other</title>{script}<body>",
                headers={"Content-Security-Policy": policy},
            )

        context = await browser.new_context()
        page = await context.new_page()
        await page.goto(site_url)
        await open_chat(page)
        await write(page, "hello from elsewhere")
        assert await stage.answer_next(Reply("Hello Ana.")) == "hello from elsewhere"
        await expect(said(page, "Hello Ana.")).to_be_visible()
        await expect(page.locator("[data-identity]")).to_have_count(1)
        await context.close()


def test_the_widget_stays_small() -> None:
    def sizes(*files: Path) -> int:
        return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)

    assert sizes(DIST / "widget.js") <= 2 * KIB
    parts = list((DIST / "widget").glob("*.js"))
    chat = [part for part in parts if part.name.startswith("chat-")]
    languages = [part for part in parts if part not in chat]
    assert len(languages) == 6
    assert sizes(*chat) + max(sizes(language) for language in languages) <= 18 * KIB  # a visitor loads one of them


async def test_storage_that_is_blocked_does_no_harm(shop: Shop) -> None:
    await shop.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
    )
    page = await shop.visit()
    await open_chat(page)
    await write(page, "hello")
    await shop.stage.answer_next(Reply("Hello."))
    await expect(said(page, "Hello.")).to_be_visible()
    assert shop.complaints == []


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
