"""A real PostgreSQL for the tests: one server a session. Used by the fixtures in conftest."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import sqlalchemy as sa

MIGRATED = "migrated"


class PostgresServer:
    """Makes databases and drops them."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the runtime folder of the user
            import pgserver

            self._server = pgserver.get_server(folder, cleanup_mode="stop")
        self._numbers = count(1)
        # Nothing here has to survive a failure of power.
        self._server.psql("ALTER SYSTEM SET fsync = off")
        self._server.psql("SELECT pg_reload_conf()")

    def stop(self) -> None:
        """End the server."""
        self._server.cleanup()

    def url(self, database: str) -> str:
        """SQLAlchemy's URL of a database."""
        url = sa.make_url(self._server.get_uri(database)).set(drivername="postgresql+asyncpg")
        return url.render_as_string(hide_password=False)

    def prepare(self) -> None:
        """Make the database that tests share, one after another."""
        self._server.psql(f"CREATE DATABASE {MIGRATED}")
        with ThreadPoolExecutor(1) as thread:  # a loop of its own, beside pytest's
            thread.submit(asyncio.run, _migrate(self.url(MIGRATED))).result()

    def emptied(self) -> str:
        """The URL of a database with the newest schema and no rows: the same one each time, swept."""
        from memory.sql.tables import metadata

        rows = "; ".join(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))
        self.run(self.url(MIGRATED), rows)
        return self.url(MIGRATED)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new database with nothing in it."""
        name = f"test_{next(self._numbers)}"
        self._server.psql(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield self.url(name)
        finally:
            self._server.psql(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, database: str, statement: str) -> str:
        """Run a statement as psql does; `database` is a URL that `database()` gave."""
        name = sa.make_url(database).database
        return str(self._server.psql(f"\\c {name}\n{statement}"))


async def _migrate(url: str) -> None:
    from memory.sql.postgres import migrate

    await migrate(sa.make_url(url))


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="threadkeeper-postgres-"))
    server = PostgresServer(folder)
    try:
        server.prepare()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
