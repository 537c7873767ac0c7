"""Where a provider says that a customer wants nothing any more, nothing is sent until they write again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add why an address is closed; null for one that is open."""
    op.add_column("addresses", sa.Column("closed_why", sa.Text))
