"""Promises have an owner and a state, the message they were made in and the one that kept them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_TIME = sa.DateTime(timezone=True)
_ANSWERED = """
(SELECT min(m.number) FROM messages m
 WHERE m.customer_id = promises.customer_id AND m.author = 'agent' AND m.at >= promises.made_at)
"""
_ANSWERED_AT = f"(SELECT m.at FROM messages m WHERE m.customer_id = promises.customer_id AND m.number = {_ANSWERED})"  # noqa: S608


def upgrade() -> None:
    """Add the columns. All promises so far were that somebody would write: an agent's next message kept them."""
    op.drop_index("ix_promises_owed", "promises")
    for name in ("number", "kept_number", "told_number"):
        op.add_column("promises", sa.Column(name, sa.BigInteger))
    op.add_column("promises", sa.Column("owner", sa.Text, nullable=False, server_default="team"))
    op.add_column("promises", sa.Column("state", sa.Text, nullable=False, server_default="open"))
    op.add_column("promises", sa.Column("by_reply", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("promises", sa.Column("why", sa.Text))
    for name in ("closed_at", "reminded_at", "tell_at"):
        op.add_column("promises", sa.Column(name, _TIME))
    _settle()
    op.drop_column("promises", "kept_at")
    op.create_index("ix_promises_id", "promises", ["id"])
    op.create_index("ix_promises_state", "promises", ["state", "due_at"])
    _index("ix_promises_owed", ["customer_id", "due_at"], "closed_at IS NULL")
    _index("ix_promises_tell", ["tell_at"], "tell_at IS NOT NULL")


def _index(name: str, columns: list[str], condition: str) -> None:
    op.create_index(name, "promises", columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


def _settle() -> None:
    """What is long over is not to be told out of the blue: where nobody waits any more, nothing is owed."""
    op.execute(f"UPDATE promises SET by_reply = true, kept_number = {_ANSWERED}, closed_at = kept_at")  # noqa: S608
    op.execute(f"UPDATE promises SET closed_at = {_ANSWERED_AT} WHERE closed_at IS NULL AND kept_number IS NOT NULL")  # noqa: S608
    op.execute(
        "UPDATE promises SET state = CASE WHEN closed_at > due_at THEN 'kept_late' ELSE 'kept' END "
        "WHERE closed_at IS NOT NULL"
    )
    op.execute(
        "UPDATE promises SET state = 'cancelled', closed_at = due_at, why = 'nobody waited for it any more' "
        "WHERE state = 'open' AND NOT EXISTS (SELECT 1 FROM handoffs h "
        "WHERE h.customer_id = promises.customer_id AND h.closed_at IS NULL)"
    )
