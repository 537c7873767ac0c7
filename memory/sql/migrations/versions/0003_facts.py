"""Facts say how sure they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; what was known before was confirmed by the customer, so it is sure."""
    op.add_column("facts", sa.Column("confidence", sa.Float, nullable=False, server_default="1"))
