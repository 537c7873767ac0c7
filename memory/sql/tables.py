"""The tables. All but the lookups below are keyed by `customer_id` first, so that they can be spread by customer.

Lookups, found before a customer is known: routes, link_codes, refused_codes, agents, agent_sessions, agent_resets,
readings, canned_replies, desk_hours, saved_filters, faq_entries, faq_versions.
`original_customer_id` names the side of a row: the customer who was merged into this one and from whom it came, or at
whose address it was written since; empty for the customer's own. How each table moves is told in `moving`.
`audit_log` names no customer. What erasing does with each table is told in `holdings`.
Called by the store modules and by the migrations' comparison test.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

row_ids = sa.Sequence("row_ids", metadata=metadata)
"""Where PostgreSQL gets row ids; on SQLite a table of this name, made by its migration, has the last of each table."""


class Utc(sa.types.TypeDecorator[datetime]):
    """Aware datetimes in UTC, also on SQLite, which keeps no time zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse naive values: nobody could say what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Name the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


Json = sa.JSON(none_as_null=True)


def _customer_id() -> sa.Column[str]:
    return sa.Column("customer_id", sa.Text, sa.ForeignKey("customers.customer_id"), primary_key=True)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False)


def _side(context: Any) -> str | None:
    """Whose address the running transaction writes for; see `Tx.side`."""
    side: str | None = context.execution_options.get("side")
    return side


def _original() -> sa.Column[str]:
    return sa.Column("original_customer_id", sa.Text, default=_side)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _time(name: str) -> sa.Column[datetime]:
    return sa.Column(name, Utc, nullable=False)


