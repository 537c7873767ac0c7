"""Which place in the line a waiting customer is known to have had, or was told of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add the place; null for who has not been looked at yet."""
    op.add_column("handoffs", sa.Column("told_place", sa.Integer))
