"""What a turn asks memory to record, one function a kind. Called by the turn's commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch

import sqlalchemy as sa

from memory.model import (
    TEAM,
    AnswerFeedback,
    AuditEntry,
    AwaitPerson,
    CloseCase,
    Cursor,
    CustomerId,
    Deed,
    Doer,
    EndFact,
    ForgetFact,
    HandoffReason,
    LearnFact,
    MakePromise,
    NewPromise,
    OfferAnswer,
    OfferExport,
    OpenCase,
    RateAnswer,
    Record,
    RequestHandoff,
    UndoLink,
    WithdrawRequest,
)
from memory.rules import EXPORT_LASTS, hash_of, storable
from memory.sql import tables as t
from memory.sql.awaiting import await_person
from memory.sql.cases import close_case, open_case
from memory.sql.casework import note_feedback, open_handoff, request_handoff, wait_along, withdraw_request
from memory.sql.engine import Tx
from memory.sql.erasing import forget_fact, note
from memory.sql.learning import end_fact, learn_fact
from memory.sql.promise_rows import add_promise, own_up


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the thread a record belongs: the numbers of the customer's message and of the bot's first reply."""

    customer_id: CustomerId
    channel: str
    asked: int
    answered: int


def write_records(tx: Tx, spot: Spot, records: Sequence[Record]) -> None:
    """Write them in their order."""
    for record in records:
        write(record, tx, spot)


@singledispatch
def write(record: Record, tx: Tx, spot: Spot) -> None:
    """Write one record."""
    raise TypeError(f"nobody knows how to record a {type(record).__name__}")


@write.register
def _request_handoff(record: RequestHandoff, tx: Tx, spot: Spot) -> None:
    if record.reason is HandoffReason.BROKEN_PROMISE:
        own_up(tx, spot.customer_id, spot.answered)
    going_on = open_handoff(tx, spot.customer_id)
    if going_on is not None:
        wait_along(tx, going_on, record, spot.asked)
        return
    request_handoff(tx, spot.customer_id, record, spot.asked)
    tx.ring("desk")


@write.register
def _await_person(record: AwaitPerson, tx: Tx, spot: Spot) -> None:
    await_person(tx, spot.customer_id, record, Cursor(spot.asked), spot.channel)


@write.register
def _withdraw_request(record: WithdrawRequest, tx: Tx, spot: Spot) -> None:
    handoff = open_handoff(tx, spot.customer_id)
    if handoff is not None and not handoff.state.owned_by_person:
        withdraw_request(tx, handoff, Cursor(spot.asked))


@write.register
def _open_case(record: OpenCase, tx: Tx, spot: Spot) -> None:
    open_case(tx, spot.customer_id, spot.channel, record)


@write.register
def _close_case(record: CloseCase, tx: Tx, spot: Spot) -> None:
    close_case(tx, spot.customer_id, record)


@write.register
def _offer_answer(record: OfferAnswer, tx: Tx, spot: Spot) -> None:
    row = {"faq_id": record.faq_id, "title": storable(record.title), "confidence": record.confidence}
    place = {"customer_id": spot.customer_id, "id": tx.ids(t.attempts)[0], "number": spot.answered, "at": tx.now}
    tx.run(sa.insert(t.attempts), {**place, **row})


@write.register
def _rate_answer(record: RateAnswer, tx: Tx, spot: Spot) -> None:
    attempts = t.attempts.c
    mine = sa.and_(attempts.customer_id == spot.customer_id, attempts.helped.is_(None))
    last = sa.select(sa.func.max(attempts.id)).where(mine).scalar_subquery()
    rated = sa.update(t.attempts).where(attempts.customer_id == spot.customer_id, attempts.id == last)
    tx.run(rated.values(helped=record.helped))


@write.register
def _answer_feedback(record: AnswerFeedback, tx: Tx, spot: Spot) -> None:
    note_feedback(tx, spot.customer_id, record, Cursor(spot.asked), Cursor(spot.answered))


@write.register
def _learn_fact(record: LearnFact, tx: Tx, spot: Spot) -> None:
    learn_fact(tx, spot.customer_id, record.said_in or spot.asked, record)


@write.register
def _end_fact(record: EndFact, tx: Tx, spot: Spot) -> None:
    end_fact(tx, spot.customer_id, record)


@write.register
def _make_promise(record: MakePromise, tx: Tx, spot: Spot) -> None:
    new = NewPromise(storable(record.text), record.due_at, Cursor(spot.answered))
    add_promise(tx, spot.customer_id, new, TEAM, by_reply=record.kept_by_reply)


@write.register
def _undo_link(record: UndoLink, tx: Tx, spot: Spot) -> None:
    """Nothing yet: a link is undone when the whole turn has been written; see `commit`."""


@write.register
def _forget_fact(record: ForgetFact, tx: Tx, spot: Spot) -> None:
    forget_fact(tx, spot.customer_id, record.key)
    kind, _, _ = record.key.partition(":")
    note(tx, AuditEntry(tx.now, Deed.ERASED_FACT, Doer.CUSTOMER, spot.channel, kind, record.reference))


@write.register
def _offer_export(record: OfferExport, tx: Tx, spot: Spot) -> None:
    row = {"link_hash": hash_of(record.export_id), "issued_at": tx.now, "expires_at": tx.now + EXPORT_LASTS}
    tx.run(sa.insert(t.export_links), {"customer_id": spot.customer_id, **row})
    note(tx, AuditEntry(tx.now, Deed.OFFERED_EXPORT, Doer.CUSTOMER, spot.channel))