customers = sa.Table(
    "customers",
    metadata,
    sa.Column("customer_id", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("email_key", sa.Text, index=True),
    _time("created_at"),
    sa.Column("last_number", sa.BigInteger, nullable=False),
    sa.Column("renumbered", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_contact_at", Utc),
    sa.Column("last_channel", sa.Text),
    sa.Column("last_address_id", sa.Text),
    sa.Column("merged_into", sa.Text),
    sa.Column("valued", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_customers_merged_into", "merged_into", **_where("merged_into IS NOT NULL")),
    sa.Index("ix_customers_last_contact", "last_contact_at", **_where("merged_into IS NULL")),
    sa.Index("ix_customers_silent", "created_at", **_where("last_contact_at IS NULL AND merged_into IS NULL")),
)

routes = sa.Table(
    "routes",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("address_id", sa.Text, primary_key=True),
    sa.Column("customer_id", sa.Text, nullable=False, index=True),
    _original(),
)

addresses = sa.Table(
    "addresses",
    metadata,
    _customer_id(),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("address_id", sa.Text, primary_key=True),
    _text("proof"),
    _time("linked_at"),
    _time("last_used_at"),
    _original(),
)

inbox = sa.Table(
    "inbox",
    metadata,
    _customer_id(),
    _id(),
    _text("channel"),
    _text("address_id"),
    _text("provider_key"),
    _time("received_at"),
    sa.Column("body", Json, nullable=False),
    sa.Column("link", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("handled_at", Utc),
    _original(),
    sa.UniqueConstraint("customer_id", "channel", "address_id", "provider_key"),
    sa.Index("ix_inbox_id", "id"),
    sa.Index("ix_inbox_waiting", "id", "customer_id", **_where("handled_at IS NULL")),
    sa.Index("ix_inbox_waiting_of_customer", "customer_id", "id", **_where("handled_at IS NULL")),
)

messages = sa.Table(
    "messages",
    metadata,
    _customer_id(),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("author"),
    _text("channel"),
    _text("text"),
    _time("at"),
    sa.Column("buttons", Json),
    sa.Column("custom", Json),
    sa.Column("payload", sa.Text),
    sa.Column("client_id", sa.Text),
    sa.Column("agent_name", sa.Text),
    sa.Column("attachments", Json),
    sa.Column("reply_to", sa.BigInteger),
    _original(),
    sa.Index("ix_messages_author", "customer_id", "author", "number"),
    sa.Index("ix_messages_reply_to", "customer_id", "reply_to", "number", **_where("reply_to IS NOT NULL")),
    sa.Index(
        "ix_messages_to_be_asked_for", "customer_id", "channel", **_where("author = 'agent' AND reply_to IS NULL")
    ),
)

dialogue_states = sa.Table(
    "dialogue_states",
    metadata,
    _customer_id(),
    _text("snapshot"),
    sa.Column("task", sa.Text),
    sa.Column("goal", sa.Text),
    sa.Column("collected", Json, nullable=False),
    _time("updated_at"),
    sa.Column("ended_by_person_at", Utc),
    sa.Column("heard_number", sa.BigInteger),
    sa.Column("given_back_from", sa.Text),
    _original(),
)

handoffs = sa.Table(
    "handoffs",
    metadata,
    _customer_id(),
    sa.Column("id", sa.Text, primary_key=True),
    _text("state"),
    _text("reason"),
    _time("requested_at"),
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
    sa.Column("agreed_values", Json),
    _original(),
    sa.Index("ix_handoffs_id", "id"),
    sa.Index("ix_handoffs_state", "state", "requested_at"),
    sa.Index("ix_handoffs_requested", "customer_id", "requested_at"),
    sa.Index("uq_handoffs_open", "customer_id", unique=True, **_where("closed_at IS NULL")),
    sa.Index("ix_handoffs_agent", "agent_id", **_where("closed_at IS NULL")),
    sa.Index("ix_handoffs_offered_to", "offered_to", **_where("offered_to IS NOT NULL")),
    sa.Index("ix_handoffs_offered_until", "offered_until", **_where("offered_until IS NOT NULL")),
    sa.Index("ix_handoffs_waits_until", "waits_until", **_where("waits_until IS NOT NULL")),
    sa.Index("ix_handoffs_waited", "department", "first_accepted_at", **_where("first_accepted_at IS NOT NULL")),
    sa.Index("ix_handoffs_first_accepted", "first_accepted_at", **_where("first_accepted_at IS NOT NULL")),
)

handoff_moves = sa.Table(
    "handoff_moves",
    metadata,
    _customer_id(),
    _id(),
    _text("handoff_id"),
    sa.Column("from_state", sa.Text),
    _text("to_state"),
    sa.Column("by", sa.Text),
    sa.Column("why", sa.Text),
    sa.Column("agent_id", sa.Text),
    _time("at"),
    _original(),
    sa.Index("ix_handoff_moves_handoff", "customer_id", "handoff_id"),
)

said_words = sa.Table(
    "said_words",
    metadata,
    _customer_id(),
    sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
    _original(),
    sa.Index("ix_said_words_word", "word", "customer_id"),
)
"""The words of customers who have had a handoff, each once, by which agents find their conversations.

In the order of their bytes, so that the index finds them by their beginnings in any language.
"""

notes = sa.Table(
    "notes",
    metadata,
    _customer_id(),
    _id(),
    _text("handoff_id"),
    _text("agent_id"),
    _text("text"),
    _time("at"),
    _original(),
    sa.Index("ix_notes_handoff", "customer_id", "handoff_id"),
)

files = sa.Table(
    "files",
    metadata,
    _customer_id(),
    sa.Column("id", sa.Text, primary_key=True),
    _text("name"),
    _text("media_type"),
    sa.Column("size", sa.BigInteger, nullable=False),
    _text("content"),
    _time("at"),
    _original(),
)

mentions = sa.Table(
    "mentions",
    metadata,
    _customer_id(),
    _id(),
    sa.Column("agent_id", sa.Text, primary_key=True),
    _text("handoff_id"),
    _time("at"),
    sa.Column("read_at", Utc),
    _original(),
    sa.Index("ix_mentions_unread", "agent_id", "id", **_where("read_at IS NULL")),
)

cases = sa.Table(
    "cases",
    metadata,
    _customer_id(),
    _id(),
    _text("key"),
    _text("topic"),
    _text("title"),
    sa.Column("about", Json, nullable=False),
    _text("channel"),
    _time("opened_at"),
    _time("touched_at"),
    _text("state"),
    sa.Column("closed_at", Utc),
    sa.Column("handoff_id", sa.Text),
    _original(),
    sa.Index("ix_cases_id", "id"),
    sa.Index("uq_cases_key", "customer_id", "key", unique=True),
    sa.Index("ix_cases_touched", "customer_id", "touched_at"),
    sa.Index("ix_cases_closed", "customer_id", "closed_at"),
    sa.Index("ix_cases_handoff", "customer_id", "handoff_id", **_where("handoff_id IS NOT NULL")),
)

case_moves = sa.Table(
    "case_moves",
    metadata,
    _customer_id(),
    _id(),
    sa.Column("case_id", sa.BigInteger, nullable=False),
    _text("from_state"),
    _text("to_state"),
    _time("at"),
    _original(),
    sa.Index("ix_case_moves_id", "id"),
    sa.Index("ix_case_moves_case", "customer_id", "case_id"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    _customer_id(),
    _id(),
    _text("faq_id"),
    _text("title"),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("helped", sa.Boolean),
    _time("at"),
    _original(),
    sa.Index("ix_attempts_at", "customer_id", "at"),
    sa.Index("ix_attempts_unrated", "customer_id", "id", **_where("helped IS NULL")),
    sa.Index("ix_attempts_received", "faq_id", "helped", **_where("helped IS NOT NULL")),
)

facts = sa.Table(
    "facts",
    metadata,
    _customer_id(),
    _id(),
    _text("key"),
    _text("value"),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    _time("at"),
    sa.Column("valid_until", Utc),
    sa.Column("superseded_by", sa.BigInteger),
    _original(),
    sa.Index("ix_facts_key", "customer_id", "key"),
    sa.Index("uq_facts_current", "customer_id", "key", unique=True, **_where("valid_until IS NULL")),
)

given_values = sa.Table(
    "given_values",
    metadata,
    _customer_id(),
    _id(),
    _text("label"),
    _text("value"),
    sa.Column("number", sa.BigInteger, nullable=False),
    _time("at"),
    _original(),
    sa.Index("ix_given_values_at", "customer_id", "at"),
)

promises = sa.Table(
    "promises",
    metadata,
    _customer_id(),
    _id(),
    _text("text"),
    _time("due_at"),
    _time("made_at"),
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
    _original(),
    sa.Index("ix_promises_id", "id"),
    sa.Index("ix_promises_state", "state", "due_at"),
    sa.Index("ix_promises_owed", "customer_id", "due_at", **_where("closed_at IS NULL")),
    sa.Index("ix_promises_tell", "tell_at", **_where("tell_at IS NOT NULL")),
)

outbox = sa.Table(
    "outbox",
    metadata,
    _customer_id(),
    _id(),
    sa.Column("number", sa.BigInteger, nullable=False),
    _text("channel"),
    _text("address_id"),
    _text("author"),
    _text("state"),
    sa.Column("attempts", sa.Integer, nullable=False),
    _time("due_at"),
    sa.Column("topic", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("sender", sa.BigInteger),
    sa.Column("settled_at", Utc),
    _original(),
    sa.Index("ix_outbox_id", "id"),
    sa.Index("ix_outbox_message", "customer_id", "number"),
    sa.Index("ix_outbox_due", "due_at", "id", **_where("state = 'pending'")),
    sa.Index("ix_outbox_held", "due_at", "id", **_where("state = 'held'")),
    sa.Index("ix_outbox_unsettled", "customer_id", "id", **_where("state IN ('pending', 'sending')")),
    sa.Index("ix_outbox_sending", "sender", **_where("state = 'sending'")),
)

notices = sa.Table(
    "notices",
    metadata,
    _customer_id(),
    _id(),
    _text("topic"),
    _text("key"),
    sa.Column("number", sa.BigInteger, nullable=False),
    _time("at"),
    _original(),
    sa.UniqueConstraint("customer_id", "key"),
    sa.Index("ix_notices_at", "customer_id", "at"),
)

link_codes = sa.Table(
    "link_codes",
    metadata,
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("customer_id", sa.Text, nullable=False, index=True),
    sa.Column("use", sa.Text, nullable=False, server_default="link"),
    _time("issued_at"),
    _time("expires_at"),
    sa.Column("used_at", Utc),
    sa.Column("used_by_channel", sa.Text),
    sa.Column("used_by_address_id", sa.Text),
)

refused_codes = sa.Table(
    "refused_codes",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("channel"),
    _text("address_id"),
    _time("at"),
    sa.Index("ix_refused_codes_at", "at"),
    sa.Index("ix_refused_codes_address", "channel", "address_id", "at"),
)

export_links = sa.Table(
    "export_links",
    metadata,
    _customer_id(),
    sa.Column("link_hash", sa.Text, primary_key=True),
    _time("issued_at"),
    _time("expires_at"),
    _original(),
    sa.Index("ix_export_links_hash", "link_hash"),
)

audit_log = sa.Table(
    "audit_log",
    metadata,
    _id(),
    _time("at"),
    _text("deed"),
    _text("by"),
    sa.Column("channel", sa.Text),
    sa.Column("what", sa.Text),
    sa.Column("reference", sa.Text),
)

merges = sa.Table(
    "merges",
    metadata,
    _customer_id(),
    _id(),
    _text("from_customer_id"),
    _text("into_customer_id"),
    _text("proof"),
    _text("why"),
    _text("by"),
    sa.Column("channel", sa.Text),
    sa.Column("address_id", sa.Text),
    _time("at"),
    sa.Column("last_number", sa.BigInteger, nullable=False),
    sa.Column("lent", Json, nullable=False),
    sa.Column("undone_at", Utc),
    sa.Column("undone_by", sa.Text),
    sa.Column("undone_why", sa.Text),
    _original(),
    sa.Index("ix_merges_id", "id"),
)

set_aside = sa.Table(
    "set_aside",
    metadata,
    _customer_id(),
    _id(),
    _text("of_table"),
    sa.Column("row", Json, nullable=False),
    _time("at"),
    _original(),
)

agents = sa.Table(
    "agents",
    metadata,
    sa.Column("agent_id", sa.Text, primary_key=True),
    _text("email"),
    sa.Column("email_key", sa.Text, nullable=False, unique=True),
    _text("name"),
    _text("role"),
    _text("password_hash"),
    _time("created_at"),
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
    _time("opened_at"),
    _time("expires_at"),
)

agent_resets = sa.Table(
    "agent_resets",
    metadata,
    sa.Column("reset_id", sa.Text, primary_key=True),
    sa.Column("agent_id", sa.Text, sa.ForeignKey("agents.agent_id"), nullable=False, index=True),
    _text("seal"),
    _time("issued_at"),
    _time("expires_at"),
)

readings = sa.Table(
    "readings",
    metadata,
    _id(),
    _text("agent_id"),
    _text("handoff_id"),
    _time("at"),
    sa.Index("ix_readings_handoff", "handoff_id", "agent_id", "at"),
)


def _faq_content() -> list[sa.Column[Any]]:
    return [
        *(_text(name) for name in ("question", "answer", "department", "language")),
        *(sa.Column(name, Json, nullable=False) for name in ("phrasings", "tags", "tests")),
        *(sa.Column(name, Utc) for name in ("valid_from", "valid_until")),
    ]


canned_replies = sa.Table(
    "canned_replies",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("owner"),
    _text("name"),
    _text("name_key"),
    _text("text"),
    _text("by"),
    _time("at"),
    sa.UniqueConstraint("owner", "name_key"),
)

desk_hours = sa.Table(
    "desk_hours",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    *(_text(name) for name in ("hours", "time_zone", "holidays", "by")),
    _time("at"),
)

saved_filters = sa.Table(
    "saved_filters",
    metadata,
    sa.Column("agent_id", sa.Text, primary_key=True),
    sa.Column("filters", Json, nullable=False),
    _time("at"),
)

faq_entries = sa.Table(
    "faq_entries",
    metadata,
    sa.Column("faq_id", sa.Text, primary_key=True),
    *_faq_content(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("edited", sa.Boolean, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    _time("updated_at"),
)

faq_versions = sa.Table(
    "faq_versions",
    metadata,
    sa.Column("faq_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    *_faq_content(),
    sa.Column("by", sa.Text),
    sa.Column("deleted", sa.Boolean, nullable=False),
    _time("at"),
)
