"""An agent's own things at the desk's page: the password, the link that sets a new one, and how they hear of news."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from memory.model import AgentId, HandoffId, HandoffState
from tests.unit.desk.scene import ANAS_BROWSER, NOOR, PASSWORD, SOMEBODY, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in

LOOKS = {"light": Look(), "dark": Look(dark=True), "phone": Look((360, 740))}
NEW = "a new and longer one"


@pytest.mark.parametrize("name", LOOKS)
async def test_a_link_sets_a_new_password(scene: Scene, line: Line, windows: Windows, name: str) -> None:
    secret = await scene.memory.keys.issue_reset(NOOR.id, scene.now.replace(hour=23))
    page = await windows.open(LOOKS[name])
    await page.goto(f"{line.url}/desk/reset#{secret}")
    await page.get_by_label("New password, at least").fill(NEW)
    await page.get_by_label("The same again").fill("something else")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("The two passwords are not the same.")
    await assert_accessible(page, f"reset, {name}")
    await picture(page, f"reset-{name}")
    await page.get_by_label("The same again").fill(NEW)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your new password is set")).to_be_visible()
    assert "#" not in page.url, "the secret stays in no history"
    await assert_accessible(page, f"reset done, {name}")
    await page.goto(f"{line.url}/desk/reset#{secret}")
    await page.reload()
    await page.get_by_label("New password, at least").fill(NEW)
    await page.get_by_label("The same again").fill(NEW)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("expired or was used before")


@pytest.mark.parametrize("name", LOOKS)
async def test_an_agent_changes_their_password_by_keyboard(
    scene: Scene, line: Line, windows: Windows, name: str
) -> None:
    page = await windows.open(LOOKS[name])
    await sign_in(page, line.url)
    await page.keyboard.press(",")
    dialog = page.get_by_role("dialog", name="Noor Haddad")
    await assert_accessible(page, f"account, {name}")
    await picture(page, f"account-{name}")
    await dialog.get_by_label("Present password").fill("not it")
    await dialog.get_by_label("New password").fill(NEW)
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_text("That isn't your present password.")).to_be_visible()
    await dialog.get_by_label("Present password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("status")).to_contain_text("Changed.")


async def test_new_words_of_ones_own_customer_are_counted_until_they_are_seen(
    scene: Scene, line: Line, windows: Windows
) -> None:
    handoff = HandoffId(await scene.ask_for_person(name="Tom Okafor"))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, AgentId("noor"))
    await scene.turn("hello?", at=SOMEBODY)
    page = await windows.open()
    await sign_in(page, line.url)
    await expect(page).to_have_title("(1) Desk · Threadkeeper")
    await page.locator(".entry").click()
    await expect(page).to_have_title("Desk · Threadkeeper")
    await page.goto(f"{line.url}/desk/")
    await expect(page.locator(".entry")).to_be_visible()
    await expect(page.locator(".entry .unread")).to_have_count(0)
    await scene.turn("hello? anyone?", at=SOMEBODY)
    await expect(page.locator(".entry .unread")).to_have_text("New")
    await expect(page).to_have_title("(1) Desk · Threadkeeper")


async def test_sound_and_notifications_are_off_until_they_are_chosen_and_remembered(
    scene: Scene, line: Line, windows: Windows
) -> None:
    page = await windows.open()
    await page.context.grant_permissions(["notifications"], origin=line.url)
    await page.add_init_script(
        """
        window.rung = 0; window.told = [];
        const real = window.AudioContext;
        window.AudioContext = class extends real { constructor() { super(); window.rung += 1; } };
        window.Notification = class { static permission = "granted";
          static requestPermission() { return Promise.resolve("granted"); }
          constructor(title, more) { window.told.push(more.body); } };
        """
    )
    await sign_in(page, line.url)
    await scene.ask_for_person("one", name="Tom Okafor")
    await expect(page.locator(".entry")).to_have_count(1)
    assert await page.evaluate("[window.rung, window.told.length]") == [0, 0]
    await page.keyboard.press(",")
    for choice in ("Play a sound", "Show a notification"):
        await expect(page.get_by_label(choice)).not_to_be_checked()
        await page.get_by_label(choice).check()
    await page.reload()
    await expect(page.locator(".entry")).to_have_count(1)
    await page.keyboard.press(",")
    await expect(page.get_by_label("Play a sound")).to_be_checked()
    await expect(page.get_by_label("Show a notification")).to_be_checked()
    await page.keyboard.press("Escape")
    await page.evaluate("Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'})")
    await scene.ask_for_person("two", at=ANAS_BROWSER, name="Lucy Marsh")
    await expect(page.locator(".entry")).to_have_count(2)
    await page.wait_for_function("window.told.length === 1")
    assert await page.evaluate("[window.rung, window.told]") == [1, ["Lucy Marsh waits for a person."]]


@pytest.mark.parametrize("name", LOOKS)
async def test_the_login_offers_the_companys_own_and_says_why_it_came_to_nothing(
    scene: Scene, line: Line, windows: Windows, name: str
) -> None:
    page = await windows.open(LOOKS[name])
    await page.route("**/api/desk/sign-in", lambda route: route.fulfill(json={"oidc": "Fernhill login"}))
    await page.goto(f"{line.url}/desk/?refused=unknown")
    other = page.get_by_role("link", name="Sign in with Fernhill login")
    await expect(other).to_have_attribute("href", "/api/desk/oidc/start")
    await expect(page.get_by_role("alert")).to_contain_text("Nobody at this desk has that e-mail address.")
    await assert_accessible(page, f"login, {name}")
    await picture(page, f"login-oidc-{name}")
