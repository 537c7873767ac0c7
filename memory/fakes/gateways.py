"""The fake's gateways: there is one, for as long as the world lasts."""

from __future__ import annotations


class FakeGateways:
    """What it has done once."""

    def __init__(self) -> None:
        self._marks: set[tuple[str, str]] = set()

    async def first(self, channel: str, mark: str) -> bool:
        """Whether nobody has ever asked this of the channel."""
        known = (channel, mark) in self._marks
        self._marks.add((channel, mark))
        return not known

    async def sending(self, channel: str) -> int:
        """There is no other process."""
        return 1
