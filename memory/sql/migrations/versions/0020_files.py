"""Files that customers and agents send each other are kept with their customer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Make the table; what came by Telegram before stays with Telegram."""
    op.create_table(
        "files",
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("original_customer_id", sa.Text),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], name="fk_files_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_files"),
    )
