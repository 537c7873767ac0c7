"""Facts as they are learnt and ended, and as each side has them again when a link is undone.

Called by a turn's records and by `unlink`. Of customers who are linked, each side has its own: see `Tx.side`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from memory.model import CustomerId, EndFact, LearnFact
from memory.rules import storable
from memory.sql import tables as t
from memory.sql.engine import Tx
from memory.sql.moving import forget_copy, keep_copy, kept_of

_f = t.facts.c
_CURRENT = sa.select(t.facts).where(
    _f.customer_id == sa.bindparam("customer_id"), _f.key == sa.bindparam("key"), _f.valid_until.is_(None)
)
_OF_KEY = sa.select(t.facts).where(_f.customer_id == sa.bindparam("customer_id"), _f.key == sa.bindparam("key"))


def learn_fact(tx: Tx, customer_id: CustomerId, number: int, record: LearnFact) -> None:
    """Learn a value from the message of this number, superseding another; what is known already changes nothing."""
    value, current = storable(record.value), tx.first(_CURRENT, {"customer_id": customer_id, "key": record.key})
    if current is not None and current.value == value and _is_known_by(tx, current):
        return
    (fact_id,) = tx.ids(t.facts)
    if current is not None:
        tx.run(_this(current).values(valid_until=tx.now, superseded_by=fact_id))
    row = {"key": record.key, "value": value, "number": number, "confidence": record.confidence, "at": tx.now}
    tx.run(sa.insert(t.facts), {"customer_id": customer_id, "id": fact_id, **row})


def end_fact(tx: Tx, customer_id: CustomerId, record: EndFact) -> None:
    """A value holds no more, if it is the one that is meant; nor does what this side had said of it before."""
    of_key = {"customer_id": customer_id, "key": record.key}
    current, own = tx.first(_CURRENT, of_key), _latest_of_side(tx, of_key)
    if current is not None and _is_meant(current, record):
        tx.run(_this(current).values(valid_until=tx.now))
        if current.original_customer_id != tx.side:
            _count_again_without(tx.side or customer_id, tx, current)
    if own is not None and own.valid_until is not None and _is_meant(own, record):
        _end_for_good(tx, own)


def _end_for_good(tx: Tx, own: Any) -> None:
    """What the other side had superseded or ended would otherwise count again once they are gone."""
    tx.run(_this(own).values(superseded_by=None))
    for kept in kept_of(tx, own.customer_id, t.facts):
        if kept.row["id"] == own.id:
            forget_copy(tx, kept)


def _is_meant(fact: Any, record: EndFact) -> bool:
    return record.value is None or fact.value == storable(record.value)


def _is_known_by(tx: Tx, current: Any) -> bool:
    """Whether the side that speaks has said so itself: what only the other said would go with them."""
    if current.original_customer_id == tx.side:
        return True
    own = _latest_of_side(tx, {"customer_id": current.customer_id, "key": current.key})
    return own is not None and own.superseded_by is not None and own.value == current.value


def _count_again_without(by: str, tx: Tx, ended: Any) -> None:
    """Note that it was the other side who ended a fact."""
    place = {"customer_id": ended.customer_id, "original_customer_id": ended.original_customer_id}
    keep_copy(tx, t.facts, {**place, "id": ended.id, "ended_by": by})


def _latest_of_side(tx: Tx, of_key: Mapping[str, str]) -> Any:
    own = _OF_KEY.where(_f.original_customer_id.is_(None) if tx.side is None else _f.original_customer_id == tx.side)
    return tx.first(own.order_by(_f.at.desc(), _f.id.desc()).limit(1), of_key)


def mend_facts(tx: Tx, customer_id: CustomerId, sides: Collection[CustomerId]) -> None:
    """What another side had superseded or ended counts again, if nothing of their own came since."""
    mine = sa.select(_f.id).where(_f.customer_id == customer_id)
    stranded = sa.select(t.facts).where(_f.customer_id == customer_id, _f.superseded_by.not_in(mine))
    for row in tx.run(stranded).all():
        _count_again(tx, row)
    for kept in kept_of(tx, customer_id, t.facts):
        if kept.row["ended_by"] in sides:
            continue  # still one customer
        row = tx.first(sa.select(t.facts).where(_f.customer_id == customer_id, _f.id == kept.row["id"]))
        if row is not None:  # and not erased
            _count_again(tx, row)
        forget_copy(tx, kept)


def _count_again(tx: Tx, row: Any) -> None:
    since = sa.or_(_f.at > row.at, sa.and_(_f.at == row.at, _f.id > row.id))
    after = tx.first(
        _OF_KEY.where(since).order_by(_f.at, _f.id).limit(1), {"customer_id": row.customer_id, "key": row.key}
    )
    if after is not None:
        tx.run(_this(row).values(superseded_by=after.id, valid_until=after.at))
        return
    older = sa.update(t.facts).where(_f.customer_id == row.customer_id, _f.key == row.key, _f.valid_until.is_(None))
    tx.run(older.values(superseded_by=row.id, valid_until=tx.now))
    tx.run(_this(row).values(superseded_by=None, valid_until=None))


def _this(fact: Any) -> sa.Update:
    return sa.update(t.facts).where(_f.customer_id == fact.customer_id, _f.id == fact.id)
