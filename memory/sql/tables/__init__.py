"""The tables. All but the lookups below are keyed by `customer_id` first, so that they can be spread by customer.

Lookups, found before a customer is known: routes, link_codes, refused_codes, channel_marks, agents, agent_sessions,
agent_resets, readings, canned_replies, desk_hours, saved_filters, faq_entries, faq_versions.
`original_customer_id` names the side of a row: the customer who was merged into this one and from whom it came, or at
whose address it was written since; empty for the customer's own. How each table moves is told in `moving`.
`audit_log` names no customer. What erasing does with each table is told in `holdings`.
Called by the store modules and by the migrations' comparison test.
"""

from __future__ import annotations

from memory.sql.tables.casework import (
    attempts,
    case_moves,
    cases,
    facts,
    given_values,
    handoff_moves,
    handoffs,
    mentions,
    notes,
    promises,
)
from memory.sql.tables.columns import Json, Utc, metadata, row_ids
from memory.sql.tables.custody import audit_log, export_links, link_codes, merges, refused_codes, set_aside
from memory.sql.tables.desk import (
    agent_resets,
    agent_sessions,
    agents,
    canned_replies,
    desk_hours,
    faq_entries,
    faq_versions,
    readings,
    saved_filters,
)
from memory.sql.tables.talk import (
    addresses,
    channel_marks,
    customers,
    dialogue_states,
    files,
    inbox,
    letter_deeds,
    messages,
    notices,
    outbox,
    routes,
    said_words,
)

__all__ = [
    "Json",
    "Utc",
    "addresses",
    "agent_resets",
    "agent_sessions",
    "agents",
    "attempts",
    "audit_log",
    "canned_replies",
    "case_moves",
    "cases",
    "channel_marks",
    "customers",
    "desk_hours",
    "dialogue_states",
    "export_links",
    "facts",
    "faq_entries",
    "faq_versions",
    "files",
    "given_values",
    "handoff_moves",
    "handoffs",
    "inbox",
    "letter_deeds",
    "link_codes",
    "mentions",
    "merges",
    "messages",
    "metadata",
    "notes",
    "notices",
    "outbox",
    "promises",
    "readings",
    "refused_codes",
    "routes",
    "row_ids",
    "said_words",
    "saved_filters",
    "set_aside",
]
