"""FAQ entries get a language, a time in which they are valid and held-out tests; versions say who wrote them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns; entries there are in English and without limits or tests."""
    for table in ("faq_entries", "faq_versions"):
        op.add_column(table, sa.Column("language", sa.Text, nullable=False, server_default="en"))
        op.add_column(table, sa.Column("valid_from", _TIME))
        op.add_column(table, sa.Column("valid_until", _TIME))
        op.add_column(table, sa.Column("tests", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("faq_versions", sa.Column("by", sa.Text))
