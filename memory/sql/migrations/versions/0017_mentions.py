"""A note can call a colleague by name, who sees that until they have read it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_TIME = sa.DateTime(timezone=True)
_UNREAD = "read_at IS NULL"


def upgrade() -> None:
    """Make the table; notes there are call nobody."""
    op.create_table(
        "mentions",
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("agent_id", sa.Text, nullable=False),
        sa.Column("handoff_id", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("read_at", _TIME),
        sa.Column("original_customer_id", sa.Text),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], name="fk_mentions_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", "agent_id", name="pk_mentions"),
    )
    op.create_index(
        "ix_mentions_unread",
        "mentions",
        ["agent_id", "id"],
        sqlite_where=sa.text(_UNREAD),
        postgresql_where=sa.text(_UNREAD),
    )
