"""How agents end handoffs, and the question that the customer is asked then. Called by the desk."""

from __future__ import annotations

from dataclasses import dataclass

from memory.model import AgentId, Agreed, Ending, Handoff, HandoffId, HandoffState, Reply, Topic, Ways
from memory.moves import Wanted, check_mover, may_be_asked, storable_agreement
from memory.rules import key_of_question, storable
from memory.sql.casework import last_handoffs, note_question
from memory.sql.engine import Database, Tx
from memory.sql.handoffs import found_handoff, moved_on, written
from memory.sql.notices import NewNotice, notice_number, post_notice


class SqlEndings:
    """Rows of handoffs, as they end."""

    def __init__(self, *, database: Database, ways: Ways) -> None:
        self._database = database
        self._ways = ways

    async def resolve(
        self,
        handoff_id: HandoffId,
        by: AgentId,
        ending: Ending,
        *,
        why: str | None = None,
        question: Reply | None = None,
    ) -> Handoff:
        """Resolve it, and ask the customer. Raises IllegalMove, UnknownHandoff, NotYours."""
        wanted = Wanted(HandoffState.RESOLVED, by, why, ending=ending)
        asking = None if question is None else _Asking(question, self._ways)
        return await written(self._database, lambda tx: _resolve(tx, handoff_id, wanted, asking))

    async def give_back(self, handoff_id: HandoffId, by: AgentId, agreed: Agreed, *, why: str | None = None) -> Handoff:
        """Give it back to the bot, with what was agreed. Raises as `resolve` does."""
        wanted = Wanted(HandoffState.RETURNED, by, why, ending=Ending(agreed=storable_agreement(agreed)))
        return await written(self._database, lambda tx: _end(tx, handoff_id, wanted))


@dataclass(frozen=True, slots=True)
class _Asking:
    question: Reply
    ways: Ways


def _resolve(tx: Tx, handoff_id: HandoffId, wanted: Wanted, asking: _Asking | None) -> Handoff:
    after = _end(tx, handoff_id, wanted)
    if asking is None or not may_be_asked(last_handoffs(tx, after.customer_id), tx.now):
        return after
    return _ask(tx, after, asking)


def _end(tx: Tx, handoff_id: HandoffId, wanted: Wanted) -> Handoff:
    handoff = found_handoff(tx, handoff_id, numbering=True)
    check_mover(handoff, wanted)
    return moved_on(tx, handoff, wanted)


def _ask(tx: Tx, handoff: Handoff, asking: _Asking) -> Handoff:
    """Within their wishes, on the channel they chose or last used; who cannot be written to, with the next answer."""
    key, question = key_of_question(handoff.id), asking.question
    new = NewNotice(Topic.FEEDBACK, storable(question.text), key, question.buttons)
    post_notice(tx, handoff.customer_id, new, asking.ways)
    number = notice_number(tx, handoff.customer_id, key)
    return handoff if number is None else note_question(tx, handoff, number)
