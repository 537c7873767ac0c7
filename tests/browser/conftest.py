"""A real Chromium, and a place where screenshots are kept as build output."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from bot.settings import PROJECT
from tests.chromium import chromium


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        await opened.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures go: results/screenshots, which is not committed."""
    folder = PROJECT / "results" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
