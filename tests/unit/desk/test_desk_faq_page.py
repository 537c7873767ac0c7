"""Leads edit the FAQ in the desk's page, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from memory.model import Agent, FaqRecord
from tests.unit.desk.scene import NOOR, SAM, Scene
from tests.unit.desk.seen import Line, Look, Windows, assert_accessible, picture, sign_in

WRAP = FaqRecord(
    "gift_wrap",
    "Do you wrap gifts?",
    ("gift wrapping", "can you wrap it as a present"),
    "Yes, for **£3** an item:\n\n- choose *Gift wrap* at the checkout\n- see [gifts](https://fernhill.example/gifts)",
    ("gifts", "checkout"),
    "orders",
    tests=("wrapped as a gift please",),
)
BOOTS = FaqRecord("boots", "Are the Moor boots waterproof?", (), "Yes, with wax.", ("boots",), "products")


@pytest.fixture(autouse=True)
async def faq(scene: Scene) -> None:
    """Two entries."""
    await scene.memory.faq.seed([WRAP, BOOTS])


async def at_the_faq(windows: Windows, line: Line, agent: Agent = SAM, look: Look | None = None) -> Page:
    """The FAQ's list, as an agent reaches it by key."""
    page = await windows.open(look)
    await sign_in(page, line.url, agent)
    await page.keyboard.press("f")
    await expect(page.get_by_role("status").filter(has_text="2 entries")).to_be_visible()
    return page


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("faq-light", Look((1440, 900))),
        ("faq-dark", Look((1440, 900), dark=True)),
        ("faq-tablet", Look((1000, 760))),
        ("faq-phone", Look((390, 844))),
    ],
)
async def test_no_screen_of_the_faq_breaks_a_rule_of_accessibility(
    line: Line, windows: Windows, name: str, look: Look
) -> None:
    page = await at_the_faq(windows, line, look=look)
    await assert_accessible(page, "list")
    await picture(page, f"{name}-list")
    await page.locator("[data-faq=gift_wrap]").click()
    await expect(page.get_by_label("How customers see the answer").locator("strong")).to_have_text("£3")
    await expect(page.get_by_role("heading", name="History")).to_be_visible()
    await assert_accessible(page, "entry")
    await picture(page, f"{name}-entry")
    await page.goto(f"{line.url}/desk/faq/boots")
    await page.get_by_label("Other wordings").fill("wrapped as a gift please")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await expect(page.get_by_role("heading", name="Not published")).to_be_visible()
    await assert_accessible(page, "regression")
    await picture(page, f"{name}-regression")


