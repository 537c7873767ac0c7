"""The fake's passwords of agents."""

from __future__ import annotations

from datetime import datetime

from memory.errors import UnknownAgent
from memory.fakes.agents import FakeAgents
from memory.fakes.world import World
from memory.model import Agent, AgentId
from memory.rules import is_sealed, new_reset


class FakeKeys:
    """Agents' passwords, and the links that set a new one once."""

    def __init__(self, world: World, agents: FakeAgents) -> None:
        self._world = world
        self._agents = agents
        self._resets: dict[str, tuple[AgentId, str, datetime]] = {}

    async def change(self, agent_id: AgentId, password_hash: str, *, keep: str | None = None) -> None:
        """Set a password. Raises UnknownAgent."""
        agent, _ = self._known(agent_id)
        self._world.agents[agent_id] = (agent, password_hash)
        self._agents.end_sessions(agent_id, keep=keep)
        self._forget_resets(agent_id)
        self._world.bell.ring(["desk"])

    async def issue_reset(self, agent_id: AgentId, expires_at: datetime) -> str:
        """A new secret that sets the password once. Raises UnknownAgent."""
        self._known(agent_id)
        self._forget_resets(agent_id)
        secret, reset_id, seal = new_reset()
        self._resets[reset_id] = (agent_id, seal, expires_at)
        return secret

    async def reset_for(self, secret: str) -> Agent | None:
        """Whose a secret is that still works."""
        agent_id, seal, expires_at = self._resets.get(secret.partition(".")[0], (None, "", self._world.clock()))
        if agent_id is None or expires_at <= self._world.clock() or not is_sealed(secret, seal):
            return None
        return self._world.agents[agent_id][0]

    async def redeem(self, secret: str, password_hash: str) -> Agent | None:
        """Use the secret up; whose it was."""
        agent = await self.reset_for(secret)
        if agent is not None:
            await self.change(agent.id, password_hash)
        return agent

    def _known(self, agent_id: AgentId) -> tuple[Agent, str]:
        if agent_id not in self._world.agents:
            raise UnknownAgent
        return self._world.agents[agent_id]

    def _forget_resets(self, agent_id: AgentId) -> None:
        self._resets = {key: reset for key, reset in self._resets.items() if reset[0] != agent_id}
