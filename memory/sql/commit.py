"""The end of a turn: message, replies, state, records and outbox in one transaction. Called by `turns`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from memory.errors import OwnerChanged
from memory.model import (
    AuditEntry,
    Author,
    CustomerId,
    DeliveryState,
    DialogueState,
    Doer,
    Edited,
    Erase,
    Extent,
    MakePromise,
    Outcome,
    RequestHandoff,
    UndoLink,
    Ways,
    changed,
)
from memory.rules import is_given_up, storable
from memory.sql import tables as t
from memory.sql.casework import hear_again, open_handoff
from memory.sql.engine import MergedMeanwhile, Tx
from memory.sql.erasing import DEED_OF, erase_in_turn, note
from memory.sql.given import note_given
from memory.sql.links import links_of
from memory.sql.records import Spot, write_records
from memory.sql.thread import Waiting
from memory.sql.transcript import buttons_to
from memory.sql.unlink import unlink
from memory.sql.words import note_words

_customers = t.customers.c
_NUMBERS = (
    sa.update(t.customers)
    .where(
        _customers.customer_id == sa.bindparam("the_customer"),
        _customers.renumbered == sa.bindparam("as_numbered"),
        _customers.merged_into.is_(None),
    )
    .values(
        last_number=_customers.last_number + sa.bindparam("count", type_=sa.BigInteger),
        last_contact_at=sa.bindparam("received_at"),
        last_channel=sa.bindparam("channel"),
        last_address_id=sa.bindparam("address_id"),
    )
    .returning(_customers.last_number)
)
_HANDLED = (
    sa.update(t.inbox)
    .where(
        t.inbox.c.customer_id == sa.bindparam("the_customer"),
        t.inbox.c.id == sa.bindparam("inbox_id"),
        t.inbox.c.handled_at.is_(None),
    )
    .values(handled_at=sa.bindparam("now"), body=sa.bindparam("emptied"), given_up_number=sa.bindparam("given_up"))
)
_NEW_MESSAGES = sa.insert(t.messages)
_NEW_OUTBOX = sa.insert(t.outbox)
_STATE = (
    sa.update(t.dialogue_states)
    .where(t.dialogue_states.c.customer_id == sa.bindparam("the_customer"))
    .values(
        snapshot=sa.bindparam("snapshot"),
        task=sa.bindparam("task"),
        goal=sa.bindparam("goal"),
        collected=sa.bindparam("collected"),
        updated_at=sa.bindparam("now"),
        heard_number=sa.bindparam("heard_number"),
        ended_by_person_at=None,
        given_back_from=None,
    )
)
_HAND_OUT = (
    sa.update(t.messages)
    .where(
        t.messages.c.customer_id == sa.bindparam("the_customer"),
        t.messages.c.channel == sa.bindparam("the_channel"),
        t.messages.c.author == sa.literal_column("'agent'"),
        t.messages.c.reply_to.is_(None),
    )
    .values(reply_to=sa.bindparam("inbox_id"))
)
_HAND_OUT_QUESTION = (
    sa.update(t.messages)
    .where(
        t.messages.c.customer_id == sa.bindparam("the_customer"),
        t.messages.c.number == sa.bindparam("the_number"),
        t.messages.c.channel == sa.bindparam("the_channel"),
        t.messages.c.reply_to.is_(None),
    )
    .values(reply_to=sa.bindparam("inbox_id"))
)


def commit_turn(tx: Tx, turn: Waiting, outcome: Outcome, ways: Ways) -> None:
    """Write a turn. Raises OwnerChanged when it would talk over a person who came meanwhile, and MergedMeanwhile when
    another process (the command line) linked or unlinked the customer since the turn began: it knew too much.
    """
    customer_id, channel = turn.thread.customer.id, turn.inbound.address.channel
    tx.side = turn.side
    handoff = open_handoff(tx, customer_id)
    if outcome.replies and _owned(handoff) and not _owned(turn.thread.handoff):
        raise OwnerChanged
    erasing = next((record for record in outcome.records if isinstance(record, Erase)), None)
    if erasing is not None:
        _commit_farewell(tx, turn, outcome, erasing, ways)
        return
    asked, first = _number(tx, turn, outcome)
    _write_messages(tx, turn, outcome, (asked, first))
    _handle(tx, turn, customer_id, ways, given_up=asked if is_given_up(outcome) else None)
    if outcome.dialogue is not None:
        _write_dialogue(tx, customer_id, outcome.dialogue, heard=first + len(outcome.replies) - 1)
        before = turn.thread.dialogue.collected if turn.thread.dialogue else {}
        note_given(tx, customer_id, before, outcome.dialogue.collected, asked)
    answered = first if outcome.replies else asked
    write_records(tx, Spot(customer_id, channel, asked, answered), outcome.records)
    if outcome.replies and channel in ways.sent_to:
        tx.run(_NEW_OUTBOX, _outbox(tx, turn, outcome, first))
        tx.ring("outbox")
    if handoff is not None or turn.thread.last_handoff is not None:
        customer, said = turn.thread.customer, [reply.text for reply in outcome.replies]
        note_words(tx, customer_id, turn.inbound.text, *said, customer.name, customer.email)
    if handoff is not None and (waiting := open_handoff(tx, customer_id)) is not None:
        hear_again(tx, waiting)
    tx.ring(f"customer:{customer_id}", *(["desk"] if handoff else []))
    _unlink(tx, customer_id, outcome)


def _commit_farewell(tx: Tx, turn: Waiting, outcome: Outcome, erasing: Erase, ways: Ways) -> None:
    """Erase, and keep of this turn only its replies, for whoever is there from now on."""
    channel = turn.inbound.address.channel
    successor = erase_in_turn(tx, turn.thread.customer.id, turn.inbound, erasing.extent)
    note(tx, AuditEntry(tx.now, DEED_OF[erasing.extent], Doer.CUSTOMER, channel, reference=erasing.reference))
    after = replace(turn, thread=replace(turn.thread, customer=successor))
    kept = [record for record in outcome.records if isinstance(record, RequestHandoff | MakePromise)]
    is_known = erasing.extent is Extent.CONVERSATION or bool(kept)  # a stranger has not been in contact yet
    values = {**(_place(turn) if is_known else {}), "last_number": len(outcome.replies)}
    tx.run(sa.update(t.customers).where(_customers.customer_id == successor.id).values(**values))
    tx.run(_NEW_MESSAGES, _replies(tx, after, outcome, 1))
    _handle(tx, after, successor.id, ways)
    write_records(tx, Spot(successor.id, channel, 1, 1), kept)
    if channel in ways.sent_to:
        tx.run(_NEW_OUTBOX, _outbox(tx, after, outcome, 1))
        tx.ring("outbox")


def _place(turn: Waiting) -> dict[str, Any]:
    address = turn.inbound.address
    return {"last_contact_at": turn.received_at, "last_channel": address.channel, "last_address_id": address.id}


def _owned(handoff: Any) -> bool:
    return handoff is not None and handoff.state.owned_by_person


def _number(tx: Tx, turn: Waiting, outcome: Outcome) -> tuple[int, int]:
    """Take numbers for the message and its replies; returns the message's and that of the first reply.

    A message that corrects another takes none: it is that one, which keeps its place.
    """
    replies, corrects = len(outcome.replies), turn.inbound.corrects is not None
    count = replies if corrects else 1 + replies
    values = {
        "the_customer": turn.thread.customer.id,
        "as_numbered": turn.thread.customer.renumbered,
        "count": count,
        "received_at": turn.received_at,
        "channel": turn.inbound.address.channel,
        "address_id": turn.inbound.address.id,
    }
    last: int | None = tx.run(_NUMBERS, values).scalar_one_or_none()
    if last is None:
        raise MergedMeanwhile
    first = last - replies + 1
    if turn.thread.edited is not None:
        return turn.thread.edited.number, first
    return first - 1, first


def _write_messages(tx: Tx, turn: Waiting, outcome: Outcome, numbers: tuple[int, int]) -> None:
    """What was said, or how it reads now, and the replies."""
    asked, first = numbers
    said = [_said(turn, asked)] if turn.inbound.corrects is None else []
    if turn.thread.edited is not None:
        _rewrite(tx, turn, turn.thread.edited)
    if rows := [*said, *_replies(tx, turn, outcome, first)]:
        tx.run(_NEW_MESSAGES, rows)


def _rewrite(tx: Tx, turn: Waiting, edited: Edited) -> None:
    """Let a message read as its customer wants it now, and keep how it read before for the agents."""
    said = t.messages.c
    same = sa.and_(said.customer_id == turn.thread.customer.id, said.number == edited.number)
    before = tx.first(sa.select(said.text, said.custom).where(same))
    now = {"text": turn.inbound.text, "custom": dict(changed(before.custom, before.text))}
    tx.run(sa.update(t.messages).where(same).values(**now))


def _said(turn: Waiting, asked: int) -> dict[str, Any]:
    """The customer's message, with the same columns as the replies, so that they go in together."""
    inbound = turn.inbound
    return {
        "customer_id": turn.thread.customer.id,
        "channel": inbound.address.channel,
        "number": asked,
        "author": Author.CUSTOMER.value,
        "text": inbound.text,
        "at": turn.received_at,
        "buttons": None,
        "custom": inbound.custom and dict(inbound.custom),
        "payload": inbound.payload,
        "client_id": inbound.provider_id,
        "attachments": list(inbound.attachments) or None,
        "reply_to": None,
    }


