"""How the databases would run what memory asks of them, in tables of many rows: nothing may go without an index.

Used by the fixture `talk`, so that every test of the contract suite also looks at the plans of what it asked.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from benchmarks.rows import fill
from memory.sql.postgres import migrate
from memory.sql.schema import upgrade
from memory.sql.tables import metadata

Asked: TypeAlias = dict[str, Any]
"""Statements as the driver gets them, each with one set of its values."""

ROWS = 8_000
"""In each table: 400 customers with a past."""
READ_WHOLE: Mapping[str, str] = {
    "faq_entries": "all of them together make the index in which questions are looked up",
}
"""Tables that may be read from end to end, and why."""
OF_WHAT_WAITS = frozenset({"ix_inbox_waiting", "ix_outbox_due", "ix_outbox_held", "ix_outbox_sending"})
"""Indexes that may be run through from end to end: they hold only what still waits."""

_ALLOWED = READ_WHOLE.keys() | OF_WHAT_WAITS
_LOOKED_AT = ("SELECT", "UPDATE", "DELETE", "WITH")
_NO_TABLE = re.compile(r"SCAN (CONSTANT|\d+ CONSTANT|\(subquery)")


@contextmanager
def asked() -> Iterator[Asked]:
    """What is asked of any database meanwhile."""
    statements: Asked = {}

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def _note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if statement.startswith(_LOOKED_AT):
            statements.setdefault(statement, values[0] if many else values)

    try:
        yield statements
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", _note)


class SqlitePlans:
    """Plans of SQLite, as it makes them with and without figures about the tables (`ANALYZE`)."""

    def __init__(self, folder: Path) -> None:
        self._engines = [_filled(folder / name, analysed=analysed) for name, analysed in _SQLITE]
        self._known: set[str] = set()

    async def without_index(self, statements: Asked) -> list[str]:
        """What is read from end to end, each with the statement that does."""
        found = []
        for statement in statements.keys() - self._known:
            for engine in self._engines:
                with engine.connect() as connection:
                    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", statements[statement])
                    found += [f"{step.detail}: {statement}" for step in plan if _reads_whole(step.detail)]
        self._known.update(statements)
        return found


_SQLITE = (("plain.db", False), ("analysed.db", True))


def _filled(path: Path, *, analysed: bool) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection)
        fill(connection, metadata.sorted_tables, ROWS)
        if analysed:
            connection.exec_driver_sql("ANALYZE")
    return engine


def _reads_whole(step: str) -> bool:
    """Whether a step of a plan goes through a whole table or index. A search by nothing is how it shows max(id)."""
    whole = step.startswith("SCAN ") or (step.startswith("SEARCH ") and "(" not in step)
    whole = whole or "AUTOMATIC" in step or "(ANY(" in step
    return whole and not _NO_TABLE.match(step) and _ALLOWED.isdisjoint(step.split())


class PostgresPlans:
    """Plans of PostgreSQL, which takes an index here wherever it can."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._known: set[str] = set()
        with ThreadPoolExecutor(1) as thread:  # a loop of its own, beside pytest's
            thread.submit(asyncio.run, self._fill()).result()

    async def without_index(self, statements: Asked) -> list[str]:
        """What is read from end to end, each with the statement that does."""
        new = statements.keys() - self._known
        if not new:
            return []
        engine = self._engine()
        async with engine.connect() as connection:
            await connection.exec_driver_sql("SET enable_seqscan = off")
            indexes = await connection.run_sync(_indexes)
            found = []
            for statement in new:
                explain = f"EXPLAIN (FORMAT JSON) {statement}"
                (plan,) = (await connection.exec_driver_sql(explain, statements[statement])).scalar_one()
                found += [f"{step}: {statement}" for step in _whole_reads(plan["Plan"], indexes)]
        await engine.dispose()
        self._known.update(new)
        return found

    def _engine(self) -> AsyncEngine:
        return create_async_engine(self._url, poolclass=NullPool)

    async def _fill(self) -> None:
        await migrate(sa.make_url(self._url))
        engine = self._engine()
        async with engine.begin() as connection:
            await connection.run_sync(fill, metadata.sorted_tables, ROWS)
            await connection.exec_driver_sql("ANALYZE")
        await engine.dispose()


def _indexes(connection: sa.Connection) -> Mapping[str, tuple[str, str]]:
    """By name: the table of each index, and its first column."""
    rows = connection.exec_driver_sql(
        "SELECT index.relname, of.relname, pg_get_indexdef(indexrelid, 1, true) FROM pg_index"
        " JOIN pg_class index ON index.oid = indexrelid JOIN pg_class of ON of.oid = indrelid"
    )
    return {name: (table, column) for name, table, column in rows}


def _whole_reads(node: Mapping[str, Any], indexes: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """The steps of a plan that go through a whole table, or a whole index: not even its first column is given."""
    if "Index Name" in node:
        read = node["Index Name"]
        table, first = indexes[read]
        whole = re.search(rf"\b{first}\b", node.get("Index Cond", "")) is None
    else:
        read = table = node.get("Relation Name", "")
        whole = node["Node Type"] == "Seq Scan"
    if whole and _ALLOWED.isdisjoint({read, table}):
        yield f"{node['Node Type']} of {read}"
    for child in node.get("Plans", ()):
        yield from _whole_reads(child, indexes)
