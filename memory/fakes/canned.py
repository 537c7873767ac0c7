"""The fake's canned replies."""

from __future__ import annotations

from collections.abc import Sequence

from memory.errors import DuplicateCanned, UnknownCanned
from memory.fakes.world import World
from memory.model import AgentId, CannedId, CannedReply, NewCanned
from memory.rules import storable


class FakeCanned:
    """Canned replies, everybody's and each agent's own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[CannedId, CannedReply] = {}

    async def known_to(self, agent_id: AgentId) -> Sequence[CannedReply]:
        """Everybody's and this agent's own, by name."""
        mine = [kept for kept in self._kept.values() if kept.owner in {None, agent_id}]
        return sorted(mine, key=lambda kept: (kept.name.casefold(), kept.owner is None, kept.id))

    async def find(self, canned_id: CannedId) -> CannedReply:
        """Raises UnknownCanned."""
        if canned_id not in self._kept:
            raise UnknownCanned
        return self._kept[canned_id]

    async def add(self, new: NewCanned, by: str) -> CannedReply:
        """Keep one. Raises DuplicateCanned."""
        return self._keep(CannedId(next(self._world.ids)), new, by)

    async def change(self, canned_id: CannedId, new: NewCanned, by: str) -> CannedReply:
        """Say it otherwise, or make it another's. Raises UnknownCanned, DuplicateCanned."""
        await self.find(canned_id)
        return self._keep(canned_id, new, by)

    async def delete(self, canned_id: CannedId) -> None:
        """Raises UnknownCanned."""
        await self.find(canned_id)
        del self._kept[canned_id]

    def _keep(self, canned_id: CannedId, new: NewCanned, by: str) -> CannedReply:
        kept = CannedReply(canned_id, storable(new.name), storable(new.text), new.owner, by)
        named = {(each.owner, each.name.casefold()) for each in self._kept.values() if each.id != canned_id}
        if (kept.owner, kept.name.casefold()) in named:
            raise DuplicateCanned
        self._kept[canned_id] = kept
        return kept