async def test_an_entry_is_written_and_published_by_keyboard_alone(scene: Scene, line: Line, windows: Windows) -> None:
    page = await at_the_faq(windows, line)
    await page.get_by_role("button", name="New entry").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Question", exact=True).focus()
    for text in ("Can I pay by card?", "credit cards\ndebit card", "Yes, by **card**.", "can I pay by credit card"):
        await page.keyboard.insert_text(text)
        await page.keyboard.press("Tab")
    await expect(page.get_by_label("Department")).to_be_focused()
    await expect(page.get_by_label("How customers see the answer").locator("strong")).to_have_text("card")
    await page.get_by_label("Question", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Published. It is answered from now on.")).to_be_visible()
    await expect(page.get_by_text("Written", exact=True)).to_be_visible()
    (entry,) = [record for record in await scene.memory.faq.all() if record.id not in {"boots", "gift_wrap"}]
    assert entry.question == "Can I pay by card?"
    assert entry.phrasings == ("Can I pay by card?", "credit cards", "debit card")
    assert entry.tests == ("can I pay by credit card",)
    assert page.url.endswith(f"/desk/faq/{entry.id}")


async def test_a_regression_is_shown_and_published_only_when_wanted(scene: Scene, line: Line, windows: Windows) -> None:
    page = await at_the_faq(windows, line)
    await page.locator("[data-faq=boots]").click()
    await page.get_by_label("Other wordings").fill("wrapped as a gift please")
    await page.get_by_role("button", name="Publish", exact=True).click()
    told = page.locator(".faq-lost")
    await expect(told).to_be_focused()
    await expect(told).to_contain_text("before: Do you wrap gifts? → now: Are the Moor boots waterproof?")
    assert [record.version for record in await scene.memory.faq.all()] == [1, 1]
    await told.get_by_role("button", name="Publish anyway").click()
    await expect(page.get_by_text("Published. It is answered from now on.")).to_be_visible()
    assert [record.version for record in await scene.memory.faq.all()] == [2, 1]


async def test_a_deletion_that_spoils_an_answer_is_shown_and_made_only_when_wanted(
    scene: Scene, line: Line, windows: Windows
) -> None:
    mend = FaqRecord("mend", "mend boots", (), "Yes.", tests=("pay mend",))
    await scene.memory.faq.delete("gift_wrap", by="Ada Quill")
    await scene.memory.faq.save(
        [mend, FaqRecord("pitch", "pitch pay", (), "No."), FaqRecord("fee", "pay pitch", ("tents wet",), "None.")],
        by="Ada Quill",
    )
    await scene.memory.faq.delete("boots", by="Ada Quill")
    page = await windows.open()
    await sign_in(page, line.url, SAM)
    await page.goto(f"{line.url}/desk/faq/fee")
    await page.get_by_role("button", name="Delete").click()
    await page.get_by_role("button", name="Yes, delete").click()
    told = page.locator(".faq-lost")
    await expect(told).to_contain_text("Not deleted: one question would get another answer")
    await expect(told).to_contain_text("before: mend boots → now: pitch pay")
    await told.get_by_role("button", name="Delete anyway").click()
    await expect(page.get_by_text("Deleted.")).to_be_visible()
    assert [record.id for record in await scene.memory.faq.all()] == ["mend", "pitch"]


async def test_an_older_version_is_brought_back_into_the_form(scene: Scene, line: Line, windows: Windows) -> None:
    page = await at_the_faq(windows, line)
    await page.locator("[data-faq=boots]").click()
    await page.get_by_label("Answer", exact=True).fill("No.")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await expect(page.get_by_text("Changed: answer")).to_be_visible()
    await assert_accessible(page, "history")
    await page.get_by_role("button", name="Bring back version 1").click()
    await expect(page.get_by_label("Answer", exact=True)).to_have_value("Yes, with wax.")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await expect(page.get_by_text("Version 3").first).to_be_visible()
    assert [version.record.answer for version in await scene.memory.faq.versions("boots")] == [
        "Yes, with wax.",
        "No.",
        "Yes, with wax.",
    ]


async def test_what_is_half_written_waits_while_another_entry_is_looked_at(line: Line, windows: Windows) -> None:
    page = await at_the_faq(windows, line)
    await page.locator("[data-faq=boots]").click()
    await page.get_by_label("Answer", exact=True).fill("Half a senten")
    await page.locator("[data-faq=gift_wrap]").click()
    await expect(page.locator("[data-faq=boots]")).to_contain_text("Being edited")
    await page.go_back()
    await expect(page.get_by_label("Answer", exact=True)).to_have_value("Half a senten")
    await page.get_by_role("button", name="Discard changes").click()
    await expect(page.get_by_label("Answer", exact=True)).to_have_value("Yes, with wax.")


async def test_somebody_elses_edit_is_not_overwritten(scene: Scene, line: Line, windows: Windows) -> None:
    page = await at_the_faq(windows, line)
    await page.locator("[data-faq=boots]").click()
    await page.get_by_label("Answer", exact=True).fill("Mine.")
    (boots, _) = await scene.memory.faq.all()
    await scene.memory.faq.save([boots], by="Ada Quill")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await expect(page.get_by_role("alert").filter(has_text="Somebody else edited this entry")).to_be_visible()
    await expect(page.get_by_label("Answer", exact=True)).to_have_value("Mine.")


async def test_a_time_is_taken_in_the_editors_own_zone(scene: Scene, line: Line, windows: Windows) -> None:
    page = await at_the_faq(windows, line)
    await page.locator("[data-faq=boots]").click()
    await page.get_by_label("Answered from").fill("2026-07-01T09:00")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await expect(page.get_by_text("Published. It is answered from now on.")).to_be_visible()
    (boots, _) = await scene.memory.faq.all()
    assert boots.valid_from is not None
    assert boots.valid_from.isoformat() == "2026-07-01T08:00:00+00:00"  # London in summer


async def test_the_list_is_searched_by_all_that_an_entry_says(line: Line, windows: Windows) -> None:
    page = await at_the_faq(windows, line)
    await page.get_by_label("Search the FAQ").fill("checkout PRESENT")
    await expect(page.locator(".entry")).to_have_count(1)
    await expect(page.get_by_text("1 of 2 entries")).to_be_visible()
    await expect(page.locator(".entry")).to_contain_text("Do you wrap gifts?")


async def test_an_entry_is_deleted_after_asking_once(scene: Scene, line: Line, windows: Windows) -> None:
    page = await at_the_faq(windows, line)
    await page.locator("[data-faq=boots]").click()
    await page.get_by_role("button", name="Delete").click()
    await page.get_by_role("button", name="Yes, delete").click()
    await expect(page.get_by_text("Deleted.")).to_be_visible()
    assert [record.id for record in await scene.memory.faq.all()] == ["gift_wrap"]


async def test_an_agent_who_may_not_edit_reads(line: Line, windows: Windows) -> None:
    page = await at_the_faq(windows, line, NOOR)
    await expect(page.get_by_role("button", name="New entry")).to_have_count(0)
    await page.locator("[data-faq=gift_wrap]").click()
    await expect(page.get_by_label("Question", exact=True)).to_be_disabled()
    await expect(page.get_by_text("Leads and admins edit the FAQ.")).to_be_visible()
    await expect(page.get_by_role("button", name="Publish")).to_have_count(0)


async def test_the_keys_lead_to_the_faq_and_back_to_the_open_conversation(
    scene: Scene, line: Line, windows: Windows
) -> None:
    handoff = await scene.ask_for_person("my zip broke")
    page = await windows.open()
    await sign_in(page, line.url, SAM)
    await page.locator(f"[data-entry='{handoff}']").click()
    await expect(page.locator(".said").first).to_contain_text("my zip broke")
    await page.keyboard.press("f")
    await expect(page.get_by_role("navigation", name="FAQ entries")).to_be_visible()
    await page.keyboard.press("j")
    await expect(page.get_by_role("heading", name="Choose an entry")).to_be_visible()
    await page.keyboard.press("c")
    await expect(page.locator(".said").first).to_contain_text("my zip broke")
