"""One-time links to exports, an audit log without personal data, and indexes by which customers are let go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_TIME = sa.DateTime(timezone=True)
_MERGED = sa.text("merged_into IS NOT NULL")
_PRESENT = sa.text("merged_into IS NULL")
_SILENT = sa.text("last_contact_at IS NULL AND merged_into IS NULL")


def upgrade() -> None:
    """Add the tables and indexes."""
    op.create_table(
        "export_links",
        sa.Column("customer_id", sa.Text, sa.ForeignKey("customers.customer_id", name="fk_export_links_customer_id")),
        sa.Column("link_hash", sa.Text),
        sa.Column("issued_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("original_customer_id", sa.Text),
        sa.PrimaryKeyConstraint("customer_id", "link_hash", name="pk_export_links"),
    )
    op.create_index("ix_export_links_hash", "export_links", ["link_hash"])
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger, autoincrement=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("channel", sa.Text),
        sa.Column("what", sa.Text),
        sa.Column("reference", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    for name, column, where in (
        ("ix_customers_merged_into", "merged_into", _MERGED),
        ("ix_customers_last_contact", "last_contact_at", _PRESENT),
        ("ix_customers_silent", "created_at", _SILENT),
    ):
        op.create_index(name, "customers", [column], sqlite_where=where, postgresql_where=where)
