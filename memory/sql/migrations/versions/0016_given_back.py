"""What was agreed with a person, and up to where the dialogue has heard the customer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Of dialogues so far nobody knows what they have heard: they begin to count with their next turn."""
    op.add_column("handoffs", sa.Column("agreed", sa.Text))
    op.add_column("handoffs", sa.Column("agreed_values", sa.JSON))
    op.add_column("dialogue_states", sa.Column("heard_number", sa.BigInteger))
    op.add_column("dialogue_states", sa.Column("given_back_from", sa.Text))
