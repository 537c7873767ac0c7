"""Readings of lists: of a conversation, or of a customer where what was shown is of none."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Let `seen` name either. Who looked at all that did not arrive was noted as one line; it stays, by its view."""
    op.drop_index("ix_readings_handoff", "readings")
    op.execute("ALTER TABLE readings RENAME COLUMN handoff_id TO seen")
    op.create_index("ix_readings_seen", "readings", ["seen", "agent_id", "at"])
    op.execute("UPDATE readings SET by = 'undelivered' WHERE seen = 'dead-letters'")
