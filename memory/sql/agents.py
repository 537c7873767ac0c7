"""Who may sit at the desk. Called by the desk and the CLI."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from memory.errors import DuplicateAgent
from memory.model import Agent, AgentId, HandoffId, HandoffState, Presence, Role
from memory.moves import SIGNED_OUT, Wanted, presence_of
from memory.rules import storable
from memory.sql import tables as t
from memory.sql.engine import Database, Tx
from memory.sql.handoffs import found_handoff, moved_on, written

_a, _s = t.agents.c, t.agent_sessions.c
_BY_EMAIL = sa.select(t.agents).where(_a.email_key == sa.bindparam("email_key"))
_BY_SESSION = (
    sa.select(t.agents)
    .join(t.agent_sessions, _s.agent_id == _a.agent_id)
    .where(_s.token_hash == sa.bindparam("token_hash"), _s.expires_at > sa.bindparam("now"))
)
_OFFERED_TO = sa.select(t.handoffs.c.id).where(
    t.handoffs.c.offered_to == sa.bindparam("agent_id"), sa.text("offered_to IS NOT NULL")
)
_SEEN = sa.update(t.agents).where(_a.agent_id == sa.bindparam("the_agent")).values(last_seen_at=sa.bindparam("now"))


class SqlAgents:
    """Agents and their sessions."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def add(self, agent: Agent, password_hash: str) -> None:
        """Raises DuplicateAgent."""
        try:
            await self._database.write(lambda tx: _add(tx, agent, password_hash))
        except sa.exc.IntegrityError as error:
            raise DuplicateAgent from error

    async def credentials(self, email: str) -> tuple[Agent, str] | None:
        """The agent and the hash of their password, by e-mail (case does not matter)."""
        return await self._database.read(lambda tx: _credentials(tx, email))

    async def open_session(self, agent_id: AgentId, token_hash: str, expires_at: datetime) -> None:
        """Let the holder of a token act as this agent until a time."""
        row = {"token_hash": token_hash, "agent_id": agent_id, "expires_at": expires_at}
        await self._database.write(lambda tx: _open(tx, row))

    async def by_session(self, token_hash: str) -> Agent | None:
        """The agent of a session that has not expired; marks them as present for the next minute."""
        return await self._database.mark(lambda tx: _by_session(tx, token_hash))

    async def close_session(self, token_hash: str) -> None:
        """End a session; with their last one the agent leaves the desk, and what they are offered waits again."""
        await written(self._database, lambda tx: _close(tx, token_hash))


def _key(email: str) -> str:
    return storable(email).strip().casefold()


def _add(tx: Tx, agent: Agent, password_hash: str) -> None:
    row = {"agent_id": agent.id, "email": agent.email, "email_key": _key(agent.email), "name": agent.name}
    rights = {"role": agent.role.value, "password_hash": password_hash, "created_at": tx.now}
    tx.run(sa.insert(t.agents), {**row, **rights, **skills_of(agent)})


def skills_of(agent: Agent) -> dict[str, Any]:
    """What an agent knows and takes on, as columns."""
    known = {"departments": sorted(agent.departments), "languages": sorted(agent.languages)}
    return {**known, "capacity": agent.capacity}


def _open(tx: Tx, row: Mapping[str, Any]) -> None:
    tx.run(sa.insert(t.agent_sessions), {**row, "opened_at": tx.now})
    tx.run(sa.update(t.agents).where(_a.agent_id == row["agent_id"]).values(away=False))


def _credentials(tx: Tx, email: str) -> tuple[Agent, str] | None:
    row = tx.first(_BY_EMAIL, {"email_key": _key(email)})
    return None if row is None else (agent_from(row), row.password_hash)


def _by_session(tx: Tx, token_hash: str) -> Agent | None:
    row = tx.first(_BY_SESSION, {"token_hash": storable(token_hash), "now": tx.now})
    if row is None:
        return None
    if presence_of(row.last_seen_at, away=row.away, now=tx.now) is Presence.GONE:
        tx.ring("desk")  # somebody has come in, who can be offered something
    tx.run(_SEEN, {"the_agent": row.agent_id, "now": tx.now})
    return agent_from(row)


def _close(tx: Tx, token_hash: str) -> None:
    mine = sa.select(_s.agent_id).where(_s.token_hash == storable(token_hash))
    row = tx.first(mine)
    if row is None:
        return
    tx.run(sa.delete(t.agent_sessions).where(_s.token_hash == storable(token_hash)))
    if tx.first(sa.select(_s.agent_id).where(_s.agent_id == row.agent_id, _s.expires_at > tx.now)) is None:
        tx.run(_SEEN.values(last_seen_at=None), {"the_agent": row.agent_id})
        _release_offers(tx, AgentId(row.agent_id))


def _release_offers(tx: Tx, agent_id: AgentId) -> None:
    """Whoever was offered to them need not wait until the offer lapses."""
    offered = [HandoffId(row.id) for row in tx.run(_OFFERED_TO, {"agent_id": agent_id})]
    for handoff in (found_handoff(tx, handoff_id) for handoff_id in offered):
        if handoff.offer is not None and handoff.offer.agent_id == agent_id:
            moved_on(tx, handoff, Wanted(HandoffState.QUEUED, agent_id, SIGNED_OUT))


def agent_from(row: Any) -> Agent:
    """A row of agents as a value."""
    return Agent(
        id=AgentId(row.agent_id),
        email=row.email,
        name=row.name,
        role=Role(row.role),
        departments=frozenset(row.departments),
        languages=frozenset(row.languages),
        capacity=row.capacity,
    )
