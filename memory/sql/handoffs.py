"""The agents' side of conversations. Called by the desk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from memory.errors import IllegalMove, NotYours, UnknownAgent, UnknownHandoff
from memory.model import (
    Address,
    AgentId,
    Aim,
    Author,
    CaseState,
    CustomerId,
    FileId,
    Handoff,
    HandoffId,
    HandoffState,
    Message,
    Note,
    Ways,
    names_of,
)
from memory.moves import Wanted, check_mover
from memory.ports import HandoffSummary, HandoffView
from memory.rules import VIEW_MESSAGES, storable
from memory.sql import tables as t
from memory.sql.awaiting import reply_place
from memory.sql.brief import read_brief
from memory.sql.casework import move_handoff, moves_of
from memory.sql.commit import outbox_row
from memory.sql.engine import Database, MergedMeanwhile, T, Tx
from memory.sql.files import LAST_WRITER, known_files
from memory.sql.handoff_rows import HANDOFFS, handoff_from
from memory.sql.people import customer_from
from memory.sql.promise_rows import keep_by_reply
from memory.sql.transcript import SAID, latest, message_from, message_numbered
from memory.sql.words import note_words

_h, _c, _m = t.handoffs.c, t.customers.c, t.messages.c
_BY_ID = HANDOFFS.where(_h.id == sa.bindparam("handoff_id"))
_LOCK = sa.select(_h.id).where(_h.id == sa.bindparam("handoff_id")).with_for_update()

_answered = (
    sa.select(sa.func.max(_m.number))
    .where(
        _m.customer_id == _h.customer_id,
        _m.author == Author.AGENT.value,
        _m.number >= _h.requested_number,
        _m.text != "",  # what was taken back answers nothing
    )
    .correlate(t.handoffs)
    .scalar_subquery()
)
_unanswered = (
    sa.select(sa.func.count())
    .select_from(t.messages)
    .where(
        _m.customer_id == _h.customer_id,
        _m.author == Author.CUSTOMER.value,
        _m.number > sa.func.coalesce(_answered, _h.requested_number - 1),
    )
    .correlate(t.handoffs)
    .scalar_subquery()
)
_asked = (
    sa.select(_m.text)
    .where(_m.customer_id == _h.customer_id, _m.number >= _h.requested_number)
    .order_by(_m.number)
    .limit(1)
    .correlate(t.handoffs)
    .scalar_subquery()
)
_cases, _goal = t.cases.c, t.dialogue_states.c.goal
_same_goal = sa.and_(_cases.customer_id == _h.customer_id, _cases.title == _goal)
_still_wanted = sa.case(
    (
        sa.or_(
            _h.closed_at.is_not(None),
            sa.exists()
            .where(_same_goal, sa.or_(_cases.closed_at.is_(None), _cases.state == CaseState.HANDED_OVER.value))
            .correlate(t.handoffs, t.dialogue_states),
            ~sa.exists().where(_same_goal).correlate(t.handoffs, t.dialogue_states),
        ),
        _goal,
    )
)
"""What the dialogue was at last, unless that is done: who waits with another wish is not waiting for it."""
_LATEST = (
    SAID.join(t.customers, sa.and_(_c.customer_id == _m.customer_id, _c.last_number == _m.number))
    .join(t.handoffs, _h.customer_id == _m.customer_id)
    .where(_h.state.in_(sa.bindparam("states", expanding=True)))
)
"""The last message of everybody in the queue, in one statement."""
_QUEUE = (
    HANDOFFS.join(t.customers, _c.customer_id == _h.customer_id)
    .outerjoin(t.dialogue_states, t.dialogue_states.c.customer_id == _h.customer_id)
    .add_columns(
        _c.subject,
        _c.name,
        _c.email,
        _c.created_at,
        _c.last_number,
        _c.renumbered,
        _c.valued,
        _c.last_channel,
        _still_wanted.label("goal"),
        _asked.label("asked"),
        _unanswered.label("unanswered"),
    )
    .where(_h.state.in_(sa.bindparam("states", expanding=True)))
    .order_by(_h.requested_at, _h.id)
)
_REPLIED = (
    sa.update(t.customers)
    .where(_c.customer_id == sa.bindparam("the_customer"))
    .values(last_number=_c.last_number + 1)
    .returning(_c.last_number, _c.last_channel, _c.last_address_id, _c.last_contact_at)
)


@dataclass(frozen=True, slots=True)
class Said:
    """What an agent says: words, and files that go with them."""

    text: str
    files: Sequence[FileId] = ()


class SqlHandoffs:
    """Handoffs as agents see and move them."""

    def __init__(self, *, database: Database, ways: Ways) -> None:
        self._database = database
        self._ways = ways

    async def queue(self, states: Sequence[HandoffState], limit: int | None = None) -> Sequence[HandoffSummary]:
        """Handoffs in these states (of them the newest), the longest waiting first."""
        return await self._database.read(lambda tx: read_queue(tx, states, _newest(tx, states, limit)))

    async def view(self, handoff_id: HandoffId) -> HandoffView:
        """The brief and the last 200 messages. Raises UnknownHandoff."""
        return await self._database.read(lambda tx: _view(tx, handoff_id))

    async def move(
        self, handoff_id: HandoffId, to: HandoffState, by: AgentId, why: str | None = None, *, aim: Aim | None = None
    ) -> Handoff:
        """Make a legal move, audited. Raises IllegalMove, UnknownHandoff, NotYours, UnknownAgent."""
        return await written(self._database, lambda tx: _move(tx, handoff_id, Wanted(to, by, why, aim or Aim())))

    async def reply(self, handoff_id: HandoffId, by: AgentId, text: str, files: Sequence[FileId] = ()) -> Message:
        """Say something to the customer. Raises IllegalMove, NotYours, UnknownHandoff, UnknownFile."""
        said = Said(storable(text), files)
        return await written(self._database, lambda tx: self._reply(tx, handoff_id, by, said))

    async def note(self, handoff_id: HandoffId, by: AgentId, text: str, mentions: Collection[AgentId] = ()) -> Note:
        """Write an internal note, which those it mentions are to read. Raises UnknownHandoff."""
        return await written(self._database, lambda tx: _note(tx, handoff_id, by, storable(text), mentions))

    def _reply(self, tx: Tx, handoff_id: HandoffId, by: AgentId, reply: Said) -> Message:
        handoff = found_handoff(tx, handoff_id, numbering=True)
        if not handoff.state.owned_by_person:
            raise IllegalMove(handoff.state, HandoffState.ACTIVE)
        if handoff.agent_id != by:
            raise NotYours(handoff.agent_name)
        if handoff.state is HandoffState.ACCEPTED:
            move_handoff(tx, handoff, Wanted(HandoffState.ACTIVE, by))
        files = known_files(tx, handoff.customer_id, reply.files) if reply.files else ()
        place = tx.run(_REPLIED, {"the_customer": handoff.customer_id}).one()
        address = self._address(tx, handoff, place)
        row = {"customer_id": handoff.customer_id, "number": place.last_number, "author": Author.AGENT.value}
        said = {
            "channel": address.channel,
            "text": reply.text or names_of(files),
            "at": tx.now,
            "agent_name": _name_of(tx, by),
        }
        tx.run(sa.insert(t.messages), {**row, **said, "attachments": [file.as_json() for file in files] or None})
        if address.channel in self._ways.sent_to:
            self._push(tx, handoff.customer_id, address, place.last_number)
        keep_by_reply(tx, handoff.customer_id, place.last_number)
        message = message_numbered(tx, handoff.customer_id, place.last_number)
        assert message is not None
        note_words(tx, handoff.customer_id, message.text)
        tx.ring(f"customer:{handoff.customer_id}", "desk")
        return message

    def _address(self, tx: Tx, handoff: Handoff, place: Any) -> Address:
        """Where they chose to be written to, else where they last wrote; what is said belongs to that side."""
        last = Address(place.last_channel, place.last_address_id)
        chosen = reply_place(tx, handoff, last, place.last_contact_at)
        if chosen is None:
            tx.side = tx.conn.scalar(LAST_WRITER, {"customer_id": handoff.customer_id})
            return last
        address, tx.side = chosen
        return address

    def _push(self, tx: Tx, customer_id: CustomerId, address: Address, number: int) -> None:
        key = (tx.ids(t.outbox)[0], number)
        tx.run(sa.insert(t.outbox), outbox_row(tx, customer_id, address, Author.AGENT, key))
        tx.ring("outbox")


async def written(database: Database, work: Callable[[Tx], T]) -> T:
    """When the customer was merged or erased while this waited, look anew: the handoff moved, or is gone."""
    try:
        return await database.write(work)
    except MergedMeanwhile:
        return await database.write(work)


def found_handoff(tx: Tx, handoff_id: HandoffId, *, numbering: bool = False) -> Handoff:
    """The handoff, locked: first its customer (as merging does), then itself."""
    row = tx.first(_BY_ID, {"handoff_id": handoff_id})
    if row is None:
        raise UnknownHandoff
    if numbering:
        tx.lock(CustomerId(row.customer_id))
    tx.stay(CustomerId(row.customer_id))
    tx.first(_LOCK, {"handoff_id": handoff_id})
    row = tx.first(_BY_ID, {"handoff_id": handoff_id})  # by a statement of its own, which sees who was quicker
    if row is None:
        raise UnknownHandoff
    tx.side = row.original_customer_id
    return handoff_from(row)


def _move(tx: Tx, handoff_id: HandoffId, wanted: Wanted) -> Handoff:
    handoff = found_handoff(tx, handoff_id)
    check_mover(handoff, wanted)
    if wanted.aim.agent_id is not None:
        _check_agent(tx, wanted.aim.agent_id)
    return moved_on(tx, handoff, wanted)


def moved_on(tx: Tx, handoff: Handoff, wanted: Wanted) -> Handoff:
    """Make a legal move and tell everybody; returns the handoff as it is then. Raises IllegalMove."""
    move_handoff(tx, handoff, wanted)
    tx.ring(f"customer:{handoff.customer_id}", "desk", "outbox")
    return handoff_from(tx.first(_BY_ID, {"handoff_id": handoff.id}))


def _check_agent(tx: Tx, agent_id: AgentId) -> None:
    if tx.first(sa.select(t.agents.c.agent_id).where(t.agents.c.agent_id == agent_id)) is None:
        raise UnknownAgent


def _note(tx: Tx, handoff_id: HandoffId, by: AgentId, text: str, mentions: Collection[AgentId]) -> Note:
    handoff = found_handoff(tx, handoff_id)
    place = {"customer_id": handoff.customer_id, "id": tx.ids(t.notes)[0], "handoff_id": handoff_id}
    tx.run(sa.insert(t.notes), {**place, "agent_id": by, "text": text, "at": tx.now})
    called = [{**place, "agent_id": agent_id, "at": tx.now} for agent_id in sorted(set(mentions))]
    if called:
        tx.run(sa.insert(t.mentions), called)
    tx.ring(f"customer:{handoff.customer_id}", "desk")
    return Note(_name_of(tx, by), text, tx.now)


def _name_of(tx: Tx, agent_id: AgentId) -> str:
    name: str | None = tx.conn.scalar(sa.select(t.agents.c.name).where(t.agents.c.agent_id == agent_id))
    return name or agent_id


def read_queue(tx: Tx, states: Sequence[HandoffState], ids: Sequence[str] | None = None) -> Sequence[HandoffSummary]:
    """Handoffs in these states (of these ids), the longest waiting first."""
    values = {"states": [state.value for state in states]}
    queue, last = (_QUEUE, _LATEST) if ids is None else (_QUEUE.where(_h.id.in_(ids)), _LATEST.where(_h.id.in_(ids)))
    latest_of = {row.customer_id: message_from(row) for row in tx.run(last, values)}
    return [
        HandoffSummary(
            handoff=handoff_from(row),
            customer=customer_from(row),
            channel=row.last_channel or "",
            goal=row.goal,
            last_message=latest_of.get(row.customer_id),
            asked=row.asked,
            unanswered=row.unanswered,
        )
        for row in tx.run(queue, values)
    ]


def _newest(tx: Tx, states: Sequence[HandoffState], limit: int | None) -> Sequence[str] | None:
    """The ids of those asked for last; None: of all."""
    if limit is None:
        return None
    in_states = _h.state.in_([state.value for state in states])
    return (
        tx.run(sa.select(_h.id).where(in_states).order_by(_h.requested_at.desc(), _h.id.desc()).limit(limit))
        .scalars()
        .all()
    )


def _view(tx: Tx, handoff_id: HandoffId) -> HandoffView:
    row = tx.first(_BY_ID, {"handoff_id": handoff_id})
    if row is None:
        raise UnknownHandoff
    handoff = handoff_from(row)
    return HandoffView(
        handoff=handoff,
        brief=read_brief(tx, handoff),
        messages=latest(tx, handoff.customer_id, None, VIEW_MESSAGES),
        notes=_notes(tx, handoff),
        moves=moves_of(tx, handoff),
    )


def _notes(tx: Tx, handoff: Handoff) -> Sequence[Note]:
    notes = t.notes.c
    written = (
        sa.select(notes.agent_id, t.agents.c.name, notes.text, notes.at)
        .outerjoin(t.agents, t.agents.c.agent_id == notes.agent_id)
        .where(notes.customer_id == handoff.customer_id, notes.handoff_id == handoff.id)
        .order_by(notes.id)
    )
    return [Note(row.name or row.agent_id, row.text, row.at) for row in tx.run(written)]