def _replies(tx: Tx, turn: Waiting, outcome: Outcome, first: int) -> list[dict[str, Any]]:
    return [
        {
            "customer_id": turn.thread.customer.id,
            "channel": turn.inbound.address.channel,
            "number": number,
            "author": Author.BOT.value,
            "text": storable(reply.text),
            "at": tx.now,
            "buttons": buttons_to(reply.buttons),
            "custom": reply.custom,
            "payload": None,
            "client_id": None,
            "attachments": None,
            "reply_to": turn.inbox_id,
        }
        for number, reply in enumerate(outcome.replies, start=first)
    ]


def _handle(tx: Tx, turn: Waiting, customer_id: str, ways: Ways, given_up: int | None = None) -> None:
    """Mark the message handled, its words now being in the transcript, and hand out what waited for a question.

    `given_up` is its number in the transcript if the bot could not handle it.
    """
    key = {"the_customer": customer_id, "inbox_id": turn.inbox_id}
    if tx.run(_HANDLED, {**key, "now": tx.now, "emptied": {}, "given_up": given_up}).rowcount != 1:
        raise RuntimeError(f"message {turn.inbox_id} was handled already")
    channel = turn.inbound.address.channel
    if channel in ways.answers_only:
        tx.run(_HAND_OUT, {**key, "the_channel": channel})
        last = turn.thread.last_handoff
        if last is not None and last.feedback is not None:
            tx.run(_HAND_OUT_QUESTION, {**key, "the_channel": channel, "the_number": last.feedback.asked_in})


