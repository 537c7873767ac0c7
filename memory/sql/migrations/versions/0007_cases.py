"""Cases get a state, a key, what they are about, when they were last touched, and a history of their moves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what is new; a case without an outcome was open, and it was last touched when it was closed or opened."""
    op.add_column("cases", sa.Column("key", sa.Text, nullable=False, server_default=""))
    op.add_column("cases", sa.Column("about", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("cases", sa.Column("touched_at", _TIME, nullable=False, server_default="1970-01-01 00:00:00.000000"))
    op.add_column("cases", sa.Column("state", sa.Text, nullable=False, server_default="open"))
    op.execute(
        "UPDATE cases SET key = 'case-' || CAST(id AS TEXT), state = COALESCE(outcome, 'open'), "
        "touched_at = COALESCE(closed_at, opened_at)"
    )
    op.drop_column("cases", "outcome")
    for name in ("ix_cases_open", "ix_cases_opened"):
        op.drop_index(name, "cases")
    op.create_index("ix_cases_id", "cases", ["id"])
    op.create_index("uq_cases_key", "cases", ["customer_id", "key"], unique=True)
    op.create_index("ix_cases_touched", "cases", ["customer_id", "touched_at"])
    op.create_index("ix_cases_closed", "cases", ["customer_id", "closed_at"])
    _case_moves()


def _case_moves() -> None:
    op.create_table(
        "case_moves",
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("case_id", sa.BigInteger, nullable=False),
        sa.Column("from_state", sa.Text, nullable=False),
        sa.Column("to_state", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("original_customer_id", sa.Text),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], name="fk_case_moves_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_case_moves"),
    )
    op.create_index("ix_case_moves_id", "case_moves", ["id"])
    op.create_index("ix_case_moves_case", "case_moves", ["customer_id", "case_id"])
