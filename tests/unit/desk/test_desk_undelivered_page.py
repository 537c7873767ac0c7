"""What did not arrive, as a lead sees to it at the desk's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from memory.model import Address, AgentId, DeliveryState, HandoffId, HandoffReason, HandoffState, RequestHandoff
from tests.unit.desk.scene import SAM, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in

if TYPE_CHECKING:
    from playwright.async_api import Page

LOOKS = {"light": Look(), "dark": Look(dark=True), "phone": Look((360, 740))}
ANA, TOM, LUCY = (Address("telegram", number) for number in ("7001", "7002", "7003"))


async def lose(scene: Scene, state: DeliveryState, reason: str, at: Address, name: str) -> None:
    """An answer of the bot's that does not arrive."""
    await scene.turn("where is my tent?", "Your Ridge 2 tent left our warehouse this morning.", at=at, name=name)
    (delivery,) = await scene.memory.outbox.claim(["telegram"], 1)
    await scene.memory.outbox.settle(delivery.id, state, reason)


async def a_bad_day(scene: Scene) -> None:
    """One message has failed, one may have arrived, and one broke the bot."""
    await lose(scene, DeliveryState.FAILED, "Forbidden: bot was blocked by the user", ANA, "Ana Petrova")
    await lose(scene, DeliveryState.UNKNOWN, "timed out", TOM, "Tom Okafor")
    await scene.memory.inbox.accept(scene.inbound("z\u0351\u036b\u0343\u036aalgo", at=LUCY, name="Lucy Hartley"))
    with pytest.raises(ValueError, match="combining"):
        async with scene.memory.turns.claim():
            raise ValueError("too many combining marks")
    await scene.turn("hello?", "Sorry.", at=LUCY, records=[RequestHandoff(HandoffReason.POISON_MESSAGE)])


async def opened(line: Line, windows: Windows, look: Look) -> Page:
    page = await windows.open(look)
    await sign_in(page, line.url, SAM)
    await page.keyboard.press("l")
    await expect(page.get_by_role("heading", name="Undelivered")).to_be_visible()
    return page


@pytest.mark.parametrize("name", LOOKS)
async def test_a_lead_sends_one_again_and_dismisses_another_by_keyboard(
    scene: Scene, line: Line, windows: Windows, name: str
) -> None:
    await a_bad_day(scene)
    page = await opened(line, windows, LOOKS[name])
    letters = page.locator(".letter")
    await expect(letters).to_have_count(3)
    ana, tom, lucy = (letters.filter(has_text=who) for who in ("Ana Petrova", "Tom Okafor", "Lucy Hartley"))
    await expect(ana).to_contain_text("They have blocked the bot.")
    await expect(ana).to_contain_text("Telegram, from the bot")
    await expect(tom).to_contain_text("May have arrived")
    await expect(lucy).to_contain_text("It broke the bot: ValueError: too many combining marks")
    await expect(lucy.get_by_role("button", name="Send again")).to_have_count(0)
    await assert_accessible(page, f"undelivered, {name}")
    await picture(page, f"undelivered-{name}")
    await tom.get_by_role("button", name="Send again").press("Enter")
    await expect(tom).to_contain_text("It may have arrived already.")
    await assert_accessible(page, f"undelivered, asking, {name}")
    await picture(page, f"undelivered-asking-{name}")
    await page.keyboard.press("Enter")
    await expect(letters).to_have_count(2)
    await expect(page.get_by_role("heading", name="Undelivered")).to_be_focused()
    await lucy.get_by_role("button", name="Dismiss").press("Enter")
    await page.keyboard.type("Noor answered it by hand")
    await assert_accessible(page, f"undelivered, dismissing, {name}")
    await page.keyboard.press("Enter")
    await expect(letters).to_have_count(1)
    done = page.locator(".letters-done li")
    await expect(done.first).to_contain_text("Sam Reyes dismissed a message (Lucy Hartley, Telegram): “Noor answered")
    await expect(done.last).to_contain_text("Sam Reyes sent a message again (Tom Okafor, Telegram)")
    await assert_accessible(page, f"undelivered, done, {name}")
    await picture(page, f"undelivered-done-{name}")


async def test_the_list_keeps_up_by_itself_and_the_bar_counts(scene: Scene, line: Line, windows: Windows) -> None:
    page = await opened(line, windows, Look())
    await expect(page.get_by_text("Everything has arrived.")).to_be_visible()
    await lose(scene, DeliveryState.FAILED, "chat not found", ANA, "Ana Petrova")
    await expect(page.locator(".letter")).to_contain_text("The chat does not exist any more.")
    await expect(page.get_by_role("link", name="Undelivered 1")).to_be_visible()
    (letter,) = await scene.memory.dead_letters.all(10)
    await scene.memory.dead_letters.send_again(letter.id, SAM.id)
    await expect(page.get_by_text("Everything has arrived.")).to_be_visible()


async def test_what_is_not_sent_says_why_and_leads_to_the_conversation(
    scene: Scene, line: Line, windows: Windows
) -> None:
    await lose(scene, DeliveryState.FAILED, "chat not found", ANA, "Ana Petrova")
    handoff = HandoffId(await scene.ask_for_person(at=ANA))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    page = await opened(line, windows, Look())
    await page.get_by_role("button", name="Send again: Ana Petrova").click()
    await expect(page.get_by_role("alert").filter(has_text="Noor Haddad has this conversation")).to_be_visible()
    await page.get_by_role("link", name="Ana Petrova").click()
    await expect(page.locator("#message-2, [data-key='message-2']").first).to_be_visible()


async def test_an_agent_has_no_such_list(scene: Scene, line: Line, windows: Windows) -> None:
    page = await windows.open()
    await sign_in(page, line.url)
    await expect(page.get_by_role("link", name="Undelivered")).to_have_count(0)
    await page.keyboard.press("l")
    await page.goto(f"{line.url}/desk/undelivered")
    await expect(page.get_by_role("navigation", name="Conversations")).to_be_visible()
