"""How every table kept by customer moves when two customers are linked, and moves back when the link is undone.

One line a table in `MOVING`; a test fails until a new table has its own. Used by `merge` and `unlink`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from memory.model import Author, CustomerId
from memory.sql import tables as t
from memory.sql.engine import Tx
from memory.weaving import Numbering, Said, accepted, weave


@dataclass(frozen=True, slots=True)
class Moving:
    """One table's way.

    `numbers` are its columns that hold message numbers. `one_per` are the columns by which a customer has at most one
    row: where both have one, the younger by `younger` stays, and the other is set aside until the link is undone.
    """

    table: sa.Table
    numbers: Sequence[str] = ()
    one_per: Sequence[str] = ()
    younger: str = "at"


MOVING: Sequence[Moving] = (
    Moving(t.messages, numbers=("number",)),
    Moving(t.facts, numbers=("number",)),
    Moving(t.attempts, numbers=("number",)),
    Moving(t.outbox, numbers=("number",)),
    Moving(t.notices, numbers=("number",), one_per=("key",)),
    Moving(
        t.handoffs, numbers=("requested_number", "asked_number", "line_asked_number", "line_number", "chosen_number")
    ),
    Moving(t.handoff_moves),
    Moving(t.notes),
    Moving(t.mentions),
    Moving(t.files),
    Moving(t.cases),
    Moving(t.case_moves),
    Moving(t.given_values, numbers=("number",)),
    Moving(t.promises, numbers=("number", "kept_number", "told_number")),
    Moving(t.inbox, numbers=("given_up_number",)),
    Moving(t.letter_deeds),
    Moving(t.dialogue_states, numbers=("heard_number",)),
    Moving(t.addresses, one_per=("channel", "address_id"), younger="last_used_at"),
    Moving(t.merges, numbers=("last_number",)),
    Moving(t.set_aside),
    Moving(t.export_links),
)
"""Every table that is kept by customer. `routes` and `link_codes` lead to customers and are moved beside them."""

OUTSIDE: Collection[sa.Table] = (t.customers, t.routes, t.link_codes, t.said_words)
"""Tables that name a customer and move in ways of their own; see `merge` and `unlink`. Words are gathered anew."""

_said = t.messages.c
_SAID = (
    sa.select(_said.number, _said.at, _said.author, _said.reply_to)
    .where(_said.customer_id == sa.bindparam("customer_id"), _said.number >= sa.bindparam("since"))
    .order_by(_said.number)
)
_ASKED_BEFORE = (
    sa.select(_said.number)
    .where(
        _said.customer_id == sa.bindparam("customer_id"),
        _said.author == Author.CUSTOMER.value,
        _said.at <= sa.bindparam("at"),
    )
    .order_by(_said.number.desc())
    .limit(1)
)

_BY_NAME = {moving.table.name: moving for moving in MOVING}


def move_in(tx: Tx, from_id: CustomerId, into: CustomerId) -> bool:
    """Bring all rows of one customer to another, messages in order of acceptance; each keeps the side it came from.

    Returns whether messages that were there already got other numbers.
    """
    mine, theirs = _woven(tx, from_id, into)
    for moving in MOVING:
        if moving.one_per:
            _keep_younger(tx, moving, from_id, into)
    if mine.changes:
        _renumber(tx, into, mine)
    _renumber(tx, from_id, theirs)
    for moving in MOVING:
        columns = moving.table.c
        side = sa.func.coalesce(columns.original_customer_id, columns.customer_id)
        there = sa.update(moving.table).where(columns.customer_id == from_id)
        tx.run(there.values(customer_id=into, original_customer_id=side))
    return mine.changes


def _woven(tx: Tx, from_id: CustomerId, into: CustomerId) -> tuple[Numbering, Numbering]:
    """The numbers of both threads in one. Most often one begins when the other has ended; no more of it is read."""
    theirs = _thread(tx, from_id)
    if not theirs:
        return weave((), ())
    before = {"customer_id": into, "at": accepted(theirs)[0]}
    return weave(_thread(tx, into, since=tx.conn.scalar(_ASKED_BEFORE, before) or 0), theirs)


def _thread(tx: Tx, customer_id: CustomerId, since: int = 0) -> Sequence[Said]:
    rows = tx.run(_SAID, {"customer_id": customer_id, "since": since})
    return [Said(row.number, row.at, row.author == Author.BOT.value and row.reply_to is not None) for row in rows]


def _keep_younger(tx: Tx, moving: Moving, from_id: CustomerId, into: CustomerId) -> None:
    key = [moving.table.c[name] for name in moving.one_per]
    rows = tx.run(sa.select(moving.table).where(moving.table.c.customer_id.in_((from_id, into)))).mappings().all()
    theirs = {tuple(row[column.name] for column in key): row for row in rows if row["customer_id"] == from_id}
    for mine in rows:
        other = theirs.get(tuple(mine[column.name] for column in key))
        if mine["customer_id"] == into and other is not None:
            put_aside(tx, moving.table, dict(other if other[moving.younger] < mine[moving.younger] else mine))


def put_aside(tx: Tx, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Take a row out of its table and keep it whole, for the side it belongs to."""
    keep_copy(tx, table, row)
    same = (column == row[column.name] for column in table.primary_key.columns)
    tx.run(sa.delete(table).where(*same))


