"""Brings a database to the newest schema. Called when memory is opened and by the CLI."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from memory.errors import SchemaTooNew

MIGRATIONS = Path(__file__).parent / "migrations"

MIGRATING = 7_316_845_201
"""The advisory lock under which one of several starting processes migrates."""


def upgrade(connection: sa.Connection) -> None:
    """Run the missing migrations, all or none, in the connection's open transaction. Raises SchemaTooNew."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
    config = configuration(connection)
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    current = _revision(connection)
    if current is not None and current not in known:
        raise SchemaTooNew
    if current != known[0]:
        command.upgrade(config, "head")


def configuration(connection: sa.Connection | None = None) -> Config:
    """Alembic's settings, without a file."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision
