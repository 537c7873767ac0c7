"""Resolving at the desk's page: what it came to, what it was about, and what the customer said of it later."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.afterwards import QUESTION
from memory.model import (
    AgentId,
    Agreed,
    AnswerFeedback,
    ContactReasonId,
    DialogueState,
    Ending,
    HandoffId,
    HandoffOutcome,
    HandoffReason,
    HandoffState,
    RequestHandoff,
)
from tests.unit.desk.scene import SOMEBODY, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in

LOOKS = {"light": Look(), "dark": Look(dark=True), "phone": Look((360, 740), dark=True)}


@pytest.mark.parametrize("name", LOOKS)
async def test_an_agent_says_by_keyboard_what_it_came_to(
    scene: Scene,
    line: Line,
    windows: Windows,
    name: str,
) -> None:
    handoff = HandoffId(await scene.ask_for_person("my zip broke", name="Tom Okafor"))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    page = await windows.open(LOOKS[name])
    await sign_in(page, line.url)
    await page.locator(".entry").click()
    await expect(page.get_by_text("With you since")).to_be_visible()
    await page.keyboard.press("e")
    dialog = page.get_by_role("dialog", name="Resolve this conversation?")
    await expect(dialog).to_contain_text("They may be asked once whether it is solved.")
    await dialog.get_by_label("Solved", exact=True).focus()
    await page.keyboard.press("ArrowDown")
    await expect(dialog.get_by_label("Not solved")).to_be_checked()
    await expect(dialog).to_contain_text("They are not asked about it.")
    await dialog.get_by_label("What was it about?").select_option(label="Faulty item")
    await assert_accessible(page, f"resolving, {name}")
    await picture(page, f"resolving-{name}")
    await dialog.get_by_label("Note for colleagues, if you like").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog")).to_have_count(0)
    view = await scene.memory.handoffs.view(handoff)
    assert view.handoff.ending == Ending(HandoffOutcome.NOT_SOLVED, ContactReasonId("returns/faulty"))


@pytest.mark.parametrize("name", LOOKS)
async def test_the_brief_shows_what_the_customer_said_of_it(
    scene: Scene,
    line: Line,
    windows: Windows,
    name: str,
) -> None:
    first = HandoffId(await scene.ask_for_person("my zip broke", name="Tom Okafor"))
    await scene.memory.handoffs.move(first, HandoffState.ACCEPTED, AgentId("noor"))
    ending = Ending(HandoffOutcome.SOLVED, ContactReasonId("returns/faulty"))
    await scene.memory.endings.resolve(first, AgentId("noor"), ending, question=QUESTION)
    no = [AnswerFeedback(first, solved=False, is_line=True), RequestHandoff(HandoffReason.NOT_SOLVED)]
    await scene.turn("no, it broke again at once", "I’m sorry that it isn’t.", at=SOMEBODY, records=no)
    page = await windows.open(LOOKS[name])
    await sign_in(page, line.url)
    await expect(page.locator(".entry")).to_contain_text("Not solved after all")
    await page.locator(".entry").click()
    if name == "phone":
        await page.get_by_role("button", name="Brief").click()
    section = page.locator(".brief-section", has=page.get_by_role("heading", name="With a person before"))
    await section.scroll_into_view_if_needed()
    for words in ("Returns and exchanges: Faulty item", "Solved · Noor Haddad", "They say it is not solved.", "again"):
        await expect(section).to_contain_text(words)
    await assert_accessible(page, f"brief with the past, {name}")
    await picture(page, f"past-{name}")


@pytest.mark.parametrize("name", LOOKS)
async def test_an_agent_gives_it_back_with_what_was_agreed(
    scene: Scene, line: Line, windows: Windows, name: str
) -> None:
    begun = DialogueState("{}", "return_form", "Return of the tent", {"Return item": "Ridge 2 Tent"})
    records = [RequestHandoff(HandoffReason.ASKED_FOR_PERSON)]
    customer = await scene.turn("a person please", "Of course.", at=SOMEBODY, dialogue=begun, records=records)
    handoff = HandoffId(await scene.handoff_of(customer))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    page = await windows.open(LOOKS[name])
    await sign_in(page, line.url)
    await page.locator(".entry").click()
    await expect(page.get_by_text("With you since")).to_be_visible()
    await page.keyboard.press("b")
    dialog = page.get_by_role("dialog", name="Return to the bot?")
    await expect(dialog.get_by_label("What you agreed on")).to_be_focused()
    await page.keyboard.type("A refund, without the bag.")
    await expect(dialog.get_by_label("Return item")).to_have_value("Ridge 2 Tent")
    await dialog.get_by_label("Return reason").fill("Faulty")
    await assert_accessible(page, f"giving back, {name}")
    await picture(page, f"giving-back-{name}")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog")).to_have_count(0)
    ending = (await scene.memory.handoffs.view(handoff)).handoff.ending
    assert ending.agreed == Agreed("A refund, without the bag.", {"return_reason": "Faulty"})
