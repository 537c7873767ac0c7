"""Tells what hinders a database, such as a full disk, from a mistake of ours. Used around every transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from memory.errors import MemoryUnavailable

_SQLITE = {
    "disk is full": "the disk is full",
    "database is locked": "another process holds the database",
    "readonly database": "the database file may not be written to",
    "disk i/o error": "the disk can't be read or written",
    "unable to open database file": "the database file can't be opened",
}
"""What SQLite says, in small letters (https://www.sqlite.org/rescode.html), and what that means."""
_POSTGRES = {
    "53100": "the disk is full",
    "53": "the database has no more room or connections",
    "08": "the database can't be reached",
    "57P": "the database is being stopped or started",
    "55P03": "something else holds what is needed",
    "25006": "the database may not be written to",
}
"""SQLSTATE or its beginning (PostgreSQL's appendix A, error codes), the exact ones first."""


@contextmanager
def told() -> Iterator[None]:
    """Raises MemoryUnavailable for what passes without a change of ours; everything else as it came."""
    try:
        yield
    except OSError as exc:  # no connection: asyncpg leaves it bare
        raise MemoryUnavailable("the database can't be reached") from exc
    except sa.exc.TimeoutError as exc:
        raise MemoryUnavailable("the database has no more room or connections") from exc
    except sa.exc.DBAPIError as exc:
        reason = _reason(exc)
        if reason is None:
            raise
        raise MemoryUnavailable(reason) from exc


def _reason(exc: sa.exc.DBAPIError) -> str | None:
    state = getattr(exc.orig, "sqlstate", None)
    if state is not None:
        return next((words for start, words in _POSTGRES.items() if state.startswith(start)), None)
    said = str(exc.orig).lower()
    found = next((words for part, words in _SQLITE.items() if part in said), None)
    return found or ("the database can't be reached" if exc.connection_invalidated else None)
