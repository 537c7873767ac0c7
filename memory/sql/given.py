"""Values that customers gave in their tasks, each with the message it came in. Called by turns and the brief."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from memory.model import Cursor, CustomerId, Given
from memory.rules import MOST_GIVEN, TRIED_WITHIN, newly_given, storable
from memory.sql import tables as t
from memory.sql.engine import Tx

_g = t.given_values.c
_GIVEN = (
    sa.select(t.given_values)
    .where(_g.customer_id == sa.bindparam("customer_id"), _g.at > sa.bindparam("since"))
    .order_by(_g.at.desc(), _g.id.desc())
    .limit(MOST_GIVEN)
)


def note_given(
    tx: Tx, customer_id: CustomerId, before: Mapping[str, str], after: Mapping[str, str], number: int
) -> None:
    """Keep what this message added to, or changed of, what was collected."""
    new = newly_given(before, after)
    if not new:
        return
    ids = tx.ids(t.given_values, len(new))
    place = {"customer_id": customer_id, "number": number, "at": tx.now}
    rows = [
        {**place, "id": row_id, "label": storable(label), "value": storable(value)}
        for row_id, (label, value) in zip(ids, new.items(), strict=True)
    ]
    tx.run(sa.insert(t.given_values), rows)


def given_lately(tx: Tx, customer_id: CustomerId) -> Sequence[Given]:
    """What was given in the last month, the latest first."""
    rows = tx.run(_GIVEN, {"customer_id": customer_id, "since": tx.now - TRIED_WITHIN})
    return [Given(row.label, row.value, Cursor(row.number), row.at) for row in rows]
