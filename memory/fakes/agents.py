"""The fake agents."""

from __future__ import annotations

from datetime import datetime

from memory.errors import DuplicateAgent
from memory.fakes.world import World
from memory.model import Agent, AgentId, HandoffState, Presence
from memory.moves import SIGNED_OUT, Wanted


class FakeAgents:
    """Who may sit at the desk."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions: dict[str, tuple[AgentId, datetime]] = {}

    async def add(self, agent: Agent, password_hash: str) -> None:
        """Raises DuplicateAgent."""
        if agent.id in self._world.agents or await self.credentials(agent.email) is not None:
            raise DuplicateAgent
        self._world.agents[agent.id] = (agent, password_hash)

    async def credentials(self, email: str) -> tuple[Agent, str] | None:
        """The agent and the hash of their password, by e-mail (case does not matter)."""
        key = email.strip().casefold()
        return next((pair for pair in self._world.agents.values() if pair[0].email.casefold() == key), None)

    async def open_session(self, agent_id: AgentId, token_hash: str, expires_at: datetime) -> None:
        """Let the holder of a token act as this agent until a time."""
        self._world.away.discard(agent_id)
        self._sessions[token_hash] = (agent_id, expires_at)

    async def by_session(self, token_hash: str) -> Agent | None:
        """The agent of a session that has not expired; marks them as present for the next minute."""
        agent_id, expires_at = self._sessions.get(token_hash, (None, self._world.clock()))
        if agent_id is None or expires_at <= self._world.clock():
            return None
        if self._world.presence(agent_id) is Presence.GONE:
            self._world.bell.ring(["desk"])
        self._world.seen[agent_id] = self._world.clock()
        return self._world.agents[agent_id][0]

    async def close_session(self, token_hash: str) -> None:
        """End a session; with their last one the agent leaves the desk, and what they are offered waits again."""
        agent_id, _ = self._sessions.pop(token_hash, (None, None))
        now = self._world.clock()
        others = [owner for owner, expires_at in self._sessions.values() if expires_at > now]
        if agent_id is not None and agent_id not in others:
            self._world.seen.pop(agent_id, None)
            self._release_offers(agent_id)

    def end_sessions(self, agent_id: AgentId, *, keep: str | None) -> None:
        """End all sessions of an agent but one."""
        self._sessions = {
            token: session for token, session in self._sessions.items() if session[0] != agent_id or token == keep
        }

    def _release_offers(self, agent_id: AgentId) -> None:
        for person in self._world.people.values():
            handoff = person.open_handoff
            if handoff is not None and handoff.offer is not None and handoff.offer.agent_id == agent_id:
                self._world.move(person, handoff, Wanted(HandoffState.QUEUED, agent_id, SIGNED_OUT))
