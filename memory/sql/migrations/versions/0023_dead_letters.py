"""What did not arrive or could not be handled is seen to at the desk: tried once more, or dismissed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the list of deeds, and let both boxes know what is dead."""
    op.add_column("outbox", sa.Column("last_try", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("outbox", sa.Column("dismissed_at", _TIME))
    for column in (("broke_with", sa.Text), ("given_up_number", sa.BigInteger), ("dismissed_at", _TIME)):
        op.add_column("inbox", sa.Column(*column))
    _index("outbox", "settled_at", "state IN ('failed', 'unknown') AND dismissed_at IS NULL")
    _index("inbox", "handled_at", "given_up_number IS NOT NULL AND dismissed_at IS NULL")
    op.create_table(
        "letter_deeds",
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("box", sa.Text, nullable=False),
        sa.Column("letter_id", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("channel", "deed", "agent_id")),
        sa.Column("why", sa.Text),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("original_customer_id", sa.Text),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], name="fk_letter_deeds_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_letter_deeds"),
    )
    op.create_index("ix_letter_deeds_id", "letter_deeds", ["id"])


def _index(table: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(f"ix_{table}_dead", table, [column], sqlite_where=where, postgresql_where=where)
