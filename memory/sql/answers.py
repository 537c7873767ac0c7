"""How the FAQ's answers were received, over all customers. Called by the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from memory.model import Reception
from memory.sql import tables as t
from memory.sql.engine import Database, Tx

_a = t.attempts.c
_RECEIVED = (
    sa.select(_a.faq_id, _a.helped, sa.func.count().label("times"))
    .where(_a.faq_id.in_(sa.bindparam("faq_ids", expanding=True)), _a.helped.is_not(None))
    .group_by(_a.faq_id, _a.helped)
)


class SqlAnswers:
    """Counts over the answers that were tried."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def received(self, faq_ids: Sequence[str]) -> Mapping[str, Reception]:
        """How each of these was received; those that nobody has rated are left out."""
        return await self._database.read(lambda tx: _received(tx, faq_ids)) if faq_ids else {}


def _received(tx: Tx, faq_ids: Sequence[str]) -> Mapping[str, Reception]:
    times: dict[str, dict[bool, int]] = {}
    for row in tx.run(_RECEIVED, {"faq_ids": list(faq_ids)}):
        times.setdefault(row.faq_id, {})[bool(row.helped)] = row.times
    return {faq_id: Reception(of.get(True, 0), of.get(False, 0)) for faq_id, of in times.items()}
