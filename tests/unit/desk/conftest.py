"""One scene for each test of the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from tests.unit.desk.scene import Scene, new_scene
from tests.unit.desk.seen import Line, Windows, browsing

expect.set_options(timeout=20_000)


@pytest.fixture
async def scene() -> Scene:
    """A desk with three agents and no customers yet."""
    return await new_scene()


@pytest.fixture
async def windows() -> AsyncIterator[Windows]:
    """Windows of a browser."""
    async with browsing() as opened:
        yield opened


@pytest.fixture
async def line(scene: Scene) -> AsyncIterator[Line]:
    """The server of the scene, serving."""
    opened = Line(scene)
    await opened.restore()
    yield opened
    await opened.cut()
