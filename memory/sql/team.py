"""The agents with what they have and whether they are there. Called by the desk and the CLI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from memory.errors import UnknownAgent
from memory.model import Agent, AgentId, Colleague
from memory.moves import presence_of
from memory.sql import tables as t
from memory.sql.agents import agent_from, skills_of
from memory.sql.engine import Database, Tx

_a, _h = t.agents.c, t.handoffs.c
_load = (
    sa.select(sa.func.count())
    .where(_h.agent_id == _a.agent_id, sa.text("handoffs.closed_at IS NULL"))
    .correlate(t.agents)
    .scalar_subquery()
)
_offers = (
    sa.select(sa.func.count())
    .where(_h.offered_to == _a.agent_id, sa.text("handoffs.offered_to IS NOT NULL"))
    .correlate(t.agents)
    .scalar_subquery()
)
_ALL = sa.select(t.agents, _load.label("load"), _offers.label("offers"))


class SqlTeam:
    """Agents as their colleagues see them."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[Colleague]:
        """Everybody, by name."""
        return await self._database.read(_all)

    async def change(self, agent: Agent) -> None:
        """Set an agent's name, role, departments, languages and capacity. Raises UnknownAgent."""
        values = {"name": agent.name, "role": agent.role.value, **skills_of(agent)}
        await self._database.write(lambda tx: _update(tx, agent.id, values))

    async def stand(self, agent_id: AgentId, *, away: bool) -> None:
        """Whether an agent wants no offers for now. Raises UnknownAgent."""
        await self._database.write(lambda tx: _update(tx, agent_id, {"away": away}))


def _all(tx: Tx) -> Sequence[Colleague]:
    everybody = [
        Colleague(
            agent=agent_from(row),
            presence=presence_of(row.last_seen_at, away=row.away, now=tx.now),
            last_seen_at=row.last_seen_at,
            load=row.load,
            offers=row.offers,
        )
        for row in tx.run(_ALL)
    ]
    return sorted(everybody, key=lambda colleague: (colleague.agent.name, colleague.agent.id))


def _update(tx: Tx, agent_id: AgentId, values: Mapping[str, Any]) -> None:
    if tx.run(sa.update(t.agents).where(_a.agent_id == agent_id).values(**values)).rowcount == 0:
        raise UnknownAgent
    tx.ring("desk")
