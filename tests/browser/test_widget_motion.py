"""Whoever asked their system for less motion sees nothing move in the widget."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from memory.model import Button, Reply
from tests.browser.shopfront import Shop, log, open_chat, said, write

NOTING = """
window.moved = [];
const note = event => window.moved.push(event.animationName || event.propertyName);
const watch = root => ["animationstart", "transitionrun"].forEach(kind => root.addEventListener(kind, note, true));
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (how) {
  const root = attach.call(this, how);
  watch(root);
  return root;
};
watch(document);
"""
"""Notes whatever begins to move. What happens in a shadow tree is heard only there."""
MOVING = """
() => {
  const roots = [document, ...[...document.querySelectorAll("*")].map(each => each.shadowRoot).filter(Boolean)];
  return roots.flatMap(root => root.getAnimations()).length;
}
"""


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
async def test_nothing_moves_for_whoever_wants_less_motion(shop: Shop, wish: str) -> None:
    await shop.context.add_init_script(NOTING)
    page = await shop.visit()
    await page.emulate_media(reduced_motion="reduce" if wish == "reduce" else "no-preference")
    moving = await talk(shop, page)
    moved = await page.evaluate("window.moved")
    if wish == "reduce":
        assert (moved, moving) == ([], 0)
    else:  # what is watched for does happen
        assert {"rise", "breathe", "transform"} <= set(moved)
        assert moving


async def talk(shop: Shop, page: Page) -> int:
    """Open the chat, be answered, close and open it again; how much moved while all of it was on the screen."""
    await page.get_by_role("button", name="Chat with Fern").hover()
    await open_chat(page)
    await write(page, "where is my order?")
    await expect(page.get_by_text("Fern is writing")).to_be_attached()
    moving = int(await page.evaluate(MOVING))
    await shop.stage.answer_next(Reply("It is **on its way**.", [Button("Change the address", "/change_address")]))
    await expect(page.get_by_role("button", name="Change the address")).to_be_visible()
    await expect(said(page, "on its way")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(log(page)).to_be_hidden()
    await open_chat(page)
    return moving + int(await page.evaluate(MOVING))
