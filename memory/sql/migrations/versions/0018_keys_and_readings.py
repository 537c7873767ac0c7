"""Links that set a new password once, and who opened whose conversation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "agent_resets",
        sa.Column("reset_id", sa.Text, nullable=False),
        sa.Column("agent_id", sa.Text, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
        sa.Column("issued_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.agent_id"], name="fk_agent_resets_agent_id"),
        sa.PrimaryKeyConstraint("reset_id", name="pk_agent_resets"),
    )
    op.create_index("ix_agent_resets_agent_id", "agent_resets", ["agent_id"])
    op.create_table(
        "readings",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("agent_id", sa.Text, nullable=False),
        sa.Column("handoff_id", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
    )
    op.create_index("ix_readings_handoff", "readings", ["handoff_id", "agent_id", "at"])
