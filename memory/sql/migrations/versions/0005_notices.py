"""Messages that nobody asked for: what each was about, and which of them wait for the end of quiet hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_HELD = sa.text("state = 'held'")


def upgrade() -> None:
    """What is in the outbox there was all asked for."""
    op.add_column("outbox", sa.Column("topic", sa.Text))
    op.create_index("ix_outbox_held", "outbox", ["due_at", "id"], sqlite_where=_HELD, postgresql_where=_HELD)
    op.create_table(
        "notices",
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("original_customer_id", sa.Text),
        sa.PrimaryKeyConstraint("customer_id", "id", name=op.f("pk_notices")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], name=op.f("fk_notices_customer_id")),
        sa.UniqueConstraint("customer_id", "key", name=op.f("uq_notices_customer_id_key")),
    )
    op.create_index("ix_notices_at", "notices", ["customer_id", "at"])
