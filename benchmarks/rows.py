"""Rows by the thousand for any table, made inside the database: one INSERT … SELECT over counted numbers.

What a column gets follows from its name and type, so that the tables of any schema, past or to come, are filled.
Called by `benchmarks.flat_cost`, and by the tests of query plans and of migrations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

T = TypeVar("T")
Value = sa.ColumnElement[Any]

ROW: Final[Value] = sa.literal_column("i", sa.BigInteger)
"""The number of a row, from 0, in the values that callers give."""
PER_CUSTOMER: Final = 20
"""Rows of one customer in each table."""
BARE_EVERY: Final = 20 * PER_CUSTOMER
"""One row of so many has only what must be there: it is not handled, not closed, nobody's yet."""
BEGUN: Final = int(datetime(2020, 1, 1, tzinfo=timezone.utc).timestamp())

_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "author": ("customer", "bot"),
    "case_moves.from_state": ("open",),
    "case_moves.to_state": ("solved",),
    "cases.state": ("solved", "abandoned"),
    "channel": ("web", "telegram", "rest"),
    "from_state": ("requested",),
    "handoffs.outcome": ("solved", "no_answer"),
    "handoffs.reason": ("asked_for_person", "distress"),
    "handoffs.state": ("resolved",),
    "cases.outcome": ("solved", "abandoned"),
    "language": ("en",),
    "link": ("linked",),
    "outbox.state": ("sent",),
    "promises.owner": ("team",),
    "promises.state": ("kept", "kept_late"),
    "proof": ("none", "platform"),
    "role": ("agent",),
    "scope": ("unproved", "proved"),
    "to_state": ("queued",),
}
"""Columns, or a table's column, that hold one of a few words. Any other text is different in every row."""
_STILL: Final[Mapping[str, str]] = {
    "cases.state": "open",
    "handoffs.state": "queued",
    "outbox.state": "pending",
    "promises.state": "open",
}
"""What such a column holds in a bare row."""
_OBJECTS: Final[Mapping[str, Mapping[str, str]]] = {
    "about": {"order_number": "1042"},
    "agreed_values": {"return_reason": "too small"},
    "body": {"provider_id": "1", "text": "hello", "proof": "none"},
    "collected": {"Order": "1042"},
    "custom": {},
    "replaced_dialogue": {},
}
"""JSON columns with an object; the others hold a list."""
_NEVER: Final = frozenset({"merged_into"})
"""Columns that stay empty: a customer who was merged away is nobody's."""


async def in_database(url: str, work: Callable[[sa.Connection], T]) -> T:
    """Do something in a transaction, past memory."""
    if url.startswith("sqlite"):
        sqlite = sa.create_engine(url)
        with sqlite.begin() as connection:
            done = work(connection)
        sqlite.dispose()
        return done
    postgres = create_async_engine(url, poolclass=NullPool)
    async with postgres.begin() as session:
        return await session.run_sync(work)


def fill(connection: sa.Connection, tables: Sequence[sa.Table], rows: int) -> None:
    """Put so many rows into each table, parents first; into those with one row a customer as many as are customers."""
    for table in tables:
        insert(connection, table, max(rows // PER_CUSTOMER, 1) if is_per_customer(table) else rows)
    count_on(connection, tables, rows)


def insert(connection: sa.Connection, table: sa.Table, rows: int, given: Mapping[str, Value] | None = None) -> None:
    """Put so many rows into a table; `given` has values for some columns, from `ROW`. Without it some rows are bare."""
    values = {column.name: _value(column, connection.dialect) for column in table.c if column.name not in _NEVER}
    if given is None:
        values |= {name: _bare(table.c[name], value) for name, value in values.items()}
    values |= given or {}
    counted = sa.select(sa.literal(0, sa.BigInteger).label("i")).cte("counted", recursive=True)
    counted = counted.union_all(sa.select(counted.c.i + 1).where(counted.c.i + 1 < rows))
    made = sa.select(*(value.label(name) for name, value in values.items())).select_from(counted)
    connection.execute(sa.insert(table).from_select(list(values), made))


def count_on(connection: sa.Connection, tables: Sequence[sa.Table], last: int) -> None:
    """Let the ids that memory gives in these tables begin above the last one here."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.setval("row_ids", last)))
    elif sa.inspect(connection).has_table("row_ids"):
        reached = sa.text("INSERT OR REPLACE INTO row_ids VALUES (:of_table, :last)")
        connection.execute(reached, [{"of_table": table.name, "last": last} for table in tables])


def is_per_customer(table: Any) -> bool:
    """Whether it has one row for each customer."""
    return [column.name for column in table.primary_key] == ["customer_id"]


def _bare(column: sa.Column[Any], value: Value) -> Value:
    """The value, or in a bare row what such a row has instead."""
    still = _STILL.get(f"{column.table.name}.{column.name}")
    if still is None and not column.nullable:
        return value
    return sa.case((ROW % BARE_EVERY == 0, still or sa.null()), else_=value)


def _value(column: sa.Column[Any], dialect: sa.Dialect) -> Value:
    value = _by_name(column)
    return _by_type(column, dialect) if value is None else value


def _by_name(column: sa.Column[Any]) -> Value | None:
    if column.name == "customer_id":
        return _text("customer_id", ROW if is_per_customer(column.table) else ROW // PER_CUSTOMER)
    if column.name == "last_number":
        return (ROW + 1) * PER_CUSTOMER
    words = _WORDS.get(f"{column.table.name}.{column.name}") or _WORDS.get(column.name)
    if words is None:
        return None
    return sa.case(*((ROW % len(words) == place, word) for place, word in enumerate(words)))


def _by_type(column: sa.Column[Any], dialect: sa.Dialect) -> Value:
    kind = column.type.impl_instance if isinstance(column.type, sa.types.TypeDecorator) else column.type
    makers: Mapping[type, Callable[[], Value]] = {
        sa.JSON: lambda: sa.literal(_OBJECTS.get(column.name, []), sa.JSON),
        sa.DateTime: lambda: _time(BEGUN + ROW * 60, dialect),
        sa.Boolean: sa.false,
        sa.Integer: lambda: ROW + 1,
        sa.Numeric: lambda: sa.literal(0.5, sa.Float),
        sa.LargeBinary: lambda: sa.literal(bytes(16), sa.LargeBinary),
        sa.String: lambda: _text(column.name, ROW),
    }
    return next(make() for known, make in makers.items() if isinstance(kind, known))


def _time(seconds: Value, dialect: sa.Dialect) -> Value:
    if dialect.name == "postgresql":
        return sa.func.to_timestamp(seconds)
    return sa.func.strftime("%Y-%m-%d %H:%M:%S.000000", seconds, "unixepoch")


def _text(name: str, number: Value) -> Value:
    return sa.literal(f"{name}-") + sa.cast(number, sa.Text)
