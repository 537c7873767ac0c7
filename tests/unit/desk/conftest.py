"""One scene for each test of the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, expect

from bot.desk.pages import DIST
from tests.unit.desk.scene import Scene, new_scene
from tests.unit.desk.seen import Line, Windows

expect.set_options(timeout=20_000)


@pytest.fixture
async def scene() -> Scene:
    """A desk with three agents and no customers yet."""
    return await new_scene()


@pytest.fixture
def windows(browser: Browser) -> Iterator[Windows]:
    """Windows of a browser, in which nothing may go wrong, for a page that has been built."""
    assert (DIST / "index.html").is_file(), "The desk's page has not been built. Run: npm ci && npm run build"
    windows = Windows(browser)
    yield windows
    assert windows.faults == []


@pytest.fixture
async def line(scene: Scene) -> AsyncIterator[Line]:
    """The server of the scene, serving."""
    opened = Line(scene)
    await opened.restore()
    yield opened
    await opened.cut()
