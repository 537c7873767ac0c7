"""A real Chromium, and a place where screenshots are kept as build output."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bot.settings import PROJECT
from tests.browser.shopfront import Shop
from tests.doubles.serving import serving
from tests.doubles.web_stage import WebStage


@pytest.fixture
async def shop(browser: Browser) -> AsyncIterator[Shop]:
    """The demo shop in a window of its own."""
    async with serving() as (app, url):
        context = await browser.new_context(viewport={"width": 1280, "height": 860})
        yield Shop(WebStage(app), url, context)
        await context.close()


@pytest.fixture
async def page(shop: Shop) -> Page:
    """A visitor's tab."""
    return await shop.visit()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures go: results/screenshots, which is not committed."""
    folder = PROJECT / "results" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
