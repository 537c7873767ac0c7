"""Rows of facts: what is known of a customer now. Called by every turn (`thread`) and by the brief."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from memory.model import Cursor, CustomerId, Fact
from memory.rules import KNOWN_FACTS
from memory.sql import tables as t
from memory.sql.engine import Tx

_f = t.facts.c
_CURRENT = (
    sa.select(t.facts)
    .where(_f.customer_id == sa.bindparam("customer_id"), _f.valid_until.is_(None))
    .order_by(_f.at.desc(), _f.id.desc())
    .limit(KNOWN_FACTS)
)


def current_facts(tx: Tx, customer_id: CustomerId) -> Sequence[Fact]:
    """What is known of the customer now, the latest learnt first."""
    rows = tx.run(_CURRENT, {"customer_id": customer_id})
    return tuple(Fact(row.key, row.value, Cursor(row.number), row.at) for row in rows)
