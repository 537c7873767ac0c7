"""Tables of agents and what they work with."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from memory.sql.tables.columns import Json, Utc, id_column, metadata, text_column, time_column

agents = sa.Table(
    "agents",
    metadata,
    sa.Column("agent_id", sa.Text, primary_key=True),
    text_column("email"),
    sa.Column("email_key", sa.Text, nullable=False, unique=True),
    text_column("name"),
    text_column("role"),
    text_column("password_hash"),
    time_column("created_at"),
    sa.Column("last_seen_at", Utc, index=True),
    sa.Column("departments", Json, nullable=False, server_default="[]"),
    sa.Column("languages", Json, nullable=False, server_default="[]"),
    sa.Column("capacity", sa.Integer, nullable=False, server_default="3"),
    sa.Column("away", sa.Boolean, nullable=False, server_default=sa.false()),
)


agent_sessions = sa.Table(
    "agent_sessions",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("agent_id", sa.Text, sa.ForeignKey("agents.agent_id"), nullable=False, index=True),
    time_column("opened_at"),
    time_column("expires_at"),
)


agent_resets = sa.Table(
    "agent_resets",
    metadata,
    sa.Column("reset_id", sa.Text, primary_key=True),
    sa.Column("agent_id", sa.Text, sa.ForeignKey("agents.agent_id"), nullable=False, index=True),
    text_column("seal"),
    time_column("issued_at"),
    time_column("expires_at"),
)


readings = sa.Table(
    "readings",
    metadata,
    id_column(),
    text_column("agent_id"),
    text_column("seen"),
    time_column("at"),
    sa.Column("by", sa.Text, nullable=False, server_default="opened"),
    sa.Index("ix_readings_seen", "seen", "agent_id", "at"),
)


canned_replies = sa.Table(
    "canned_replies",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    text_column("owner"),
    text_column("name"),
    text_column("name_key"),
    text_column("text"),
    text_column("by"),
    time_column("at"),
    sa.UniqueConstraint("owner", "name_key"),
)


desk_hours = sa.Table(
    "desk_hours",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    *(text_column(name) for name in ("hours", "time_zone", "holidays", "by")),
    time_column("at"),
)


saved_filters = sa.Table(
    "saved_filters",
    metadata,
    sa.Column("agent_id", sa.Text, primary_key=True),
    sa.Column("filters", Json, nullable=False),
    time_column("at"),
)


def _faq_content() -> list[sa.Column[Any]]:
    return [
        *(text_column(name) for name in ("question", "answer", "department", "language")),
        *(sa.Column(name, Json, nullable=False) for name in ("phrasings", "tags", "tests")),
        *(sa.Column(name, Utc) for name in ("valid_from", "valid_until")),
    ]


faq_entries = sa.Table(
    "faq_entries",
    metadata,
    sa.Column("faq_id", sa.Text, primary_key=True),
    *_faq_content(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("edited", sa.Boolean, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    time_column("updated_at"),
)


faq_versions = sa.Table(
    "faq_versions",
    metadata,
    sa.Column("faq_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    *_faq_content(),
    sa.Column("by", sa.Text),
    sa.Column("deleted", sa.Boolean, nullable=False),
    time_column("at"),
)
