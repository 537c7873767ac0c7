"""What is kept of a customer, table by table, and what becomes of it when they want it erased or handed out.

One line for each table that is keyed by customer; `erasing`, `blanking` of facts and the export all go by it.
A test fails for a table without a line here and for a text column that no line names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from memory.sql import tables as t


@dataclass(frozen=True, slots=True)
class Holding:
    """One table. Every row of it goes with its customer.

    `title` is how an export calls it. `words` are the columns that may hold what somebody said or is, and are blanked
    where a forgotten fact stands in them; `plain` are the other texts: ids, names of states and of agents.
    `stays` marks who the customer is and where they write from, which stays when only the conversation is forgotten.
    """

    title: str
    words: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    stays: bool = False


HOLDINGS: Mapping[sa.Table, Holding] = {
    t.customers: Holding(
        "Who you are",
        ("name", "email", "email_key"),
        ("subject", "last_channel", "last_address_id", "merged_into"),
        stays=True,
    ),
    t.addresses: Holding("Where you write from", plain=("proof", "closed_why"), stays=True),
    t.routes: Holding("Which address leads to you", plain=("scope",), stays=True),
    t.link_codes: Holding("Codes that link an address", plain=("use", "used_by_channel"), stays=True),
    t.merges: Holding(
        "Addresses that were linked",
        ("lent",),
        ("from_customer_id", "into_customer_id", "proof", "why", "by", "undone_by", "undone_why"),
        stays=True,
    ),
    t.set_aside: Holding("What was set aside when addresses were linked", ("row",), ("of_table",)),
    t.facts: Holding("What was learnt about you", ("key", "value")),
    t.messages: Holding(
        "What was said",
        ("text", "buttons", "custom", "payload", "attachments"),
        ("author", "client_id", "agent_name"),
    ),
    t.inbox: Holding("What has arrived", ("body", "broke_with"), ("link",)),
    t.outbox: Holding("What was sent", ("reason",), ("author", "state", "topic")),
    t.letter_deeds: Holding(
        "What our team did about messages that did not arrive", ("why",), ("box", "deed", "agent_id")
    ),
    t.notices: Holding("What you were told without having asked", plain=("topic", "key")),
    t.dialogue_states: Holding(
        "Where the conversation stands", ("snapshot", "goal", "collected"), ("task", "given_back_from")
    ),
    t.cases: Holding("What you wanted", ("title", "about"), ("key", "topic", "state", "handoff_id")),
    t.case_moves: Holding("How it went", plain=("from_state", "to_state")),
    t.attempts: Holding("Answers that were tried", ("title",), ("faq_id",)),
    t.given_values: Holding("What you told us for it", ("label", "value")),
    t.promises: Holding("What you were promised", ("text", "why"), ("owner", "state")),
    t.handoffs: Holding(
        "Requests for a person",
        ("agreed", "agreed_values"),
        plain=(
            *("state", "reason", "agent_id", "department", "language", "offered_to", "follows"),
            *("outcome", "contact_reason", "reply_channel", "reply_address_id"),
        ),
    ),
    t.handoff_moves: Holding(
        "What became of them", ("why",), ("handoff_id", "from_state", "to_state", "by", "agent_id")
    ),
    t.said_words: Holding("Words by which our team finds your conversations", plain=("word",)),
    t.notes: Holding("Notes of our team", ("text",), ("handoff_id", "agent_id")),
    t.files: Holding("Files that were sent, their content in base64", ("name",), ("media_type", "content")),
    t.mentions: Holding("Whom notes of our team call", plain=("handoff_id", "agent_id")),
    t.export_links: Holding("Links to your data"),
}

KEYS = frozenset({"customer_id", "original_customer_id", "id", "channel", "address_id"})
"""Columns of many tables that hold ids only."""

SECRETS = frozenset({"code_hash", "link_hash", "provider_key", "used_by_address_id"})
"""Ids that are of no use to a reader, or not theirs to have; they are not exported."""

OF_NOBODY: Mapping[sa.Table, str] = {
    t.agents: "the people at the desk",
    t.agent_sessions: "the people at the desk",
    t.agent_resets: "the people at the desk",
    t.readings: "that an agent was shown something; of whom, only the customer tells while they are there",
    t.canned_replies: "what the people at the desk keep to say again, with {customer_name} where a name goes",
    t.desk_hours: "when people answer, as admins set it",
    t.saved_filters: "what parts of the queue the people at the desk look at",
    t.faq_entries: "what the shop publishes; it was written or approved by a lead",
    t.faq_versions: "what the shop published before",
    t.refused_codes: "where wrong codes came from in the last minutes, so that guessing can be stopped",
    t.channel_marks: "what a channel has done once for all time, such as greeting a group",
    t.audit_log: "that something was erased or handed out, without a word of whose it was",
}
"""Tables that hold nothing of customers, and what they hold instead."""
