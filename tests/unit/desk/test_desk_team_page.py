"""Finding conversations, and a lead's and an admin's view of the team, at the desk's page."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from memory import model
from memory.model import (
    AgentId,
    Ending,
    HandoffId,
    HandoffOutcome,
    HandoffReason,
    HandoffState,
    ReadBy,
    RequestHandoff,
    SavedFilter,
)
from tests.unit.desk.scene import ADA, SAM, Address, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in

LOOKS = {"light": Look(), "dark": Look(dark=True), "phone": Look((360, 740))}


@pytest.mark.parametrize("name", LOOKS)
async def test_conversations_are_found_by_keyboard_page_by_page(
    scene: Scene, line: Line, windows: Windows, name: str
) -> None:
    for number in range(25):
        await scene.ask_for_person(f"order {1000 + number}, my tent leaks", at=Address("web", f"v{number}"))
    page = await windows.open(LOOKS[name])
    await sign_in(page, line.url)
    await expect(page.locator(".entry")).to_have_count(25)
    await page.keyboard.press("g")
    await expect(page.get_by_label("Words, a name or an order number")).to_be_focused()
    await page.keyboard.type("tent leak")
    await page.keyboard.press("Enter")
    await expect(page.locator(".found .entry")).to_have_count(20)
    await assert_accessible(page, f"find, {name}")
    await picture(page, f"find-{name}")
    await page.get_by_role("button", name="Show more").click()
    await expect(page.locator(".found .entry")).to_have_count(25)
    await page.get_by_label("Words, a name or an order number").fill("1007")
    await page.keyboard.press("Enter")
    await expect(page.locator(".found .entry")).to_have_count(1)
    await expect(page.locator(".saying")).to_have_text("order 1007, my tent leaks")
    await page.locator(".found .entry").click()
    await expect(page.locator(".said").first).to_contain_text("order 1007")
    if name != "phone":
        await page.get_by_label("Words, a name or an order number").fill("boots")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Nothing was found.")).to_be_visible()


@pytest.mark.parametrize("name", LOOKS)
async def test_a_lead_sees_what_goes_on(scene: Scene, line: Line, windows: Windows, name: str) -> None:
    noor = AgentId("noor")
    done = HandoffId(await scene.ask_for_person(name="Tom Okafor"))
    await scene.memory.handoffs.move(done, HandoffState.ACCEPTED, noor)
    await scene.memory.readings.note([model.Look(noor, done, ReadBy.OPENED)])
    await scene.memory.endings.resolve(done, noor, Ending(HandoffOutcome.NO_ANSWER))
    await scene.ask_for_person(at=Address("web", "v2"))
    page = await windows.open(LOOKS[name])
    await sign_in(page, line.url, SAM)
    await page.keyboard.press("t")
    await expect(page.get_by_role("heading", name="Who is here", exact=True)).to_be_visible()
    await expect(page.get_by_role("row", name="Sam Reyes")).to_contain_text("Here")
    await expect(page.locator(".numbers").first).to_contain_text("Waiting1")
    await expect(page.locator(".shares li", has_text="No answer any more")).to_contain_text("1")
    await expect(page.get_by_role("img", name="Requests for a person by the hour")).to_be_visible()
    await page.get_by_role("button", name="Show the latest 100").click()
    await expect(page.locator(".readings")).to_contain_text("Noor Haddad opened · Tom Okafor")
    await expect(page.get_by_text("Mon-Fri 09:00-17:00, UTC. Open now.")).to_be_visible()
    await expect(page.get_by_role("heading", name="Agents’ settings")).to_have_count(0)
    await assert_accessible(page, f"team, {name}")
    await picture(page, f"team-{name}")
    await scene.ask_for_person(at=Address("web", "v3"))
    await expect(page.locator(".numbers").first).to_contain_text("Waiting2")


@pytest.mark.parametrize("name", LOOKS)
async def test_an_admin_lets_somebody_in_and_changes_what_they_know(
    scene: Scene, line: Line, windows: Windows, name: str
) -> None:
    page = await windows.open(LOOKS[name])
    await sign_in(page, line.url, ADA)
    await page.goto(f"{line.url}/desk/team")
    await page.get_by_role("button", name="New agent").click()
    await expect(page.get_by_label("Name", exact=True)).to_be_focused()
    await page.get_by_label("Name", exact=True).fill("Tom Okafor")
    await page.get_by_label("E-mail").fill("noor@fernhill.example")
    await page.get_by_label("Departments").fill("returns, orders")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("An agent with this e-mail exists")).to_be_visible()
    await assert_accessible(page, f"new agent, {name}")
    await picture(page, f"people-{name}")
    await page.get_by_label("E-mail").fill("tom@fernhill.example")
    await page.keyboard.press("Enter")
    link = page.get_by_label("Link for Tom Okafor")
    await expect(link).to_have_value(re.compile("/desk/reset#."))
    await page.get_by_role("button", name="Tom Okafor").click()
    await page.get_by_label("May", exact=True).select_option("lead")
    await page.get_by_label("Conversations at once").fill("5")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".people")).to_contain_text("lead · tom@fernhill.example")
    await page.get_by_role("button", name="Tom Okafor").click()
    await page.get_by_role("button", name="Link for a new password").click()
    await expect(link).to_be_visible()
    await assert_accessible(page, f"link, {name}")
    (tom,) = [each.agent for each in await scene.memory.team.all() if each.agent.name == "Tom Okafor"]
    assert (tom.capacity, tom.departments) == (5, {"returns", "orders"})


async def test_an_agent_has_no_team_to_look_at(scene: Scene, line: Line, windows: Windows) -> None:
    page = await windows.open()
    await sign_in(page, line.url)
    await expect(page.get_by_role("link", name="Team")).to_have_count(0)
    await page.keyboard.press("t")
    await page.goto(f"{line.url}/desk/team")
    await expect(page.get_by_role("navigation", name="Conversations")).to_be_visible()


@pytest.mark.parametrize("name", LOOKS)
async def test_the_queue_is_filtered_and_the_filter_saved(
    scene: Scene, line: Line, windows: Windows, name: str
) -> None:
    for at, department in ((Address("web", "v1"), "returns"), (Address("telegram", "7"), "orders")):
        wanted = RequestHandoff(HandoffReason.ASKED_FOR_PERSON, department)
        await scene.turn(f"about {department}", "Of course.", at=at, records=[wanted])
    page = await windows.open(LOOKS[name])
    await sign_in(page, line.url)
    await expect(page.locator(".entry")).to_have_count(2)
    await page.get_by_text("Filter", exact=True).click()
    await page.get_by_label("Department").select_option("returns")
    await expect(page.locator(".entry")).to_have_count(1)
    await expect(page.locator(".entry")).to_contain_text("about returns")
    await page.get_by_label("Channel").select_option("Telegram")
    await expect(page.get_by_text("Nothing passes the filter.")).to_be_visible()
    await page.get_by_label("Channel").select_option("any")
    await page.get_by_label("Save it as").fill("Returns")
    await page.keyboard.press("Enter")
    await assert_accessible(page, f"filters, {name}")
    await picture(page, f"filters-{name}")
    page = await windows.open(LOOKS[name])  # with nothing kept of it in the browser
    await sign_in(page, line.url)
    await expect(page.locator(".entry")).to_have_count(2)
    await page.get_by_text("Filter", exact=True).click()
    await page.get_by_role("button", name="Returns", exact=True).click()
    await expect(page.locator(".entry")).to_have_count(1)
    await page.get_by_role("button", name="Remove the filter Returns").click()
    await page.get_by_role("button", name="Show all").click()
    await expect(page.locator(".entry")).to_have_count(2)
    await expect(page.locator(".saved-filters")).to_have_count(0)


@pytest.mark.parametrize("name", LOOKS)
async def test_an_admin_sets_the_hours_by_keyboard_and_is_told_what_is_wrong(
    scene: Scene, line: Line, windows: Windows, name: str
) -> None:
    page = await windows.open(LOOKS[name])
    await sign_in(page, line.url, ADA)
    await page.keyboard.press("t")
    part = page.get_by_role("region", name="Hours", exact=True)
    await expect(part).to_contain_text("Mon-Fri 09:00-17:00, UTC. Open now.")
    await part.get_by_role("button", name="Set hours").press("Enter")
    await expect(part.get_by_label("Open, such as")).to_be_focused()
    await part.get_by_label("Open, such as").fill("Mon 25:00")
    await page.keyboard.press("Enter")
    await expect(part.get_by_role("alert")).to_contain_text("Hours are written like")
    await part.get_by_label("Open, such as").fill("Mon-Sat 10:00-16:00")
    await part.get_by_label("Time zone").fill("Europe/Paris")
    await part.get_by_label("Holidays, such as").fill("12-25")
    await assert_accessible(page, f"setting hours, {name}")
    await picture(page, f"hours-set-{name}")
    await part.get_by_role("button", name="Save").press("Enter")
    await expect(part).to_contain_text("Mon-Sat 10:00-16:00, Europe/Paris.")
    await expect(part).to_contain_text("Set by Ada Quill")
    await expect(part.get_by_role("button", name="Set hours")).to_be_focused()
    assert scene.hours.timetable.written.holidays == "12-25"
    await assert_accessible(page, f"hours, {name}")
    await picture(page, f"hours-{name}")


async def test_what_a_browser_kept_before_goes_to_the_server(scene: Scene, line: Line, windows: Windows) -> None:
    await scene.ask_for_person("my tent leaks")
    page = await windows.open()
    await page.goto(f"{line.url}/desk")
    kept = '[{"name": "Mine", "department": "returns", "channel": "", "language": "", "reason": ""}]'
    await page.evaluate("kept => localStorage.setItem('threadkeeper.desk.filters', kept)", kept)
    async with page.expect_response(lambda answer: answer.request.method == "PUT"):
        await sign_in(page, line.url)
    await expect(page.locator(".saved-filters")).to_contain_text("Mine", use_inner_text=False)
    assert await scene.memory.filters.of(AgentId("noor")) == (SavedFilter("Mine", department="returns"),)
    assert await page.evaluate("localStorage.getItem('threadkeeper.desk.filters')") is None
