"""The fake's signs of life."""

from __future__ import annotations

from collections.abc import Sequence

from memory.board import topic_of
from memory.fakes.world import World
from memory.model import CustomerId, Sign


class FakeSigns:
    """Rings and hears."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def give(self, sign: Sign) -> None:
        """Say what somebody is doing."""
        self._world.bell.ring([topic_of(sign), f"customer:{sign.customer_id}"])

    async def of(self, customer_id: CustomerId) -> Sequence[Sign]:
        """What holds now."""
        return self._world.bell.board.of(customer_id, self._world.clock())