def keep_copy(tx: Tx, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Keep what a row was, for the side it belongs to."""
    content = {name: _to_json(value) for name, value in row.items() if name not in _PLACE}
    place = {"customer_id": row["customer_id"], "original_customer_id": row["original_customer_id"]}
    tx.run(
        sa.insert(t.set_aside),
        {**place, "id": tx.ids(t.set_aside)[0], "of_table": table.name, "row": content, "at": tx.now},
    )


_PLACE = frozenset({"customer_id", "original_customer_id"})


def put_back(tx: Tx, customer_id: CustomerId) -> None:
    """Give a customer what was set aside of theirs, where they have nothing younger in its place."""
    for kept in kept_of(tx, customer_id):
        moving = _BY_NAME.get(kept.of_table)
        if moving is not None and moving.one_per and not _has(tx, moving, customer_id, kept.row):
            restore(tx, moving.table, kept)


def kept_of(tx: Tx, customer_id: CustomerId, table: sa.Table | None = None) -> Sequence[Any]:
    """What was set aside of a customer (of one table), the latest first."""
    mine = sa.select(t.set_aside).where(t.set_aside.c.customer_id == customer_id).order_by(t.set_aside.c.id.desc())
    return tx.run(mine if table is None else mine.where(t.set_aside.c.of_table == table.name)).all()


def restore(tx: Tx, table: sa.Table, kept: Any) -> None:
    """Put a row that was set aside into its table again."""
    place = {"customer_id": kept.customer_id, "original_customer_id": kept.original_customer_id}
    tx.run(sa.insert(table), {**place, **unpacked(table, kept.row)})
    forget_copy(tx, kept)


def forget_copy(tx: Tx, kept: Any) -> None:
    """Keep a row aside no longer."""
    tx.run(sa.delete(t.set_aside).where(t.set_aside.c.customer_id == kept.customer_id, t.set_aside.c.id == kept.id))


def unpacked(table: sa.Table, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a row that was kept as JSON; columns that the table no longer has are left out."""
    return {name: _from_json(table.c[name], value) for name, value in row.items() if name in table.c}


def _to_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _from_json(column: sa.Column[Any], value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(column.type, t.Utc) and value is not None else value


def _has(tx: Tx, moving: Moving, customer_id: CustomerId, row: Mapping[str, Any]) -> bool:
    columns = moving.table.c
    same = (columns[name] == row[name] for name in moving.one_per)
    return tx.first(sa.select(columns.customer_id).where(columns.customer_id == customer_id, *same)) is not None


@dataclass(frozen=True, slots=True)
class Numbers:
    """The message numbers of a customer, told apart by who gets them: those who leave, and those who stay."""

    leave: list[int] = field(default_factory=list)
    stay: list[int] = field(default_factory=list)


def read_numbers(tx: Tx, customer_id: CustomerId, sides: Collection[CustomerId]) -> Numbers:
    """Whose each message of a customer is."""
    said = t.messages.c
    all_of_them = sa.select(said.number, said.original_customer_id).where(said.customer_id == customer_id)
    numbers = Numbers()
    for number, side in tx.run(all_of_them.order_by(said.number)):
        (numbers.leave if side in sides else numbers.stay).append(number)
    return numbers


def move_out(tx: Tx, customer_id: CustomerId, to: CustomerId, sides: Collection[CustomerId], numbers: Numbers) -> None:
    """Give the rows of these sides to the customer `to`, and number the messages of both without gaps."""
    for moving in MOVING:
        columns = moving.table.c
        theirs = sa.update(moving.table).where(
            columns.customer_id == customer_id, columns.original_customer_id.in_(sides)
        )
        tx.run(theirs.values(customer_id=to, original_customer_id=sa.func.nullif(columns.original_customer_id, to)))
    _renumber(tx, customer_id, Numbering.by_rank(numbers.stay))
    _renumber(tx, to, Numbering.by_rank(numbers.leave))


def _renumber(tx: Tx, customer_id: CustomerId, numbering: Numbering) -> None:
    """Give all that names messages of a customer their new numbers; what is set aside of it too."""
    for moving in MOVING:
        for column in moving.numbers:
            _renumber_column(tx, moving.table, column, customer_id, numbering)
    for kept in kept_of(tx, customer_id):
        known = _BY_NAME.get(kept.of_table)
        numbers = {name: kept.row.get(name) for name in (known.numbers if known else ())}
        changed = {name: numbering(number) for name, number in numbers.items() if number is not None}
        if changed:
            same = sa.and_(t.set_aside.c.customer_id == customer_id, t.set_aside.c.id == kept.id)
            tx.run(sa.update(t.set_aside).where(same).values(row={**kept.row, **changed}))


def _renumber_column(tx: Tx, table: sa.Table, column: str, customer_id: CustomerId, numbering: Numbering) -> None:
    """By way of negative numbers: at no time may two rows have the same."""
    keys = [key for key in table.primary_key.columns if key.name != "customer_id"]
    there = sa.and_(table.c.customer_id == customer_id, table.c[column] > numbering.untouched)
    rows = tx.run(sa.select(*keys, table.c[column].label("old")).where(there)).all()
    changed = [
        {**{f"key_{key.name}": row[place] for place, key in enumerate(keys)}, "new": -new}
        for row in rows
        if (new := numbering(row.old)) != row.old
    ]
    if not changed:
        return
    same = [table.c.customer_id == customer_id, *(key == sa.bindparam(f"key_{key.name}") for key in keys)]
    tx.run(sa.update(table).where(*same).values({column: sa.bindparam("new")}), changed)
    negative = sa.update(table).where(table.c.customer_id == customer_id, table.c[column] < 0)
    tx.run(negative.values({column: -table.c[column]}))
