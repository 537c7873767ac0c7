"""The fake team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memory.errors import UnknownAgent
from memory.fakes.world import World
from memory.model import Agent, AgentId, Colleague


class FakeTeam:
    """Agents as their colleagues see them."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def all(self) -> Sequence[Colleague]:
        """Everybody, by name."""
        everybody = [self._colleague(agent) for agent, _ in self._world.agents.values()]
        return sorted(everybody, key=lambda colleague: (colleague.agent.name, colleague.agent.id))

    async def change(self, agent: Agent) -> None:
        """Set an agent's name, role, departments, languages and capacity. Raises UnknownAgent."""
        known, password_hash = self._known(agent.id)
        self._world.agents[agent.id] = (replace(agent, email=known.email), password_hash)
        self._world.bell.ring(["desk"])

    async def stand(self, agent_id: AgentId, *, away: bool) -> None:
        """Whether an agent wants no offers for now. Raises UnknownAgent."""
        self._known(agent_id)
        (self._world.away.add if away else self._world.away.discard)(agent_id)
        self._world.bell.ring(["desk"])

    def _known(self, agent_id: AgentId) -> tuple[Agent, str]:
        if agent_id not in self._world.agents:
            raise UnknownAgent
        return self._world.agents[agent_id]

    def _colleague(self, agent: Agent) -> Colleague:
        handoffs = [handoff for person in self._world.people.values() for handoff in person.handoffs.values()]
        return Colleague(
            agent=agent,
            presence=self._world.presence(agent.id),
            last_seen_at=self._world.seen.get(agent.id),
            load=sum(each.state.is_open and each.agent_id == agent.id for each in handoffs),
            offers=sum(each.offer is not None and each.offer.agent_id == agent.id for each in handoffs),
        )
