"""How customers who wait have chosen to hear from a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the message in which they chose, the address they want to be written to, and the channel of promises."""
    with op.batch_alter_table("handoffs") as handoffs:
        handoffs.add_column(sa.Column("chosen_number", sa.BigInteger))
        handoffs.add_column(sa.Column("reply_channel", sa.Text))
        handoffs.add_column(sa.Column("reply_address_id", sa.Text))
    op.add_column("promises", sa.Column("channel", sa.Text))
