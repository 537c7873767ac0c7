"""What each move makes of a handoff, and who may make it. Pure; called by `memory.sql` and `memory.fakes`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from memory.errors import IllegalMove, NotYours
from memory.model import (
    BOT,
    HANDOFF_MOVES,
    TIMER,
    Address,
    AgentId,
    Agreed,
    Aim,
    AnswerFeedback,
    CaseState,
    Cursor,
    Ending,
    Feedback,
    Handoff,
    HandoffMove,
    HandoffOutcome,
    HandoffState,
    Offer,
    Presence,
    Waiting,
)
from memory.rules import COMES_BACK_WITHIN, PRESENT_FOR, storable

DEPARTMENT_OF_ATTEMPT_WITHIN: Final = timedelta(hours=1)
"""How long after an answer was tried a request for a person counts as being about the same."""

ASKED_AT_MOST_EVERY: Final = timedelta(days=1)
"""How often a customer is asked at most whether it is solved: a second question on one day is a nuisance."""

LAPSED: Final = "the offer was not taken in time"
SIGNED_OUT: Final = "the agent signed out"
GIVEN_UP: Final = "the customer has not written for as long as their patience lasts"
"""What the history says of the moves that a time makes."""

WITHDRAWN: Final = "the customer wants nobody any more"
"""… of the one by which a customer takes their request back, and why a promise to write is owed no more then."""

MERGED: Final = "merged into another conversation"
PARTED: Final = "the link was undone"
"""… and of those that linking two customers makes, and parting them."""

_MACHINES: Final = frozenset({BOT, TIMER})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A move that somebody asks for, and why."""

    to: HandoffState
    by: AgentId
    why: str | None = None
    aim: Aim = field(default_factory=Aim)
    ending: Ending = field(default_factory=Ending)


def check_mover(handoff: Handoff, wanted: Wanted) -> None:
    """Raises NotYours: an owned handoff is moved by its owner only, and an offer is declined by who has it."""
    if handoff.state.owned_by_person and handoff.agent_id != wanted.by:
        raise NotYours(handoff.agent_name)
    offer = handoff.offer
    if offer is not None and wanted.to is HandoffState.QUEUED and wanted.by not in {offer.agent_id, *_MACHINES}:
        raise NotYours(offer.agent_name)


def moved(handoff: Handoff, wanted: Wanted, at: datetime) -> Handoff:
    """The handoff after a move. Raises IllegalMove, and ValueError for an offer without an agent and a time."""
    to = wanted.to
    if to not in HANDOFF_MOVES[handoff.state]:
        raise IllegalMove(handoff.state, to)
    after = replace(handoff, state=to, offer=None)
    if to is HandoffState.ACCEPTED:
        first, by = handoff.first_accepted_at or at, wanted.by
        return replace(after, agent_id=by, agent_name=None, accepted_at=at, first_accepted_at=first, waits_until=None)
    if to is HandoffState.ACTIVE:
        return after
    if not to.is_open:
        return replace(after, closed_at=at, waits_until=None, ending=wanted.ending)
    freed = replace(after, agent_id=None, agent_name=None, accepted_at=None)
    if to is HandoffState.OFFERED:
        return replace(freed, offer=_offer(wanted.aim))
    return replace(freed, department=wanted.aim.department or handoff.department)


def _offer(aim: Aim) -> Offer:
    if aim.agent_id is None or aim.until is None:
        raise ValueError("an offer needs an agent and the time until which it stands")
    return Offer(aim.agent_id, aim.until)


def heard_again(handoff: Handoff, at: datetime) -> Handoff:
    """The handoff after another word of its customer: their patience begins anew."""
    if handoff.patience is None or handoff.waits_until is None:
        return handoff
    return replace(handoff, waits_until=at + handoff.patience)


def chosen_address(handoff: Handoff, last_contact_at: datetime | None) -> Address | None:
    """Where the customer chose to be written to.

    None once they have written to the person who has it: from then on it goes on where they write.
    """
    taken = handoff.first_accepted_at
    if taken is not None and last_contact_at is not None and last_contact_at > taken:
        return None
    return handoff.awaiting.at if handoff.awaiting else None


def comes_nearer(handoff: Handoff, number: int) -> bool:
    """Whether this place in the line is better than any that the waiting customer is known to have had."""
    waits = handoff.state.is_open and not handoff.state.owned_by_person
    return waits and (handoff.told_place is None or number < handoff.told_place)


def followed(past: Sequence[Handoff], now: datetime) -> Handoff | None:
    """Which of a customer's handoffs a new request goes on with: the last that an agent ended within 72 hours."""
    recent = [
        handoff
        for handoff in past
        if handoff.agent_id is not None and handoff.closed_at and now - handoff.closed_at <= COMES_BACK_WITHIN
    ]
    return max(recent, key=lambda handoff: handoff.closed_at or now, default=None)


def case_after(handoff: Handoff) -> CaseState:
    """What the cases come to that went along with a handoff which was resolved or abandoned."""
    undone = {HandoffOutcome.NOT_SOLVED, HandoffOutcome.NO_ANSWER, HandoffOutcome.NO_MATTER}
    gone = handoff.state is HandoffState.ABANDONED or handoff.ending.outcome in undone
    return CaseState.ABANDONED if gone else CaseState.SOLVED


def storable_agreement(agreed: Agreed) -> Agreed:
    """It without what no database can hold."""
    values = {storable(slot): storable(words) for slot, words in agreed.values.items()}
    return Agreed(None if agreed.text is None else storable(agreed.text), values)


def may_be_asked(past: Sequence[Handoff], now: datetime) -> bool:
    """Whether a customer with these handoffs may be asked how one was: not if they were asked lately."""
    asked = [handoff.closed_at for handoff in past if handoff.feedback is not None and handoff.closed_at is not None]
    return all(now - at >= ASKED_AT_MOST_EVERY for at in asked)


def answered(feedback: Feedback, record: AnswerFeedback, asked: Cursor, replied: Cursor) -> Feedback:
    """The feedback with what a message of the number `asked` says, to which `replied` is the first reply."""
    return replace(
        feedback,
        solved=feedback.solved if record.solved is None else record.solved,
        line_asked_in=replied if record.asks_line else feedback.line_asked_in,
        line_in=asked if record.is_line else feedback.line_in,
    )


def joined_by(move: HandoffMove) -> bool:
    """Whether a handoff came into the queue by this move, and not just back from an offer."""
    return move.after is HandoffState.QUEUED and move.before is not HandoffState.OFFERED


def passed_by(move: HandoffMove) -> AgentId | None:
    """The agent who was offered it by this move or, having had it, passed it on."""
    if move.after is HandoffState.OFFERED:
        return move.agent_id
    had = move.before is not None and move.before.owned_by_person
    return move.by if had and move.after is HandoffState.QUEUED else None


def waiting_of(handoff: Handoff, moves: Sequence[HandoffMove], *, is_valued: bool, knew: AgentId | None) -> Waiting:
    """A queued handoff as the line sees it, from its history."""
    since = max((move.at for move in moves if joined_by(move)), default=handoff.requested_at)
    passed = {agent_id: move.at for move in moves if (agent_id := passed_by(move)) is not None}
    return Waiting(handoff, since, is_valued=is_valued, knew=knew, passed=passed)


def presence_of(last_seen_at: datetime | None, *, away: bool, now: datetime) -> Presence:
    """Whether an agent can be offered something."""
    if last_seen_at is None or last_seen_at <= now - PRESENT_FOR:
        return Presence.GONE
    return Presence.AWAY if away else Presence.PRESENT
