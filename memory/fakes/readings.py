"""The fake's record of who read in whose conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memory.errors import UnknownHandoff
from memory.fakes.world import World
from memory.model import AgentId, HandoffId, ReadBy, Reading
from memory.rules import NOTED_AGAIN_AFTER


class FakeReadings:
    """Who read in whose conversation."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._noted: list[Reading] = []

    async def note(self, agent_id: AgentId, *handoff_ids: HandoffId, by: ReadBy = ReadBy.OPENED) -> None:
        """Once an hour at most for the same agent, handoff and route."""
        now = self._world.clock()
        lately = [each for each in self._noted if (each.agent_id, each.by) == (agent_id, by)]
        known = {each.handoff_id for each in lately if each.at > now - NOTED_AGAIN_AFTER}
        new = [handoff_id for handoff_id in dict.fromkeys(handoff_ids) if handoff_id not in known]
        self._noted += [Reading(next(self._world.ids), now, agent_id, None, handoff_id, by) for handoff_id in new]

    async def latest(self, limit: int, *, before: int | None = None) -> Sequence[Reading]:
        """The last `limit` below an id, the newest first."""
        known = [each for each in reversed(self._noted) if before is None or each.id < before]
        return [self._shown(each) for each in known[:limit]]

    def _shown(self, noted: Reading) -> Reading:
        agent = self._world.agents.get(noted.agent_id)
        noted = replace(noted, agent_name=agent[0].name if agent else None)
        try:
            person, _ = self._world.find(HandoffId(noted.handoff_id))
        except UnknownHandoff:
            return noted
        who = person.customer
        return replace(noted, customer_id=who.id, customer_name=who.name or who.email)
