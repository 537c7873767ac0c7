"""How SQLite would run what memory asks of it, in tables of many rows: nothing may go without an index.

Used by the fixture `talk`, so that every test of the contract suite also looks at the plans of what it asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sa

from benchmarks.rows import fill
from memory.sql.schema import upgrade
from memory.sql.tables import metadata

Asked: TypeAlias = dict[str, Any]
"""Statements as the driver gets them, each with one set of its values."""

ROWS = 8_000
"""In each table: 400 customers with a past."""
READ_WHOLE: Mapping[str, str] = {
    "faq_entries": "all of them together make the index in which questions are looked up",
    "agents": "the whole team is shown, and shared out to, at once: a page of people",
    "letter_deeds": "its latest lines are read from the end of an index, as many as are asked for",
    "audit_log": "its latest lines are read from the end of its key, as many as are asked for",
}
"""Tables that may be read from end to end, and why."""
OF_WHAT_WAITS = frozenset(
    {"ix_inbox_waiting", "ix_outbox_due", "ix_outbox_held", "ix_outbox_sending", "ix_outbox_dead", "ix_inbox_dead"}
)
"""Indexes that may be run through from end to end: they hold only what still waits, or waits to be seen to."""

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
    """Plans of SQLite, which has no figures about the tables, as in operation: nobody runs `ANALYZE` there."""

    def __init__(self, folder: Path) -> None:
        self._engine = _filled(folder / "filled.db")
        self._known: set[str] = set()

    def without_index(self, statements: Asked) -> list[str]:
        """What is read from end to end, each with the statement that does."""
        found = []
        for statement in statements.keys() - self._known:
            with self._engine.connect() as connection:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", statements[statement])
                found += [f"{step.detail}: {statement}" for step in plan if _reads_whole(step.detail)]
        self._known.update(statements)
        return found


def _filled(path: Path) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection)
        fill(connection, metadata.sorted_tables, ROWS)
    return engine


def _reads_whole(step: str) -> bool:
    """Whether a step of a plan goes through a whole table or index. A search by nothing is how it shows max(id)."""
    whole = step.startswith("SCAN ") or (step.startswith("SEARCH ") and "(" not in step)
    whole = whole or "AUTOMATIC" in step or "(ANY(" in step
    return whole and not _NO_TABLE.match(step) and _ALLOWED.isdisjoint(step.split())
