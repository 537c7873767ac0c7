"""The fake's settings that are made at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memory.fakes.world import World
from memory.model import AgentId, KeptHours, SavedFilter, WrittenHours
from memory.rules import storable


class FakeHoursBook:
    """When people answer, as admins set it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: list[KeptHours] = []

    async def latest(self, limit: int) -> Sequence[KeptHours]:
        """What was set last, the latest first."""
        return self._kept[::-1][:limit]

    async def keep(self, written: WrittenHours, by: str) -> KeptHours:
        """From now on it is so."""
        kept = KeptHours(written, by, self._world.clock())
        self._kept.append(kept)
        self._world.bell.ring(["hours"])
        return kept


class FakeFilters:
    """The filters that agents keep."""

    def __init__(self) -> None:
        self._kept: dict[AgentId, Sequence[SavedFilter]] = {}

    async def of(self, agent_id: AgentId) -> Sequence[SavedFilter]:
        """An agent's own, as they put them."""
        return self._kept.get(agent_id, ())

    async def keep(self, agent_id: AgentId, filters: Sequence[SavedFilter]) -> None:
        """Keep these in place of those there were."""
        self._kept[agent_id] = tuple(replace(one, name=storable(one.name)) for one in filters)
