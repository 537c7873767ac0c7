"""The port for what the gateways of one installation know of each other."""

from __future__ import annotations

from typing import Protocol


class Gateways(Protocol):
    """What must hold for all of them together, and however often one begins anew."""

    async def first(self, channel: str, mark: str) -> bool:
        """Whether nobody has ever asked this of the channel: for what is done once for all time."""

    async def sending(self, channel: str) -> int:
        """How many living processes send on the channel, this one from now on among them."""
