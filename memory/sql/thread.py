"""What a turn needs to know of its customer, read in a few statements however long the history. Called by `turns`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from memory.model import (
    Agreed,
    Author,
    Button,
    Cursor,
    CustomerId,
    DialogueState,
    Edited,
    GivenBack,
    Handoff,
    Inbound,
    InboxId,
    LinkResult,
    Promise,
    Thread,
    Unheard,
)
from memory.rules import LOOKED_THROUGH, PRESENT_FOR, RECENT_BOT_MESSAGES, SAID_BY_PERSON
from memory.sql import tables as t
from memory.sql.cases import known_cases
from memory.sql.casework import last_handoffs
from memory.sql.engine import Tx
from memory.sql.facts import current_facts
from memory.sql.inbox import inbound_from
from memory.sql.links import links_of
from memory.sql.people import customer_from
from memory.sql.promise_rows import PROMISES, promise_from
from memory.sql.transcript import buttons_from

_PRESENT = (
    sa.select(sa.func.count())
    .where(t.agents.c.last_seen_at > sa.bindparam("present_since"), t.agents.c.away.is_(False))
    .scalar_subquery()
)
_LINKED = (
    sa.select(sa.func.count())
    .where(t.merges.c.customer_id == t.customers.c.customer_id, t.merges.c.undone_at.is_(None))
    .correlate(t.customers)
    .scalar_subquery()
)
_p = t.promises.c
_OWED_UNTIL = (
    sa.select(sa.func.max(_p.due_at))
    .where(_p.customer_id == t.customers.c.customer_id, _p.closed_at.is_(None))
    .correlate(t.customers)
    .scalar_subquery()
)


def _has(table: sa.Table) -> sa.Exists:
    """Whether the customer has any rows there: most have none, and to ask for them costs a statement each."""
    return sa.exists().where(table.c.customer_id == t.customers.c.customer_id).correlate(t.customers)


_states = t.dialogue_states.c
_WAITING = (
    sa.select(
        t.customers,
        t.inbox.c.id.label("inbox_id"),
        t.inbox.c.channel,
        t.inbox.c.address_id,
        t.inbox.c.received_at,
        t.inbox.c.body,
        t.inbox.c.link,
        t.inbox.c.attempts,
        t.inbox.c.original_customer_id.label("side"),
        _states.snapshot,
        _states.task,
        _states.goal,
        _states.collected,
        _states.ended_by_person_at,
        _states.heard_number,
        _states.given_back_from,
        _PRESENT.label("agents_present"),
        _LINKED.label("linked"),
        _OWED_UNTIL.label("owed_until"),
        _has(t.handoffs).label("has_handoffs"),
        _has(t.facts).label("has_facts"),
        _has(t.cases).label("has_cases"),
    )
    .select_from(
        t.inbox.join(t.customers, t.customers.c.customer_id == t.inbox.c.customer_id).outerjoin(
            t.dialogue_states, _states.customer_id == t.inbox.c.customer_id
        )
    )
    .where(t.inbox.c.customer_id == sa.bindparam("customer_id"), t.inbox.c.handled_at.is_(None))
    .order_by(t.inbox.c.id)
    .limit(1)
)
_m = t.messages.c
_BOT_SAID = (
    sa.select(_m.number, _m.buttons)
    .where(_m.customer_id == sa.bindparam("customer_id"), _m.author == Author.BOT.value)
    .order_by(_m.number.desc())
    .limit(RECENT_BOT_MESSAGES)
)
_PERSON_SAID = (
    sa.select(_m.text)
    .where(
        _m.customer_id == sa.bindparam("customer_id"),
        _m.author == Author.AGENT.value,
        _m.number > sa.bindparam("since"),
        _m.text != "",
    )
    .order_by(_m.number.desc())
    .limit(SAID_BY_PERSON)
)
_UNHEARD = (
    sa.select(_m.number, _m.text)
    .where(
        _m.customer_id == sa.bindparam("customer_id"),
        _m.author == Author.CUSTOMER.value,
        _m.number > sa.bindparam("since"),
        _m.original_customer_id.is_not_distinct_from(sa.bindparam("side")),
    )
    .order_by(_m.number.desc())
    .limit(SAID_BY_PERSON)
)
"""What of it is said by the one whose turn it is: of customers who are linked, each has their own facts."""

_EDITED = (
    sa.select(_m.number, _m.text)
    .where(
        _m.customer_id == sa.bindparam("customer_id"),
        _m.number > sa.bindparam("since"),
        _m.client_id == sa.bindparam("client_id"),
        _m.author == Author.CUSTOMER.value,
    )
    .limit(1)
)
_SAID_LAST = (
    sa.select(_m.number)
    .where(_m.customer_id == sa.bindparam("customer_id"), _m.author == Author.CUSTOMER.value)
    .order_by(_m.number.desc())
    .limit(1)
)
_WRITTEN_SINCE = (
    sa.select(_m.number)
    .where(_m.customer_id == _p.customer_id, _m.author == Author.AGENT.value, _m.at > _p.made_at)
    .correlate(t.promises)
    .exists()
)
_LAST_OWED = (
    PROMISES.add_columns(_WRITTEN_SINCE.label("was_written"))
    .where(_p.customer_id == sa.bindparam("customer_id"), _p.closed_at.is_(None))
    .order_by(_p.due_at.desc(), _p.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claimed message with the thread it belongs to; `side` as in `Tx`."""

    inbox_id: InboxId
    inbound: Inbound
    received_at: Any
    attempts: int
    thread: Thread
    side: CustomerId | None = None


