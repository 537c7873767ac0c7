"""Notes that call an agent by their name. Called by the desk."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from memory.model import AgentId, HandoffId, Mention
from memory.rules import MOST_MENTIONS
from memory.sql import tables as t
from memory.sql.engine import Database, Tx

_m, _n = t.mentions.c, t.notes.c
_MINE = sa.and_(_m.agent_id == sa.bindparam("the_agent"), sa.text("mentions.read_at IS NULL"))
_UNREAD = (
    sa.select(
        _m.handoff_id, t.customers.c.name, t.agents.c.name.label("by_name"), _n.agent_id.label("by"), _n.text, _n.at
    )
    .select_from(t.mentions)
    .join(t.notes, sa.and_(_n.customer_id == _m.customer_id, _n.id == _m.id))
    .join(t.customers, t.customers.c.customer_id == _m.customer_id)
    .outerjoin(t.agents, t.agents.c.agent_id == _n.agent_id)
    .where(_MINE)
    .order_by(_m.id.desc())
    .limit(MOST_MENTIONS)
)
_READ = (
    sa.update(t.mentions).where(_MINE, _m.handoff_id == sa.bindparam("the_handoff")).values(read_at=sa.bindparam("now"))
)


class SqlMentions:
    """What agents are called to and have not read."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def unread(self, agent_id: AgentId) -> Sequence[Mention]:
        """What an agent has not read yet, the latest first."""
        return await self._database.read(lambda tx: _unread(tx, agent_id))

    async def read(self, agent_id: AgentId, handoff_id: HandoffId) -> None:
        """The agent has read the notes of this handoff."""
        await self._database.write(lambda tx: _read(tx, agent_id, handoff_id))


def _unread(tx: Tx, agent_id: AgentId) -> Sequence[Mention]:
    return [
        Mention(HandoffId(row.handoff_id), row.name, row.by_name or row.by, row.text, row.at)
        for row in tx.run(_UNREAD, {"the_agent": agent_id})
    ]


def _read(tx: Tx, agent_id: AgentId, handoff_id: HandoffId) -> None:
    tx.run(_READ, {"the_agent": agent_id, "the_handoff": handoff_id, "now": tx.now})
    tx.ring("desk")
