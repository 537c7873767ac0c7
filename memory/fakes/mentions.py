"""The fake's notes that call somebody."""

from __future__ import annotations

from collections.abc import Sequence

from memory.fakes.world import World
from memory.model import AgentId, HandoffId, Mention
from memory.rules import MOST_MENTIONS


class FakeMentions:
    """What agents are called to and have not read."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def unread(self, agent_id: AgentId) -> Sequence[Mention]:
        """What an agent has not read yet, the latest first."""
        mine = [(handoff_id, note) for called, handoff_id, note in self._world.unread if called == agent_id]
        return [
            Mention(handoff_id, self._world.find(handoff_id)[0].customer.name, note.agent_name, note.text, note.at)
            for handoff_id, note in mine[::-1][:MOST_MENTIONS]
        ]

    async def read(self, agent_id: AgentId, handoff_id: HandoffId) -> None:
        """The agent has read the notes of this handoff."""
        self._world.unread = [each for each in self._world.unread if each[:2] != (agent_id, handoff_id)]
        self._world.bell.ring(["desk"])