def read_waiting(tx: Tx, customer_id: CustomerId) -> Waiting | None:
    """The customer's oldest waiting message, or None when there is none (any more)."""
    row = tx.first(_WAITING, {"customer_id": customer_id, "present_since": tx.now - PRESENT_FOR})
    if row is None:
        return None
    return Waiting(
        inbox_id=InboxId(row.inbox_id),
        inbound=inbound_from(row.channel, row.address_id, row.body),
        received_at=row.received_at,
        attempts=row.attempts,
        thread=_thread(tx, row),
        side=row.side,
    )


def _thread(tx: Tx, row: Any) -> Thread:
    of_customer = {"customer_id": row.customer_id}
    bot_said = tx.run(_BOT_SAID, of_customer).all()
    handoffs = last_handoffs(tx, row.customer_id) if row.has_handoffs else ()
    closed = [handoff for handoff in handoffs if handoff.closed_at is not None]
    heard = row.heard_number if row.heard_number is not None else bot_said[0].number if bot_said else 0
    return Thread(
        customer=customer_from(row),
        dialogue=_dialogue(row),
        handoff=next((handoff for handoff in handoffs if handoff.closed_at is None), None),
        last_contact_at=row.last_contact_at,
        recent_buttons=tuple(button for said in bot_said for button in buttons_from(said.buttons)),
        last_person=_last_person(handoffs),
        last_handoff=max(closed, key=lambda handoff: handoff.closed_at or handoff.requested_at, default=None),
        said_by_person=_said_by_person(tx, row.customer_id, heard) if handoffs else (),
        agents_present=row.agents_present,
        link=LinkResult(row.link) if row.link else None,
        task_ended_by_person=row.ended_by_person_at is not None,
        facts=current_facts(tx, row.customer_id) if row.has_facts else (),
        links=tuple(link for link in links_of(tx, row.customer_id) if link.holds) if row.linked else (),
        cases=known_cases(tx, row.customer_id) if row.has_cases else (),
        broken_promise=_broken_promise(tx, row.customer_id) if row.owed_until and row.owed_until < tx.now else None,
        unheard=_unheard(tx, row, heard) if closed and row.heard_number is not None else (),
        given_back=_given_back(handoffs, row.given_back_from),
        edited=_edited(tx, row) if row.body.get("corrects") else None,
        standing_buttons=_standing(bot_said, row.last_number),
        owed_until=row.owed_until,
    )


def _standing(bot_said: Sequence[Any], last_number: int) -> tuple[Button, ...]:
    """The choices under the last thing that was said, if the bot said it."""
    last = bot_said[0] if bot_said else None
    return tuple(buttons_from(last.buttons)) if last is not None and last.number == last_number else ()


def _edited(tx: Tx, row: Any) -> Edited | None:
    """The message that is corrected, among the latest of the thread; None where it was never taken, or is erased."""
    since = row.last_number - LOOKED_THROUGH
    found = tx.first(_EDITED, {"customer_id": row.customer_id, "since": since, "client_id": row.body["corrects"]})
    if found is None:
        return None
    last = tx.first(_SAID_LAST, {"customer_id": row.customer_id})
    return Edited(Cursor(found.number), found.text, is_last=found.number == last.number)


def _unheard(tx: Tx, row: Any, since: int) -> Sequence[Unheard]:
    said = tx.run(_UNHEARD, {"customer_id": row.customer_id, "since": since, "side": row.side}).all()
    return tuple(Unheard(Cursor(each.number), each.text) for each in reversed(said))


def _given_back(handoffs: Sequence[Handoff], handoff_id: str | None) -> GivenBack | None:
    handoff = next((each for each in handoffs if each.id == handoff_id), None)
    return None if handoff is None else GivenBack(handoff.agent_name, handoff.ending.agreed or Agreed())


def _broken_promise(tx: Tx, customer_id: CustomerId) -> Promise | None:
    """The latest promise, whose time is over, unless a person has written since it was made."""
    row = tx.first(_LAST_OWED, {"customer_id": customer_id})
    if row is None or row.was_written:
        return None
    return promise_from(row)


def _dialogue(row: Any) -> DialogueState | None:
    if row.snapshot is None:
        return None
    return DialogueState(row.snapshot, task=row.task, goal=row.goal, collected=row.collected)


def _last_person(handoffs: Sequence[Handoff]) -> str | None:
    return next((handoff.agent_name for handoff in handoffs if handoff.agent_name), None)


def _said_by_person(tx: Tx, customer_id: str, since: int) -> tuple[str, ...]:
    said = tx.run(_PERSON_SAID, {"customer_id": customer_id, "since": since}).scalars().all()
    return tuple(reversed(said))
