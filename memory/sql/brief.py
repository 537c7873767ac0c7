"""What an agent must know before writing a word, read for one handoff. Called by `handoffs`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from memory.errors import UnknownCustomer
from memory.model import (
    Address,
    Attempt,
    Brief,
    Cursor,
    CustomerId,
    Handoff,
    Message,
    PastHandoff,
)
from memory.rules import PAST_HANDOFFS, TRIED_WITHIN
from memory.sql import tables as t
from memory.sql.cases import told_cases
from memory.sql.casework import last_handoffs
from memory.sql.engine import Tx
from memory.sql.facts import current_facts
from memory.sql.given import given_lately
from memory.sql.people import find_customer
from memory.sql.promise_rows import shown_promises
from memory.sql.transcript import message_numbered


def read_brief(tx: Tx, handoff: Handoff) -> Brief:
    """The brief as it is now."""
    customer = find_customer(tx, handoff.customer_id)
    if customer is None:
        raise UnknownCustomer
    states = t.dialogue_states.c
    dialogue = tx.first(sa.select(states.goal, states.collected, states.task).where(states.customer_id == customer.id))
    return Brief(
        customer=customer,
        addresses=_addresses(tx, customer.id),
        goal=dialogue.goal if dialogue else None,
        collected=dialogue.collected if dialogue else {},
        tried=_tried(tx, customer.id),
        reason=handoff.reason,
        asked_in=message_numbered(tx, customer.id, handoff.requested_number),
        facts=sorted(current_facts(tx, customer.id), key=lambda fact: fact.key),
        promises=shown_promises(tx, customer.id),
        cases=told_cases(tx, customer.id),
        given=given_lately(tx, customer.id),
        past=_past(tx, customer.id),
        task=dialogue.task if dialogue else None,
        awaiting=handoff.awaiting,
    )


def _past(tx: Tx, customer_id: CustomerId) -> Sequence[PastHandoff]:
    ended = [handoff for handoff in last_handoffs(tx, customer_id) if handoff.closed_at and handoff.agent_id]
    ended.sort(key=lambda handoff: handoff.closed_at or handoff.requested_at, reverse=True)
    return [PastHandoff(handoff, _line(tx, handoff)) for handoff in ended[:PAST_HANDOFFS]]


def _line(tx: Tx, handoff: Handoff) -> Message | None:
    number = handoff.feedback.line_in if handoff.feedback else None
    return None if number is None else message_numbered(tx, handoff.customer_id, number)


def _rows(tx: Tx, statement: sa.Select[Any]) -> Sequence[Any]:
    return tx.run(statement).all()


def _addresses(tx: Tx, customer_id: CustomerId) -> Sequence[Address]:
    """The address last used comes first."""
    of = t.addresses.c
    used = sa.select(of.channel, of.address_id).where(of.customer_id == customer_id)
    return [Address(row.channel, row.address_id) for row in _rows(tx, used.order_by(of.last_used_at.desc()))]


def _tried(tx: Tx, customer_id: CustomerId) -> Sequence[Attempt]:
    of = t.attempts.c
    recent = sa.select(t.attempts).where(of.customer_id == customer_id, of.at > tx.now - TRIED_WITHIN)
    return [
        Attempt(row.faq_id, row.title, row.confidence, Cursor(row.number), row.helped)
        for row in _rows(tx, recent.order_by(of.id))
    ]
