"""One-time codes say what they are good for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column; codes made before link two addresses."""
    op.add_column("link_codes", sa.Column("use", sa.Text, nullable=False, server_default="link"))
