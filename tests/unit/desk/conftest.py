"""One scene for each test of the desk."""

from __future__ import annotations

import pytest

from tests.unit.desk.scene import Scene, new_scene


@pytest.fixture
async def scene() -> Scene:
    """A desk with three agents and no customers yet."""
    return await new_scene()
