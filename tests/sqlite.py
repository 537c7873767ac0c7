"""A SQLite file with the newest schema, made once a process and copied for each test that wants a new one."""

from __future__ import annotations

import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa

from memory.sql.schema import upgrade


def new_sqlite(path: Path) -> str:
    """Put an empty database at `path`; its URL. Each migration takes some thirty milliseconds, a copy none."""
    shutil.copyfile(_empty(), path)
    return f"sqlite:///{path}"


@lru_cache(maxsize=1)
def _empty() -> Path:
    path = Path(tempfile.mkdtemp(prefix="threadkeeper-")) / "empty.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    return path
