"""SQLite keeps the last row id of each table, rather than look for the highest in all its rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_NUMBERED = (
    *("attempts", "audit_log", "case_moves", "cases", "facts", "handoff_moves", "inbox"),
    *("merges", "notes", "notices", "outbox", "promises", "refused_codes", "set_aside"),
)


def upgrade() -> None:
    """Count on from the highest there is. PostgreSQL has a sequence of this name."""
    if op.get_bind().dialect.name != "sqlite":
        return
    row_ids = op.create_table(
        "row_ids",
        sa.Column("of_table", sa.Text, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("of_table", name="pk_row_ids"),
    )
    for name in _NUMBERED:
        highest: sa.ColumnElement[int] = sa.func.coalesce(sa.func.max(sa.column("id")), 0)
        reached = sa.select(sa.literal(name), highest).select_from(sa.table(name))
        op.execute(sa.insert(row_ids).from_select(["of_table", "last"], reached))
