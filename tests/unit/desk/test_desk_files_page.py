"""Files in the desk's page, in a real browser."""

from __future__ import annotations

from base64 import b64decode

import pytest
from playwright.async_api import FilePayload, Page, expect

from memory.model import HandoffId, NewFile
from tests.unit.desk.scene import Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in
from tests.unit.desk.test_desk_attachments import customer_of, noors, sends

DOT = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
LABEL = FilePayload(name="label.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7")


async def looking(line: Line, windows: Windows, handoff: HandoffId, look: Look | None = None) -> Page:
    page = await windows.open(look)
    await sign_in(page, line.url)
    await page.goto(f"{line.url}/desk/h/{handoff}")
    await expect(page.get_by_label("Reply to")).to_be_visible()
    return page


async def pictured(scene: Scene, handoff: HandoffId) -> None:
    """The customer sends a picture."""
    kept = await scene.memory.files.keep(await customer_of(scene, handoff), NewFile("valve.png", "image/png", DOT))
    await sends(scene, dict(kept.as_json()))


async def test_a_customers_picture_is_seen_and_saved(scene: Scene, line: Line, windows: Windows) -> None:
    handoff = await noors(scene)
    page = await looking(line, windows, handoff)
    await pictured(scene, handoff)
    shown = page.get_by_role("link", name="valve.png")
    await expect(shown).to_be_visible()
    await expect(shown.locator("img")).to_have_js_property("naturalWidth", 1)
    async with page.expect_download() as saving:
        await shown.click()
    saved = await saving.value
    assert saved.suggested_filename == "valve.png"


async def test_a_file_goes_with_a_reply_and_one_left_out_does_not(scene: Scene, line: Line, windows: Windows) -> None:
    handoff = await noors(scene)
    page = await looking(line, windows, handoff)
    await page.locator("input[type=file]").set_input_files([LABEL, {**LABEL, "name": "wrong.pdf"}])
    waiting = page.get_by_role("list", name="Files that go with this reply")
    await expect(waiting).to_contain_text("wrong.pdf")
    await waiting.get_by_role("button", name="Leave out wrong.pdf").click()
    await page.get_by_label("Reply to").fill("Here is the label")
    await page.keyboard.press("Enter")
    said = page.locator(".said[data-author=agent]")
    await expect(said).to_contain_text("Here is the label")
    await expect(said.get_by_role("link")).to_have_count(1)
    await expect(said.get_by_role("link")).to_contain_text("label.pdf")
    await expect(waiting).to_have_count(0)


async def test_a_file_goes_without_words_and_one_that_is_not_taken_says_why(
    scene: Scene, line: Line, windows: Windows
) -> None:
    handoff = await noors(scene)
    page = await looking(line, windows, handoff)
    await page.locator("input[type=file]").set_input_files(
        FilePayload(name="tool.pdf", mimeType="application/pdf", buffer=b"MZ\x90\x00")
    )
    await expect(page.get_by_role("alert").first).to_contain_text("tool.pdf: Files of this kind are not taken")
    await page.locator("input[type=file]").set_input_files(LABEL)
    await expect(page.get_by_role("list", name="Files that go with this reply")).to_contain_text("label.pdf")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".said[data-author=agent]").get_by_role("link")).to_contain_text("label.pdf")


@pytest.mark.parametrize(("name", "look"), [("light", Look()), ("dark", Look(dark=True)), ("phone", Look((360, 740)))])
async def test_files_break_no_rule_of_accessibility(
    scene: Scene, line: Line, windows: Windows, name: str, look: Look
) -> None:
    handoff = await noors(scene)
    await pictured(scene, handoff)
    page = await looking(line, windows, handoff, look)
    await page.locator("input[type=file]").set_input_files(LABEL)
    await expect(page.get_by_role("list", name="Files that go with this reply")).to_contain_text("label.pdf")
    await assert_accessible(page, "files")
    await picture(page, f"desk-files-{name}")
