"""Handoffs are offered for a time, to agents of whom is known what they do; and which customers are valued."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns. Who was accepted before has waited until then."""
    for name in ("department", "language", "offered_to", "follows"):
        op.add_column("handoffs", sa.Column(name, sa.Text))
    for name in ("offered_until", "first_accepted_at", "waits_until"):
        op.add_column("handoffs", sa.Column(name, _TIME))
    op.add_column("handoffs", sa.Column("patience", sa.Integer))
    op.execute("UPDATE handoffs SET first_accepted_at = accepted_at")
    op.add_column("handoff_moves", sa.Column("agent_id", sa.Text))
    _index_handoffs()
    for name in ("departments", "languages"):
        op.add_column("agents", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("agents", sa.Column("capacity", sa.Integer, nullable=False, server_default="3"))
    op.add_column("customers", sa.Column("valued", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("agents", sa.Column("away", sa.Boolean, nullable=False, server_default=sa.false()))


def _index_handoffs() -> None:
    _index("ix_handoffs_agent", ["agent_id"], "closed_at IS NULL")
    _index("ix_handoffs_offered_to", ["offered_to"], "offered_to IS NOT NULL")
    _index("ix_handoffs_offered_until", ["offered_until"], "offered_until IS NOT NULL")
    _index("ix_handoffs_waits_until", ["waits_until"], "waits_until IS NOT NULL")
    _index("ix_handoffs_waited", ["department", "first_accepted_at"], "first_accepted_at IS NOT NULL")
    _index("ix_handoffs_first_accepted", ["first_accepted_at"], "first_accepted_at IS NOT NULL")


def _index(name: str, columns: list[str], condition: str) -> None:
    op.create_index(name, "handoffs", columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
