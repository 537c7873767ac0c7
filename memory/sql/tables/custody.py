"""Tables of proofs, links between customers, and what is kept of what was done with data."""

from __future__ import annotations

import sqlalchemy as sa

from memory.sql.tables.columns import (
    Json,
    Utc,
    customer_id_column,
    id_column,
    metadata,
    original_column,
    text_column,
    time_column,
)

link_codes = sa.Table(
    "link_codes",
    metadata,
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("customer_id", sa.Text, nullable=False, index=True),
    sa.Column("use", sa.Text, nullable=False, server_default="link"),
    time_column("issued_at"),
    time_column("expires_at"),
    sa.Column("used_at", Utc),
    sa.Column("used_by_channel", sa.Text),
    sa.Column("used_by_address_id", sa.Text),
)


refused_codes = sa.Table(
    "refused_codes",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    text_column("channel"),
    text_column("address_id"),
    time_column("at"),
    sa.Index("ix_refused_codes_at", "at"),
    sa.Index("ix_refused_codes_address", "channel", "address_id", "at"),
)


export_links = sa.Table(
    "export_links",
    metadata,
    customer_id_column(),
    sa.Column("link_hash", sa.Text, primary_key=True),
    time_column("issued_at"),
    time_column("expires_at"),
    original_column(),
    sa.Index("ix_export_links_hash", "link_hash"),
)


audit_log = sa.Table(
    "audit_log",
    metadata,
    id_column(),
    time_column("at"),
    text_column("deed"),
    text_column("by"),
    sa.Column("channel", sa.Text),
    sa.Column("what", sa.Text),
    sa.Column("reference", sa.Text),
)


merges = sa.Table(
    "merges",
    metadata,
    customer_id_column(),
    id_column(),
    text_column("from_customer_id"),
    text_column("into_customer_id"),
    text_column("proof"),
    text_column("why"),
    text_column("by"),
    sa.Column("channel", sa.Text),
    sa.Column("address_id", sa.Text),
    time_column("at"),
    sa.Column("last_number", sa.BigInteger, nullable=False),
    sa.Column("lent", Json, nullable=False),
    sa.Column("undone_at", Utc),
    sa.Column("undone_by", sa.Text),
    sa.Column("undone_why", sa.Text),
    original_column(),
    sa.Index("ix_merges_id", "id"),
)


set_aside = sa.Table(
    "set_aside",
    metadata,
    customer_id_column(),
    id_column(),
    text_column("of_table"),
    sa.Column("row", Json, nullable=False),
    time_column("at"),
    original_column(),
)
