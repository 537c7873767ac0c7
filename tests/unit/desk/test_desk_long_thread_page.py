"""A conversation of five thousand messages in the desk's page: what is in the page, and that nobody loses the place."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from memory.model import AgentId, HandoffId, HandoffState, OfferAnswer
from tests.unit.desk.scene import Address, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in

MESSAGES = 5_000
MOST_IN_PAGE = 200
PHONE = Address("telegram", "7009")

LEAF_BACK = """async () => {
    const box = document.querySelector('.thread');
    const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const inSight = () => [...document.querySelectorAll('.said')].find((one) => one.getBoundingClientRect().top >= 60);
    const seen = new Set(), faults = [];
    let most = 0, off = 0;
    const look = () => {
        const numbers = [...document.querySelectorAll('.said')].map((one) => Number(one.id.split('-')[1]));
        if (numbers.some((number, at) => at > 0 && number !== numbers[at - 1] + 1)) faults.push(numbers.join(' '));
        most = Math.max(most, box.querySelectorAll('.rows > *').length);
        numbers.forEach((number) => seen.add(number));
    };
    look();
    for (let still = 0; still < 200; ) {
        const row = inSight(), was = row.getBoundingClientRect().top;
        const step = Math.min(box.scrollTop, Math.round(box.clientHeight * 0.95));
        box.scrollTop -= step;
        await frames();
        if (row.isConnected) off = Math.max(off, Math.abs(row.getBoundingClientRect().top - was - step));
        else faults.push(`${row.id} went out of sight`);
        look();
        if (box.scrollTop === 0 && seen.has(1)) break;
        still = step === 0 ? still + 1 : 0;
    }
    return { seen: seen.size, lowest: Math.min(...seen), highest: Math.max(...seen), most, off, faults };
}"""
"""Leafs from the end to the beginning: how many messages were seen, how many rows the page ever held, by how many
pixels the text ever was off from where it was scrolled to, and where messages were missing or out of order."""

FIRST_IN_SIGHT = """() => {
    const top = document.querySelector('.thread').getBoundingClientRect().top;
    const row = [...document.querySelectorAll('.said')].find((one) => one.getBoundingClientRect().top >= top);
    return Number(row.id.split('-')[1]);
}"""


@pytest.fixture
async def handoff(scene: Scene) -> HandoffId:
    """Noor has it; its first message is told of in the brief, and one in the middle speaks of a lantern."""
    long = "This is a longer one, such as people write who tell how it came. " * 3
    await scene.turn("first", "an answer", at=PHONE, records=[OfferAnswer("a", "The first answer", 0.5)])
    for number in range(2, MESSAGES // 2):
        said = (
            "and what about my lantern" if number == MESSAGES // 4 else f"question {number} " + long * (number % 9 == 0)
        )
        await scene.turn(said, f"answer {number}\n" + "and a line\n" * (2 * (number % 7 == 0)), at=PHONE)
    handoff = HandoffId(await scene.ask_for_person(at=PHONE, name="Tom Okafor"))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    return handoff


@pytest.fixture
async def page(handoff: HandoffId, line: Line, windows: Windows) -> Page:
    page = await windows.open()
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{handoff}")
    await expect(page.locator(f"#message-{MESSAGES}")).to_be_in_viewport()
    return page


async def top_of(row: Locator) -> float:
    return float(await row.evaluate("row => row.getBoundingClientRect().top"))


async def in_page(page: Page) -> int:
    return await page.locator(".rows > *").count()


async def test_leafing_back_through_all_of_it_misses_nothing_and_keeps_the_place(page: Page) -> None:
    assert await in_page(page) <= MOST_IN_PAGE
    leafed = await page.evaluate(LEAF_BACK)
    assert leafed["faults"] == []
    assert (leafed["lowest"], leafed["highest"], leafed["seen"]) == (1, MESSAGES, MESSAGES)
    assert leafed["most"] <= MOST_IN_PAGE
    assert leafed["off"] <= 2, "what one reads jumped"
    await page.get_by_role("log").focus()
    await page.keyboard.press("End")
    await expect(page.locator(f"#message-{MESSAGES}")).to_be_in_viewport()
    await picture(page, "long-thread-end")


async def test_a_link_leads_to_a_message_however_far_back_and_the_focus_stays_with_it(page: Page) -> None:
    await page.get_by_role("button", name="message 2", exact=True).click()
    await expect(page.locator("#message-2")).to_be_in_viewport()
    await expect(page.locator("#message-2")).to_be_focused()
    assert await in_page(page) <= MOST_IN_PAGE
    await page.get_by_role("log").evaluate("box => { box.scrollTop += 40000 }")
    await expect(page.locator("#message-2")).not_to_be_in_viewport()
    await expect(page.locator("#message-40")).to_have_count(0)
    await expect(page.locator("#message-2")).to_be_focused()
    assert await in_page(page) <= MOST_IN_PAGE
    await assert_accessible(page, "a long thread, in the middle")
    await picture(page, "long-thread-middle")


async def test_what_search_found_leads_to_the_message(page: Page, line: Line) -> None:
    await page.goto(f"{line.url}/desk/")
    await expect(page.locator(".line-state")).to_have_text("Live")
    await page.keyboard.press("g")
    await expect(page.locator("#find")).to_be_focused()
    await page.keyboard.type("lantern")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="and what about my lantern").click()
    found = page.locator(".said", has_text="and what about my lantern")
    await expect(found).to_be_in_viewport()
    await expect(found).to_be_focused()
    await page.reload()  # the address leads there, too
    await expect(found).to_be_in_viewport()


async def test_who_reads_further_up_stays_there_and_is_told_of_what_comes(scene: Scene, page: Page) -> None:
    log = page.get_by_role("log")
    await log.evaluate("box => { box.scrollTop -= 3000 }")
    await expect(log).to_have_attribute("aria-live", "off")
    number = await page.evaluate(FIRST_IN_SIGHT)
    row = page.locator(f"#message-{number}")
    before = await top_of(row)
    await scene.turn("are you there?", at=PHONE)
    more = page.get_by_role("button", name="New messages")
    await expect(more).to_be_visible()
    assert await top_of(row) == pytest.approx(before, abs=1)
    await more.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".said").last).to_contain_text("are you there?")
    await expect(page.locator(".said").last).to_be_in_viewport()
    await expect(log).to_be_focused()
    await expect(log).to_have_attribute("aria-live", "polite")
    await scene.turn("good", at=PHONE)
    await expect(page.locator(".said").last).to_contain_text("good")
    await expect(page.locator(".said").last).to_be_in_viewport()


async def test_a_reply_that_is_being_changed_is_kept_while_one_reads_elsewhere(scene: Scene, page: Page) -> None:
    await page.get_by_label("Reply to").fill("I am on it.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said").last).to_contain_text("I am on it.")
    await page.keyboard.press("Escape")
    await page.keyboard.press("u")
    await page.get_by_label("The reply that waits").fill("I am on it, and back at noon.")
    await page.get_by_label("The reply that waits").blur()
    await page.get_by_role("log").evaluate("box => { box.scrollTop -= 9000 }")
    await expect(page.locator(f"#message-{MESSAGES - 100}")).to_be_attached()
    await expect(page.get_by_label("The reply that waits")).to_have_value("I am on it, and back at noon.")


async def test_it_fits_a_phone_in_the_dark(handoff: HandoffId, line: Line, windows: Windows) -> None:
    page = await windows.open(Look((360, 740), dark=True))
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{handoff}#message-2500")
    await expect(page.locator("#message-2500")).to_be_in_viewport()
    assert await in_page(page) <= MOST_IN_PAGE
    await assert_accessible(page, "a long thread, phone")
    await picture(page, "long-thread-phone")
