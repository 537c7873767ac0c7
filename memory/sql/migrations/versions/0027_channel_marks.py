"""What a channel does once for all time is not done again after a restart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make the list of it."""
    op.create_table(
        "channel_marks",
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "mark", name="pk_channel_marks"),
    )
