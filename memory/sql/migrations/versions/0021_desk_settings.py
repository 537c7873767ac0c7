"""Hours are set at the desk, and filters of the queue are kept with their agent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make both tables; until somebody sets hours, the operator's count."""
    op.create_table(
        "desk_hours",
        sa.Column("id", sa.BigInteger, nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("hours", "time_zone", "holidays", "by")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_hours"),
    )
    op.create_table(
        "saved_filters",
        sa.Column("agent_id", sa.Text, nullable=False),
        sa.Column("filters", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", name="pk_saved_filters"),
    )
