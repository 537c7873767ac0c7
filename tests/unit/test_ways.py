"""What memory takes for granted in tests is what the channels of this project say of themselves."""

from __future__ import annotations

from bot.bootstrap.ways import WAYS
from memory.model import SHIPPED


def test_the_channels_describe_themselves_as_tests_and_tools_take_them() -> None:
    assert set(SHIPPED.all) <= set(WAYS.all)  # a new channel needs no line there
