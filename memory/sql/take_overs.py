"""Agents who take a conversation over though nobody called them. Called by the desk."""

from __future__ import annotations

import sqlalchemy as sa

from memory.errors import NotYours
from memory.model import (
    AgentId,
    Author,
    Cursor,
    Handoff,
    HandoffId,
    HandoffReason,
    HandoffState,
    RequestHandoff,
)
from memory.moves import Wanted
from memory.sql import tables as t
from memory.sql.casework import open_handoff, request_handoff
from memory.sql.engine import Database, Tx
from memory.sql.handoffs import found_handoff, moved_on, written

_m = t.messages.c
_LAST_WORD = sa.select(sa.func.max(_m.number)).where(
    _m.customer_id == sa.bindparam("customer_id"), _m.author == Author.CUSTOMER.value
)


class SqlTakeOvers:
    """Handoffs that begin at the desk."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def take_over(self, handoff_id: HandoffId, by: AgentId) -> tuple[Handoff, bool]:
        """Take the conversation of an earlier handoff from the bot. Raises UnknownHandoff, NotYours.

        Also returns whether it was begun by this.
        """
        return await written(self._database, lambda tx: _take_over(tx, handoff_id, by))


def _take_over(tx: Tx, handoff_id: HandoffId, by: AgentId) -> tuple[Handoff, bool]:
    past = found_handoff(tx, handoff_id, numbering=True)
    going_on = open_handoff(tx, past.customer_id)
    anew = going_on is None
    if going_on is None:
        again = RequestHandoff(HandoffReason.AGENT_TOOK_OVER, past.department, past.language)
        number = tx.conn.scalar(_LAST_WORD, {"customer_id": past.customer_id})
        going_on = request_handoff(tx, past.customer_id, again, Cursor(number or past.requested_number), by)
    elif going_on.state.owned_by_person:
        if going_on.agent_id == by:
            return going_on, False
        raise NotYours(going_on.agent_name)
    return moved_on(tx, going_on, Wanted(HandoffState.ACCEPTED, by)), anew
