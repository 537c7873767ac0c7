"""Values that customers gave in their tasks are kept with the message they came in, also when the task is done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Of what was collected before, nobody knows the message."""
    op.create_table(
        "given_values",
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("original_customer_id", sa.Text),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], name="fk_given_values_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_given_values"),
    )
    op.create_index("ix_given_values_at", "given_values", ["customer_id", "at"])
