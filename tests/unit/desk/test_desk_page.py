"""Agents at work in the desk's page, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Route, expect

from bot.desk.access import SESSION_LENGTH
from memory.model import AgentId, Author, Cursor, HandoffId, HandoffState, OfferAnswer
from tests.unit.desk.scene import SAM, SOMEBODY, Address, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in, tell_stories


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("desk-light", Look((1440, 900))),
        ("desk-dark", Look((1440, 900), dark=True)),
        ("desk-tablet", Look((1000, 760))),
        ("desk-phone", Look((390, 844))),
    ],
)
async def test_no_screen_breaks_a_rule_of_accessibility(
    scene: Scene, line: Line, windows: Windows, name: str, look: Look
) -> None:
    ids = await tell_stories(scene)
    page = await windows.open(look)
    await page.goto(f"{line.url}/desk")
    await page.get_by_role("heading", name="Sign in to the desk").wait_for()
    await assert_accessible(page, "login")
    await picture(page, f"{name}-login")
    await sign_in(page, line.url)
    await expect(page.locator(".entry")).to_have_count(4)
    await assert_accessible(page, "queue")
    await picture(page, f"{name}-queue")
    for story in ("ana", "tom"):
        await page.goto(f"{line.url}/desk/h/{ids[story]}")
        await expect(page.locator(".said").last).to_be_in_viewport()
        await assert_accessible(page, story)
        await picture(page, f"{name}-{story}")
    if look.size[0] < 1180:
        await page.get_by_role("button", name="Brief").click()
        await expect(page.get_by_role("heading", name="Why a person")).to_be_visible()
        await assert_accessible(page, "brief")
        await picture(page, f"{name}-brief")
        await page.get_by_role("button", name="Close", exact=True).click()
    for key, title in (("e", "Resolve this conversation?"), ("?", "Keyboard shortcuts")):
        await page.keyboard.press(key)
        await expect(page.get_by_role("dialog", name=title)).to_be_visible()
        await assert_accessible(page, title)
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog")).to_have_count(0)


async def test_a_whole_handoff_goes_by_keyboard_alone(scene: Scene, line: Line, windows: Windows) -> None:
    handoff = HandoffId(await scene.ask_for_person("my zip broke", name="Tom Okafor"))
    page = await windows.open()
    await sign_in(page, line.url)
    await expect(page).to_have_title("(1) Desk · Threadkeeper")
    await page.keyboard.press("j")
    await expect(page.get_by_text("Accept the conversation to write to")).to_be_visible()
    await page.keyboard.press("a")
    await expect(page.get_by_text("With you since")).to_be_visible()
    await expect(page).to_have_title("Desk · Threadkeeper")
    await page.keyboard.press("r")
    await expect(page.get_by_label("Reply to")).to_be_focused()
    await page.keyboard.type("Hello, this is Noor.")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("Which zip?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said[data-author=agent]")).to_contain_text("Hello, this is Noor.")
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await expect(page.get_by_label("Note for colleagues")).to_be_focused()
    await page.keyboard.type("workshop knows")
    await page.keyboard.press("Enter")
    await expect(page.locator(".note")).to_contain_text("workshop knows")
    await page.keyboard.press("Escape")
    await page.keyboard.press("e")
    await expect(page.get_by_label("Note for colleagues, if you like")).to_be_focused()
    await page.keyboard.type("zip replaced")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("This conversation is closed.").or_(page.locator(".note").nth(1))).to_be_visible()
    await expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    view = await scene.memory.handoffs.view(handoff)
    assert view.handoff.state is HandoffState.RESOLVED
    assert [message.text for message in view.messages if message.author is Author.AGENT] == [
        "Hello, this is Noor.\nWhich zip?"
    ]
    assert [note.text for note in view.notes] == ["workshop knows", "zip replaced"]


async def test_newcomers_and_new_messages_appear_by_themselves(scene: Scene, line: Line, windows: Windows) -> None:
    page = await windows.open()
    await sign_in(page, line.url)
    await expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    handoff = HandoffId(await scene.ask_for_person("where is my parcel"))
    await page.locator(".entry").click()
    await expect(page.locator(".said").first).to_contain_text("where is my parcel")
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    await expect(page.get_by_text("With you since")).to_be_visible()
    await scene.turn("hello? anyone?", at=SOMEBODY)
    await expect(page.locator(".said").last).to_contain_text("hello? anyone?")


async def test_after_a_cut_line_the_page_catches_up_exactly(scene: Scene, line: Line, windows: Windows) -> None:
    handoff = HandoffId(await scene.ask_for_person())
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    page = await windows.open()
    await sign_in(page, line.url)
    await page.locator(".entry").click()
    await expect(page.locator(".line-state")).to_have_text("Live")
    await line.cut()
    await expect(page.locator(".line-state")).to_have_text("Reconnecting…")
    for number in range(3):
        await scene.turn(f"said while the line was cut, {number}", at=SOMEBODY)
    await line.restore()
    await expect(page.locator(".said").last).to_contain_text("said while the line was cut, 2")
    await expect(page.locator(".line-state")).to_have_text("Live")
    said = await page.locator(".said .words").all_inner_texts()
    assert said[-3:] == [f"said while the line was cut, {number}" for number in range(3)]
    assert len(said) == 5


async def test_what_could_not_be_sent_stays_in_the_composer_and_goes_once_the_line_is_back(
    scene: Scene, line: Line, windows: Windows
) -> None:
    handoff = HandoffId(await scene.ask_for_person())
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    page = await windows.open()
    await sign_in(page, line.url)
    await page.locator(".entry").click()
    composer = page.get_by_label("Reply to")
    await composer.fill("I have found it.")
    await line.cut()
    await composer.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("can’t be reached")
    await expect(composer).to_have_value("I have found it.")
    await line.restore()
    await expect(page.locator(".line-state")).to_have_text("Live")
    await composer.press("Enter")
    await expect(composer).to_have_value("")
    agents = [m.text for m in (await scene.memory.handoffs.view(handoff)).messages if m.author is Author.AGENT]
    assert agents == ["I have found it."]


async def test_markup_in_names_and_words_is_shown_as_text(scene: Scene, line: Line, windows: Windows) -> None:
    name, words = "<img src=x onerror=alert(1)>", "<script>alert(2)</script><a href='javascript:alert(3)'>x</a>"
    handoff = HandoffId(await scene.ask_for_person(words, name=name))
    await scene.memory.handoffs.note(handoff, AgentId("sam"), words)
    page = await windows.open()
    await sign_in(page, line.url)
    await page.locator(".entry").click()
    await expect(page.locator(".said .words").first).to_have_text(words)
    await expect(page.locator(".head h2")).to_contain_text(name)
    await expect(page.locator(".note .words")).to_have_text(words)
    await expect(page.locator("blockquote").first).to_have_text(words)
    await expect(page.locator("blockquote").last).to_contain_text(words)
    assert await page.locator("#desk img, #desk script, .thread a").count() == 0


async def test_a_colleagues_conversation_can_be_read_and_noted_but_the_reply_says_whose_it_is(
    scene: Scene, line: Line, windows: Windows
) -> None:
    ids = await tell_stories(scene)
    page = await windows.open()
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{ids['lucy']}")
    await expect(page.get_by_text("Sam Reyes has this conversation.")).to_be_visible()
    await expect(page.get_by_label("Reply to")).to_have_count(0)
    await expect(page.get_by_role("button", name="Resolve")).to_have_count(0)
    await page.keyboard.press("n")
    await expect(page.get_by_label("Note for colleagues")).to_be_editable()


async def test_the_brief_leads_to_the_message_it_speaks_of_however_long_ago(
    scene: Scene, line: Line, windows: Windows
) -> None:
    await scene.turn("first", "an answer", at=SOMEBODY, records=[OfferAnswer("a", "The first answer", 0.5)])
    for number in range(160):
        await scene.turn(f"question {number}", f"answer {number}", at=SOMEBODY)
    await scene.ask_for_person()
    page = await windows.open()
    await sign_in(page, line.url)
    await page.locator(".entry").click()
    await expect(page.locator(".said").last).to_be_in_viewport()
    assert await page.locator("#message-2").count() == 0
    await page.get_by_role("button", name="message 2", exact=True).click()
    await expect(page.locator("#message-2")).to_be_in_viewport()
    await expect(page.locator("#message-2")).to_be_focused()
    numbers = await page.locator(".said").evaluate_all("all => all.map(one => Number(one.id.split('-')[1]))")
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) < 200


async def test_of_two_who_accept_at_once_one_gets_it_and_the_other_is_told(
    scene: Scene, line: Line, windows: Windows
) -> None:
    handoff = HandoffId(await scene.ask_for_person())
    page = await windows.open()
    await sign_in(page, line.url)
    await page.locator(".entry").click()
    accept = page.get_by_role("button", name="Accept")
    await accept.wait_for()
    await page.route("**/accept", lambda route: _after_sam(scene, handoff, route))
    await accept.click()
    await expect(page.get_by_role("alert")).to_contain_text("Sam Reyes has this conversation")
    await expect(page.get_by_text("With Sam Reyes since")).to_be_visible()


async def _after_sam(scene: Scene, handoff: HandoffId, route: Route) -> None:
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId(SAM.id))
    await route.continue_()


async def test_a_draft_waits_while_another_conversation_is_looked_at(
    scene: Scene, line: Line, windows: Windows
) -> None:
    ids = await tell_stories(scene)
    page = await windows.open()
    await sign_in(page, line.url)
    await page.locator(f"[data-entry='{ids['tom']}']").click()
    await page.get_by_label("Reply to").fill("half a senten")
    await page.locator(f"[data-entry='{ids['ana']}']").click()
    await expect(page.locator(".head h2")).to_have_text("Ana Petrova")
    await page.go_back()
    await expect(page.get_by_label("Reply to")).to_have_value("half a senten")


async def test_when_the_session_ends_the_page_asks_to_sign_in_and_returns_to_the_place(
    scene: Scene, line: Line, windows: Windows
) -> None:
    handoff = HandoffId(await scene.ask_for_person())
    page = await windows.open()
    await sign_in(page, line.url)
    await page.locator(".entry").click()
    await expect(page.locator(".said").first).to_be_visible()
    scene.pass_time(SESSION_LENGTH * 2)
    await page.keyboard.press("a")
    await expect(page.get_by_role("heading", name="Sign in to the desk")).to_be_visible()
    await page.get_by_label("E-mail").fill("noor@fernhill.example")
    await page.get_by_label("Password").fill("correct horse battery")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said").first).to_be_visible()
    assert page.url.endswith(handoff)


async def test_who_reads_further_up_is_not_pulled_down_by_a_new_message(
    scene: Scene, line: Line, windows: Windows
) -> None:
    for number in range(40):
        await scene.turn(f"question {number}", f"answer {number}", at=SOMEBODY)
    handoff = HandoffId(await scene.ask_for_person())
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    page = await windows.open()
    await sign_in(page, line.url)
    await page.locator(".entry").click()
    thread = page.get_by_role("log")
    await expect(page.locator(".said").last).to_be_in_viewport()
    await thread.evaluate("box => { box.scrollTop = 0; }")
    await expect(page.locator("#message-1")).to_be_in_viewport()
    customer_id = (await scene.memory.handoffs.view(handoff)).handoff.customer_id
    await scene.turn("one more thing", at=SOMEBODY)
    await page.get_by_role("button", name="New messages").click()
    await expect(page.locator(".said").last).to_be_in_viewport()
    assert (await scene.memory.transcript.before(customer_id, None, 1))[0].number == Cursor(83)
    await expect(page.get_by_role("button", name="New messages")).to_have_count(0)


async def test_closed_conversations_are_listed_can_be_read_again_and_taken_over(
    scene: Scene, line: Line, windows: Windows
) -> None:
    handoff = HandoffId(await scene.ask_for_person("my zip broke"))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    await scene.memory.handoffs.move(handoff, HandoffState.RESOLVED, AgentId("noor"))
    page = await windows.open()
    await sign_in(page, line.url)
    await page.get_by_role("button", name="Closed").click()
    await page.locator(".entry").click()
    await expect(page.get_by_text("This conversation is closed.")).to_be_visible()
    await expect(page.locator(".said").first).to_contain_text("my zip broke")
    await assert_accessible(page, "closed")
    await picture(page, "desk-closed")

    await page.keyboard.press("a")
    await expect(page.get_by_text("With you since")).to_be_visible()
    await expect(page.get_by_role("region", name="Brief")).to_contain_text("A person took over without being called.")
    await page.keyboard.press("r")
    await page.locator("#composer").fill("One more thing about the zip.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said").last).to_contain_text("One more thing about the zip.")


async def test_a_customer_who_is_erased_while_one_writes_is_gone_and_nothing_of_them_stays(
    scene: Scene, line: Line, windows: Windows
) -> None:
    handoff = HandoffId(await scene.ask_for_person("my card is 4711", name="Tom Okafor"))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    page = await windows.open()
    await sign_in(page, line.url)
    await page.locator(".entry").click()
    await page.get_by_label("Reply to").fill("One moment, Tom.")
    customer = (await scene.memory.handoffs.view(handoff)).handoff.customer_id
    await scene.memory.custody.erase(customer, "r1")
    await expect(page.get_by_text("This conversation is no longer here.")).to_be_visible()
    await expect(page.locator(".entry")).to_have_count(0)
    assert "4711" not in await page.content()
    assert "Tom Okafor" not in await page.content()
    await assert_accessible(page, "a conversation that is gone")
    await picture(page, "desk-erased")
    await scene.ask_for_person("my zip broke", at=Address("web", "v-next"), name="Ana")
    await expect(page.locator(".entry")).to_have_count(1)
    await page.keyboard.press("j")
    await expect(page.get_by_text("Accept the conversation to write to Ana")).to_be_visible()