def _unlink(tx: Tx, customer_id: CustomerId, outcome: Outcome) -> None:
    """Last, when all of the turn stands where it belongs. The turn itself is what holds the customer."""
    for record in outcome.records:
        if isinstance(record, UndoLink):
            mine = [link for link in links_of(tx, customer_id) if link.id == record.link_id and link.holds]
            tx.held |= {customer_id, *(link.absorbed for link in mine)}
            for link in mine:
                unlink(tx, link.id, why="asked for in the conversation", by="customer")


def _write_dialogue(tx: Tx, customer_id: str, state: DialogueState, *, heard: int) -> None:
    values = {
        "snapshot": state.snapshot,
        "task": state.task,
        "goal": state.goal,
        "collected": dict(state.collected),
        "heard_number": heard,
    }
    if tx.run(_STATE, {"the_customer": customer_id, "now": tx.now, **values}).rowcount == 0:
        tx.run(sa.insert(t.dialogue_states), {"customer_id": customer_id, "updated_at": tx.now, **values})


def _outbox(tx: Tx, turn: Waiting, outcome: Outcome, first: int) -> list[dict[str, Any]]:
    """What is answered to a customer who has a person anyway is not held back for that person: it goes as theirs do."""
    ids = tx.ids(t.outbox, len(outcome.replies))
    author = Author.AGENT if _owned(turn.thread.handoff) else Author.BOT
    return [
        outbox_row(tx, turn.thread.customer.id, turn.inbound.address, author, (row_id, number))
        for number, row_id in enumerate(ids, start=first)
    ]


def outbox_row(tx: Tx, customer_id: str, address: Any, author: Author, key: tuple[int, int]) -> dict[str, Any]:
    """A row for one message to one address; `key` is the row's id and the message's number."""
    row_id, number = key
    return {
        "customer_id": customer_id,
        "id": row_id,
        "number": number,
        "channel": address.channel,
        "address_id": address.id,
        "author": author.value,
        "state": DeliveryState.PENDING.value,
        "attempts": 0,
        "due_at": tx.now,
    }
