"""By which route an agent came to read in a conversation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the route; until now a conversation could only be noted as opened."""
    op.add_column("readings", sa.Column("by", sa.Text, nullable=False, server_default="opened"))
