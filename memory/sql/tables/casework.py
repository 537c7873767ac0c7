"""Tables of what customers want, what is known of them and owed to them, and who takes care of it."""

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
    where,
)

cases = sa.Table(
    "cases",
    metadata,
    customer_id_column(),
    id_column(),
    text_column("key"),
    text_column("topic"),
    text_column("title"),
    sa.Column("about", Json, nullable=False),
    text_column("channel"),
    time_column("opened_at"),
    time_column("touched_at"),
    text_column("state"),
    sa.Column("closed_at", Utc),
    sa.Column("handoff_id", sa.Text),
    original_column(),
    sa.Index("ix_cases_id", "id"),
    sa.Index("uq_cases_key", "customer_id", "key", unique=True),
    sa.Index("ix_cases_touched", "customer_id", "touched_at"),
    sa.Index("ix_cases_closed", "customer_id", "closed_at"),
    sa.Index("ix_cases_handoff", "customer_id", "handoff_id", **where("handoff_id IS NOT NULL")),
)


case_moves = sa.Table(
    "case_moves",
    metadata,
    customer_id_column(),
    id_column(),
    sa.Column("case_id", sa.BigInteger, nullable=False),
    text_column("from_state"),
    text_column("to_state"),
    time_column("at"),
    original_column(),
    sa.Index("ix_case_moves_id", "id"),
    sa.Index("ix_case_moves_case", "customer_id", "case_id"),
)


attempts = sa.Table(
    "attempts",
    metadata,
    customer_id_column(),
    id_column(),
    text_column("faq_id"),
    text_column("title"),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("helped", sa.Boolean),
    time_column("at"),
    original_column(),
    sa.Index("ix_attempts_at", "customer_id", "at"),
    sa.Index("ix_attempts_unrated", "customer_id", "id", **where("helped IS NULL")),
    sa.Index("ix_attempts_received", "faq_id", "helped", **where("helped IS NOT NULL")),
)


facts = sa.Table(
    "facts",
    metadata,
    customer_id_column(),
    id_column(),
    text_column("key"),
    text_column("value"),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    time_column("at"),
    sa.Column("valid_until", Utc),
    sa.Column("superseded_by", sa.BigInteger),
    original_column(),
    sa.Index("ix_facts_key", "customer_id", "key"),
    sa.Index("uq_facts_current", "customer_id", "key", unique=True, **where("valid_until IS NULL")),
)


given_values = sa.Table(
    "given_values",
    metadata,
    customer_id_column(),
    id_column(),
    text_column("label"),
    text_column("value"),
    sa.Column("number", sa.BigInteger, nullable=False),
    time_column("at"),
    original_column(),
    sa.Index("ix_given_values_at", "customer_id", "at"),
)


promises = sa.Table(
    "promises",
    metadata,
    customer_id_column(),
    id_column(),
    text_column("text"),
    time_column("due_at"),
    time_column("made_at"),
    sa.Column("number", sa.BigInteger),
    sa.Column("owner", sa.Text, nullable=False, server_default="team"),
    sa.Column("state", sa.Text, nullable=False, server_default="open"),
    sa.Column("by_reply", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("closed_at", Utc),
    sa.Column("kept_number", sa.BigInteger),
    sa.Column("why", sa.Text),
    sa.Column("reminded_at", Utc),
    sa.Column("tell_at", Utc),
    sa.Column("told_number", sa.BigInteger),
    sa.Column("channel", sa.Text),
    original_column(),
    sa.Index("ix_promises_id", "id"),
    sa.Index("ix_promises_state", "state", "due_at"),
    sa.Index("ix_promises_owed", "customer_id", "due_at", **where("closed_at IS NULL")),
    sa.Index("ix_promises_tell", "tell_at", **where("tell_at IS NOT NULL")),
)


handoffs = sa.Table(
    "handoffs",
    metadata,
    customer_id_column(),
    sa.Column("id", sa.Text, primary_key=True),
    text_column("state"),
    text_column("reason"),
    time_column("requested_at"),
    sa.Column("requested_number", sa.BigInteger, nullable=False),
    sa.Column("agent_id", sa.Text),
    sa.Column("accepted_at", Utc),
    sa.Column("closed_at", Utc),
    sa.Column("department", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("offered_to", sa.Text),
    sa.Column("offered_until", Utc),
    sa.Column("first_accepted_at", Utc),
    sa.Column("follows", sa.Text),
    sa.Column("patience", sa.Integer),
    sa.Column("waits_until", Utc),
    sa.Column("outcome", sa.Text),
    sa.Column("contact_reason", sa.Text),
    sa.Column("asked_number", sa.BigInteger),
    sa.Column("solved", sa.Boolean),
    sa.Column("line_asked_number", sa.BigInteger),
    sa.Column("line_number", sa.BigInteger),
    sa.Column("agreed", sa.Text),
    sa.Column("chosen_number", sa.BigInteger),
    sa.Column("reply_channel", sa.Text),
    sa.Column("reply_address_id", sa.Text),
    sa.Column("told_place", sa.Integer),
    sa.Column("agreed_values", Json),
    original_column(),
    sa.Index("ix_handoffs_id", "id"),
    sa.Index("ix_handoffs_state", "state", "requested_at"),
    sa.Index("ix_handoffs_requested", "customer_id", "requested_at"),
    sa.Index("uq_handoffs_open", "customer_id", unique=True, **where("closed_at IS NULL")),
    sa.Index("ix_handoffs_agent", "agent_id", **where("closed_at IS NULL")),
    sa.Index("ix_handoffs_offered_to", "offered_to", **where("offered_to IS NOT NULL")),
    sa.Index("ix_handoffs_offered_until", "offered_until", **where("offered_until IS NOT NULL")),
    sa.Index("ix_handoffs_waits_until", "waits_until", **where("waits_until IS NOT NULL")),
    sa.Index("ix_handoffs_waited", "department", "first_accepted_at", **where("first_accepted_at IS NOT NULL")),
    sa.Index("ix_handoffs_first_accepted", "first_accepted_at", **where("first_accepted_at IS NOT NULL")),
)


handoff_moves = sa.Table(
    "handoff_moves",
    metadata,
    customer_id_column(),
    id_column(),
    text_column("handoff_id"),
    sa.Column("from_state", sa.Text),
    text_column("to_state"),
    sa.Column("by", sa.Text),
    sa.Column("why", sa.Text),
    sa.Column("agent_id", sa.Text),
    time_column("at"),
    original_column(),
    sa.Index("ix_handoff_moves_handoff", "customer_id", "handoff_id"),
)


notes = sa.Table(
    "notes",
    metadata,
    customer_id_column(),
    id_column(),
    text_column("handoff_id"),
    text_column("agent_id"),
    text_column("text"),
    time_column("at"),
    original_column(),
    sa.Index("ix_notes_handoff", "customer_id", "handoff_id"),
)


mentions = sa.Table(
    "mentions",
    metadata,
    customer_id_column(),
    id_column(),
    sa.Column("agent_id", sa.Text, primary_key=True),
    text_column("handoff_id"),
    time_column("at"),
    sa.Column("read_at", Utc),
    original_column(),
    sa.Index("ix_mentions_unread", "agent_id", "id", **where("read_at IS NULL")),
)
