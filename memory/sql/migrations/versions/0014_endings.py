"""How handoffs end, and what customers say of it afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("handoffs") as handoffs:
        handoffs.add_column(sa.Column("outcome", sa.Text))
        handoffs.add_column(sa.Column("contact_reason", sa.Text))
        handoffs.add_column(sa.Column("asked_number", sa.BigInteger))
        handoffs.add_column(sa.Column("solved", sa.Boolean))
        handoffs.add_column(sa.Column("line_asked_number", sa.BigInteger))
        handoffs.add_column(sa.Column("line_number", sa.BigInteger))
