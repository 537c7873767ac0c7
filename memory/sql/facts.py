"""Rows of facts: what is known of a customer now, and all that ever was. Called by every turn and by the brief."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from memory.model import QUOTED, Cursor, CustomerId, Fact
from memory.rules import KNOWN_FACTS
from memory.sql import tables as t
from memory.sql.engine import Database, Tx

_f, _m = t.facts.c, t.messages.c
_WITH_EVIDENCE = (
    sa.select(t.facts, _m.channel, sa.func.substr(_m.text, 1, QUOTED).label("said"))
    .outerjoin(t.messages, sa.and_(_m.customer_id == _f.customer_id, _m.number == _f.number))
    .where(_f.customer_id == sa.bindparam("customer_id"))
)
_CURRENT = _WITH_EVIDENCE.where(_f.valid_until.is_(None)).order_by(_f.at.desc(), _f.id.desc()).limit(KNOWN_FACTS)
_EVER = _WITH_EVIDENCE.order_by(_f.at, _f.id)


class SqlFacts:
    """Facts over a database."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def history(self, customer_id: CustomerId) -> Sequence[Fact]:
        """All that was ever learnt, the oldest first."""
        rows = await self._database.read(lambda tx: tx.run(_EVER, {"customer_id": customer_id}).all())
        numbers = {row.id: row.number for row in rows}
        return tuple(_fact(row, numbers) for row in rows)


def current_facts(tx: Tx, customer_id: CustomerId) -> Sequence[Fact]:
    """What is known of the customer now, the latest learnt first."""
    return tuple(_fact(row, {}) for row in tx.run(_CURRENT, {"customer_id": customer_id}))


def _fact(row: Any, numbers: Mapping[int, int]) -> Fact:
    """A row as a value; `numbers` tells the messages of rows that may have superseded it."""
    successor = numbers.get(row.superseded_by)
    return Fact(
        key=row.key,
        value=row.value,
        number=Cursor(row.number),
        at=row.at,
        confidence=row.confidence,
        valid_until=row.valid_until,
        superseded_by=None if successor is None else Cursor(successor),
        channel=row.channel,
        said=row.said,
    )
