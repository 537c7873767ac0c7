"""The first schema. Frozen: later changes are later migrations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON()


def upgrade() -> None:
    """Create everything."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE row_ids")
    _agents()
    _customers()
    _faq_entries()
    _faq_versions()
    _link_codes()
    _routes()
    _addresses()
    _agent_sessions()
    _attempts()
    _cases()
    _dialogue_states()
    _facts()
    _handoff_moves()
    _handoffs()
    _inbox()
    _merges()
    _messages()
    _notes()
    _outbox()
    _promises()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _time(name: str) -> sa.Column[datetime]:
    return sa.Column(name, _TIME, nullable=False)


def _of_customer(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], name=name)


def _index(name: str, table: str, columns: Sequence[str], *, unique: bool = False, where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def _agents() -> None:
    op.create_table(
        "agents",
        _text("agent_id"),
        _text("email"),
        _text("email_key"),
        _text("name"),
        _text("role"),
        _text("password_hash"),
        _time("created_at"),
        sa.Column("last_seen_at", _TIME),
        sa.PrimaryKeyConstraint("agent_id", name="pk_agents"),
        sa.UniqueConstraint("email_key", name="uq_agents_email_key"),
    )
    _index("ix_agents_last_seen_at", "agents", ["last_seen_at"])


def _customers() -> None:
    op.create_table(
        "customers",
        _text("customer_id"),
        sa.Column("subject", sa.Text),
        sa.Column("name", sa.Text),
        sa.Column("email", sa.Text),
        _time("created_at"),
        sa.Column("last_number", sa.BigInteger, nullable=False),
        sa.Column("last_contact_at", _TIME),
        sa.Column("last_channel", sa.Text),
        sa.Column("last_address_id", sa.Text),
        sa.Column("merged_into", sa.Text),
        sa.PrimaryKeyConstraint("customer_id", name="pk_customers"),
    )


def _faq_entries() -> None:
    op.create_table(
        "faq_entries",
        _text("faq_id"),
        _text("question"),
        _text("answer"),
        _text("department"),
        sa.Column("phrasings", _JSON, nullable=False),
        sa.Column("tags", _JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("edited", sa.Boolean, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        _time("updated_at"),
        sa.PrimaryKeyConstraint("faq_id", name="pk_faq_entries"),
    )


def _faq_versions() -> None:
    op.create_table(
        "faq_versions",
        _text("faq_id"),
        sa.Column("version", sa.Integer, nullable=False),
        _text("question"),
        _text("answer"),
        _text("department"),
        sa.Column("phrasings", _JSON, nullable=False),
        sa.Column("tags", _JSON, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        _time("at"),
        sa.PrimaryKeyConstraint("faq_id", "version", name="pk_faq_versions"),
    )


def _link_codes() -> None:
    op.create_table(
        "link_codes",
        _text("code_hash"),
        _text("customer_id"),
        _time("issued_at"),
        _time("expires_at"),
        sa.Column("used_at", _TIME),
        sa.Column("used_by_channel", sa.Text),
        sa.Column("used_by_address_id", sa.Text),
        sa.PrimaryKeyConstraint("code_hash", name="pk_link_codes"),
    )
    _index("ix_link_codes_customer_id", "link_codes", ["customer_id"])


def _routes() -> None:
    op.create_table(
        "routes",
        _text("scope"),
        _text("channel"),
        _text("address_id"),
        _text("customer_id"),
        sa.PrimaryKeyConstraint("scope", "channel", "address_id", name="pk_routes"),
    )
    _index("ix_routes_customer_id", "routes", ["customer_id"])


def _addresses() -> None:
    op.create_table(
        "addresses",
        _text("customer_id"),
        _text("channel"),
        _text("address_id"),
        _text("proof"),
        _time("linked_at"),
        _time("last_used_at"),
        sa.Column("original_customer_id", sa.Text),
        _of_customer("fk_addresses_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "channel", "address_id", name="pk_addresses"),
    )


def _agent_sessions() -> None:
    op.create_table(
        "agent_sessions",
        _text("token_hash"),
        _text("agent_id"),
        _time("opened_at"),
        _time("expires_at"),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.agent_id"], name="fk_agent_sessions_agent_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_agent_sessions"),
    )
    _index("ix_agent_sessions_agent_id", "agent_sessions", ["agent_id"])


def _attempts() -> None:
    op.create_table(
        "attempts",
        _text("customer_id"),
        sa.Column("id", sa.BigInteger, nullable=False),
        _text("faq_id"),
        _text("title"),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("helped", sa.Boolean),
        _time("at"),
        sa.Column("original_customer_id", sa.Text),
        _of_customer("fk_attempts_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_attempts"),
    )
    _index("ix_attempts_at", "attempts", ["customer_id", "at"])
    _index("ix_attempts_unrated", "attempts", ["customer_id", "id"], where="helped IS NULL")


def _cases() -> None:
    op.create_table(
        "cases",
        _text("customer_id"),
        sa.Column("id", sa.BigInteger, nullable=False),
        _text("topic"),
        _text("title"),
        _text("channel"),
        _time("opened_at"),
        sa.Column("outcome", sa.Text),
        sa.Column("closed_at", _TIME),
        sa.Column("handoff_id", sa.Text),
        sa.Column("original_customer_id", sa.Text),
        _of_customer("fk_cases_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_cases"),
    )
    _index("ix_cases_handoff", "cases", ["customer_id", "handoff_id"], where="handoff_id IS NOT NULL")
    _index("ix_cases_open", "cases", ["customer_id", "topic"], where="closed_at IS NULL")
    _index("ix_cases_opened", "cases", ["customer_id", "opened_at"])


def _dialogue_states() -> None:
    op.create_table(
        "dialogue_states",
        _text("customer_id"),
        _text("snapshot"),
        sa.Column("task", sa.Text),
        sa.Column("goal", sa.Text),
        sa.Column("collected", _JSON, nullable=False),
        _time("updated_at"),
        sa.Column("ended_by_person_at", _TIME),
        _of_customer("fk_dialogue_states_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", name="pk_dialogue_states"),
    )


def _facts() -> None:
    op.create_table(
        "facts",
        _text("customer_id"),
        sa.Column("id", sa.BigInteger, nullable=False),
        _text("key"),
        _text("value"),
        sa.Column("number", sa.BigInteger, nullable=False),
        _time("at"),
        sa.Column("valid_until", _TIME),
        sa.Column("superseded_by", sa.BigInteger),
        sa.Column("original_customer_id", sa.Text),
        _of_customer("fk_facts_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_facts"),
    )
    _index("ix_facts_key", "facts", ["customer_id", "key"])
    _index("uq_facts_current", "facts", ["customer_id", "key"], unique=True, where="valid_until IS NULL")


def _handoff_moves() -> None:
    op.create_table(
        "handoff_moves",
        _text("customer_id"),
        sa.Column("id", sa.BigInteger, nullable=False),
        _text("handoff_id"),
        sa.Column("from_state", sa.Text),
        _text("to_state"),
        sa.Column("by", sa.Text),
        sa.Column("why", sa.Text),
        _time("at"),
        sa.Column("original_customer_id", sa.Text),
        _of_customer("fk_handoff_moves_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_handoff_moves"),
    )
    _index("ix_handoff_moves_handoff", "handoff_moves", ["customer_id", "handoff_id"])


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        _text("customer_id"),
        _text("id"),
        _text("state"),
        _text("reason"),
        _time("requested_at"),
        sa.Column("requested_number", sa.BigInteger, nullable=False),
        sa.Column("agent_id", sa.Text),
        sa.Column("accepted_at", _TIME),
        sa.Column("closed_at", _TIME),
        sa.Column("original_customer_id", sa.Text),
        _of_customer("fk_handoffs_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_handoffs"),
    )
    _index("ix_handoffs_id", "handoffs", ["id"])
    _index("ix_handoffs_requested", "handoffs", ["customer_id", "requested_at"])
    _index("ix_handoffs_state", "handoffs", ["state", "requested_at"])
    _index("uq_handoffs_open", "handoffs", ["customer_id"], unique=True, where="closed_at IS NULL")


def _inbox() -> None:
    op.create_table(
        "inbox",
        _text("customer_id"),
        sa.Column("id", sa.BigInteger, nullable=False),
        _text("channel"),
        _text("address_id"),
        _text("provider_key"),
        _time("received_at"),
        sa.Column("body", _JSON, nullable=False),
        sa.Column("link", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("handled_at", _TIME),
        sa.Column("original_customer_id", sa.Text),
        _of_customer("fk_inbox_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_inbox"),
        sa.UniqueConstraint(
            "customer_id",
            "channel",
            "address_id",
            "provider_key",
            name="uq_inbox_customer_id_channel_address_id_provider_key",
        ),
    )
    _index("ix_inbox_id", "inbox", ["id"])
    _index("ix_inbox_waiting", "inbox", ["id", "customer_id"], where="handled_at IS NULL")
    _index("ix_inbox_waiting_of_customer", "inbox", ["customer_id", "id"], where="handled_at IS NULL")


def _merges() -> None:
    op.create_table(
        "merges",
        _text("customer_id"),
        _text("from_customer_id"),
        _text("why"),
        _time("at"),
        sa.Column("first_number", sa.BigInteger, nullable=False),
        sa.Column("replaced_dialogue", _JSON),
        _of_customer("fk_merges_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "from_customer_id", name="pk_merges"),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        _text("customer_id"),
        sa.Column("number", sa.BigInteger, nullable=False),
        _text("author"),
        _text("channel"),
        _text("text"),
        _time("at"),
        sa.Column("buttons", _JSON),
        sa.Column("custom", _JSON),
        sa.Column("payload", sa.Text),
        sa.Column("client_id", sa.Text),
        sa.Column("agent_name", sa.Text),
        sa.Column("attachments", _JSON),
        sa.Column("reply_to", sa.BigInteger),
        sa.Column("original_customer_id", sa.Text),
        sa.Column("original_number", sa.BigInteger),
        _of_customer("fk_messages_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "number", name="pk_messages"),
    )
    _index("ix_messages_author", "messages", ["customer_id", "author", "number"])
    _index("ix_messages_reply_to", "messages", ["customer_id", "reply_to", "number"], where="reply_to IS NOT NULL")
    _index(
        "ix_messages_to_be_asked_for",
        "messages",
        ["customer_id", "channel"],
        where="author = 'agent' AND reply_to IS NULL",
    )


def _notes() -> None:
    op.create_table(
        "notes",
        _text("customer_id"),
        sa.Column("id", sa.BigInteger, nullable=False),
        _text("handoff_id"),
        _text("agent_id"),
        _text("text"),
        _time("at"),
        sa.Column("original_customer_id", sa.Text),
        _of_customer("fk_notes_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_notes"),
    )
    _index("ix_notes_handoff", "notes", ["customer_id", "handoff_id"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        _text("customer_id"),
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        _text("channel"),
        _text("address_id"),
        _text("author"),
        _text("state"),
        sa.Column("attempts", sa.Integer, nullable=False),
        _time("due_at"),
        sa.Column("reason", sa.Text),
        sa.Column("sender", sa.BigInteger),
        sa.Column("settled_at", _TIME),
        sa.Column("original_customer_id", sa.Text),
        _of_customer("fk_outbox_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_outbox"),
    )
    _index("ix_outbox_due", "outbox", ["due_at", "id"], where="state = 'pending'")
    _index("ix_outbox_id", "outbox", ["id"])
    _index("ix_outbox_message", "outbox", ["customer_id", "number"])
    _index("ix_outbox_sending", "outbox", ["sender"], where="state = 'sending'")
    _index("ix_outbox_unsettled", "outbox", ["customer_id", "id"], where="state IN ('pending', 'sending')")


def _promises() -> None:
    op.create_table(
        "promises",
        _text("customer_id"),
        sa.Column("id", sa.BigInteger, nullable=False),
        _text("text"),
        _time("due_at"),
        _time("made_at"),
        sa.Column("kept_at", _TIME),
        sa.Column("original_customer_id", sa.Text),
        _of_customer("fk_promises_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_promises"),
    )
    _index("ix_promises_owed", "promises", ["customer_id", "due_at"], where="kept_at IS NULL")
