"""How an answer was received by all customers can be counted without reading all that was ever tried."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_RATED = "helped IS NOT NULL"


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_attempts_received",
        "attempts",
        ["faq_id", "helped"],
        sqlite_where=sa.text(_RATED),
        postgresql_where=sa.text(_RATED),
    )
