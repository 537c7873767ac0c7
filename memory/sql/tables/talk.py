"""Tables of who writes, what was said, and what is to be sent."""

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

customers = sa.Table(
    "customers",
    metadata,
    sa.Column("customer_id", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("email_key", sa.Text, index=True),
    time_column("created_at"),
    sa.Column("last_number", sa.BigInteger, nullable=False),
    sa.Column("renumbered", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_contact_at", Utc),
    sa.Column("last_channel", sa.Text),
    sa.Column("last_address_id", sa.Text),
    sa.Column("merged_into", sa.Text),
    sa.Column("valued", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_customers_merged_into", "merged_into", **where("merged_into IS NOT NULL")),
    sa.Index("ix_customers_last_contact", "last_contact_at", **where("merged_into IS NULL")),
    sa.Index("ix_customers_silent", "created_at", **where("last_contact_at IS NULL AND merged_into IS NULL")),
)


routes = sa.Table(
    "routes",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("address_id", sa.Text, primary_key=True),
    sa.Column("customer_id", sa.Text, nullable=False, index=True),
    original_column(),
)


addresses = sa.Table(
    "addresses",
    metadata,
    customer_id_column(),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("address_id", sa.Text, primary_key=True),
    text_column("proof"),
    time_column("linked_at"),
    time_column("last_used_at"),
    sa.Column("closed_why", sa.Text),
    original_column(),
)


channel_marks = sa.Table(
    "channel_marks",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("mark", sa.Text, primary_key=True),
    time_column("at"),
)
"""What a channel has done once for all time, such as greeting a group. Nothing of customers."""


inbox = sa.Table(
    "inbox",
    metadata,
    customer_id_column(),
    id_column(),
    text_column("channel"),
    text_column("address_id"),
    text_column("provider_key"),
    time_column("received_at"),
    sa.Column("body", Json, nullable=False),
    sa.Column("link", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("handled_at", Utc),
    sa.Column("broke_with", sa.Text),
    sa.Column("given_up_number", sa.BigInteger),
    sa.Column("dismissed_at", Utc),
    original_column(),
    sa.UniqueConstraint("customer_id", "channel", "address_id", "provider_key"),
    sa.Index("ix_inbox_id", "id"),
    sa.Index("ix_inbox_waiting", "id", "customer_id", **where("handled_at IS NULL")),
    sa.Index("ix_inbox_waiting_of_customer", "customer_id", "id", **where("handled_at IS NULL")),
    sa.Index("ix_inbox_dead", "handled_at", **where("given_up_number IS NOT NULL AND dismissed_at IS NULL")),
)


messages = sa.Table(
    "messages",
    metadata,
    customer_id_column(),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    text_column("author"),
    text_column("channel"),
    text_column("text"),
    time_column("at"),
    sa.Column("buttons", Json),
    sa.Column("custom", Json),
    sa.Column("payload", sa.Text),
    sa.Column("client_id", sa.Text),
    sa.Column("agent_name", sa.Text),
    sa.Column("attachments", Json),
    sa.Column("reply_to", sa.BigInteger),
    original_column(),
    sa.Index("ix_messages_author", "customer_id", "author", "number"),
    sa.Index("ix_messages_reply_to", "customer_id", "reply_to", "number", **where("reply_to IS NOT NULL")),
    sa.Index("ix_messages_to_be_asked_for", "customer_id", "channel", **where("author = 'agent' AND reply_to IS NULL")),
)


said_words = sa.Table(
    "said_words",
    metadata,
    customer_id_column(),
    sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
    original_column(),
    sa.Index("ix_said_words_word", "word", "customer_id"),
)
"""The words of customers who have had a handoff, each once, by which agents find their conversations.

In the order of their bytes, so that the index finds them by their beginnings in any language.
"""


dialogue_states = sa.Table(
    "dialogue_states",
    metadata,
    customer_id_column(),
    text_column("snapshot"),
    sa.Column("task", sa.Text),
    sa.Column("goal", sa.Text),
    sa.Column("collected", Json, nullable=False),
    time_column("updated_at"),
    sa.Column("ended_by_person_at", Utc),
    sa.Column("heard_number", sa.BigInteger),
    sa.Column("given_back_from", sa.Text),
    original_column(),
)


files = sa.Table(
    "files",
    metadata,
    customer_id_column(),
    sa.Column("id", sa.Text, primary_key=True),
    text_column("name"),
    text_column("media_type"),
    sa.Column("size", sa.BigInteger, nullable=False),
    text_column("content"),
    time_column("at"),
    original_column(),
)


outbox = sa.Table(
    "outbox",
    metadata,
    customer_id_column(),
    id_column(),
    sa.Column("number", sa.BigInteger, nullable=False),
    text_column("channel"),
    text_column("address_id"),
    text_column("author"),
    text_column("state"),
    sa.Column("attempts", sa.Integer, nullable=False),
    time_column("due_at"),
    sa.Column("topic", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("sender", sa.BigInteger),
    sa.Column("settled_at", Utc),
    sa.Column("last_try", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("dismissed_at", Utc),
    original_column(),
    sa.Index("ix_outbox_id", "id"),
    sa.Index("ix_outbox_message", "customer_id", "number"),
    sa.Index("ix_outbox_due", "due_at", "id", **where("state = 'pending'")),
    sa.Index("ix_outbox_held", "due_at", "id", **where("state = 'held'")),
    sa.Index("ix_outbox_unsettled", "customer_id", "id", **where("state IN ('pending', 'sending')")),
    sa.Index("ix_outbox_sending", "sender", **where("state = 'sending'")),
    sa.Index("ix_outbox_dead", "settled_at", **where("state IN ('failed', 'unknown') AND dismissed_at IS NULL")),
)


letter_deeds = sa.Table(
    "letter_deeds",
    metadata,
    customer_id_column(),
    id_column(),
    text_column("box"),
    sa.Column("letter_id", sa.BigInteger, nullable=False),
    text_column("channel"),
    text_column("deed"),
    text_column("agent_id"),
    sa.Column("why", sa.Text),
    time_column("at"),
    original_column(),
    sa.Index("ix_letter_deeds_id", "id"),
)
"""What agents have done with messages that did not arrive, or could not be handled."""


notices = sa.Table(
    "notices",
    metadata,
    customer_id_column(),
    id_column(),
    text_column("topic"),
    text_column("key"),
    sa.Column("number", sa.BigInteger, nullable=False),
    time_column("at"),
    original_column(),
    sa.UniqueConstraint("customer_id", "key"),
    sa.Index("ix_notices_at", "customer_id", "at"),
)
