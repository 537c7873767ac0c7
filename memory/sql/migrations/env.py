"""Run by Alembic: hands it the connection that `memory.sql.schema` opened, and our tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from memory.sql.tables import metadata


def run(connection: sa.Connection) -> None:
    """Migrate within the connection's transaction."""
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
