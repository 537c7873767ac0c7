"""Agents' passwords, and the links that set a new one once. Called by the desk and the CLI."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from memory.errors import UnknownAgent
from memory.model import Agent, AgentId
from memory.rules import is_sealed, new_reset, storable
from memory.sql import tables as t
from memory.sql.agents import agent_from
from memory.sql.engine import Database, Tx

_a, _s, _r = t.agents.c, t.agent_sessions.c, t.agent_resets.c
_RESET = (
    sa.select(t.agents, _r.seal)
    .join(t.agent_resets, _r.agent_id == _a.agent_id)
    .where(_r.reset_id == sa.bindparam("reset_id"), _r.expires_at > sa.bindparam("now"))
)


class SqlKeys:
    """Rows of agents and their resets."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def change(self, agent_id: AgentId, password_hash: str, *, keep: str | None = None) -> None:
        """Set a password. Raises UnknownAgent."""
        await self._database.write(lambda tx: _change(tx, agent_id, password_hash, keep))

    async def issue_reset(self, agent_id: AgentId, expires_at: datetime) -> str:
        """A new secret that sets the password once. Raises UnknownAgent."""
        return await self._database.write(lambda tx: _issue(tx, agent_id, expires_at))

    async def reset_for(self, secret: str) -> Agent | None:
        """Whose a secret is that still works."""
        return await self._database.read(lambda tx: _owner(tx, secret))

    async def redeem(self, secret: str, password_hash: str) -> Agent | None:
        """Use the secret up; whose it was."""
        return await self._database.write(lambda tx: _redeem(tx, secret, password_hash))


def _change(tx: Tx, agent_id: AgentId, password_hash: str, keep: str | None) -> None:
    set_new = sa.update(t.agents).where(_a.agent_id == agent_id).values(password_hash=password_hash)
    if tx.run(set_new).rowcount == 0:
        raise UnknownAgent
    tx.run(sa.delete(t.agent_sessions).where(_s.agent_id == agent_id, _s.token_hash != (keep or "")))
    tx.run(sa.delete(t.agent_resets).where(_r.agent_id == agent_id))
    tx.ring("desk")  # streams of the sessions that have ended look whether they go on


def _issue(tx: Tx, agent_id: AgentId, expires_at: datetime) -> str:
    if tx.first(sa.select(_a.agent_id).where(_a.agent_id == agent_id)) is None:
        raise UnknownAgent
    secret, reset_id, seal = new_reset()
    tx.run(sa.delete(t.agent_resets).where(_r.agent_id == agent_id))
    row: dict[str, Any] = {"reset_id": reset_id, "agent_id": agent_id, "seal": seal}
    tx.run(sa.insert(t.agent_resets), {**row, "issued_at": tx.now, "expires_at": expires_at})
    return secret


def _owner(tx: Tx, secret: str) -> Agent | None:
    row = tx.first(_RESET, {"reset_id": storable(secret.partition(".")[0]), "now": tx.now})
    return agent_from(row) if row is not None and is_sealed(secret, row.seal) else None


def _redeem(tx: Tx, secret: str, password_hash: str) -> Agent | None:
    agent = _owner(tx, secret)
    if agent is None:
        return None
    used = sa.delete(t.agent_resets).where(_r.reset_id == storable(secret.partition(".")[0]))
    if tx.run(used).rowcount != 1:
        return None  # somebody was quicker
    _change(tx, agent.id, password_hash, None)
    return agent
