"""A request for a person, from the asking to the end, as one table of legal moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType

from memory.model.agents import AgentId
from memory.model.people import Address, Cursor, CustomerId

HandoffId = NewType("HandoffId", str)


class HandoffState(str, Enum):
    """Where a handoff stands."""

    REQUESTED = "requested"  # the customer (or a rule) wants a person
    QUEUED = "queued"  # waiting for an agent
    OFFERED = "offered"  # shown to one agent until a time
    ACCEPTED = "accepted"  # an agent took it and has not written yet
    ACTIVE = "active"  # agent and customer are talking
    RETURNED = "returned"  # given back to the bot
    RESOLVED = "resolved"  # done
    ABANDONED = "abandoned"  # the customer left before anyone came

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self not in {HandoffState.RETURNED, HandoffState.RESOLVED, HandoffState.ABANDONED}

    @property
    def owned_by_person(self) -> bool:
        """Whether the bot must be silent."""
        return self in {HandoffState.ACCEPTED, HandoffState.ACTIVE}


class HandoffReason(str, Enum):
    """Why a person was called. docs/escalation.md tells when each is."""

    ASKED_FOR_PERSON = "asked_for_person"  # they asked for one
    MISUNDERSTOOD = "misunderstood"  # the bot did not understand them, time and again
    REJECTED_ANSWERS = "rejected_answers"  # its answers did not help
    DISTRESS = "distress"  # they are angry, or in despair
    REPETITION = "repetition"  # they say the same, and get the same, for the third time
    FORM_FAILED = "form_failed"  # a question of a task could not be settled with them
    LEGAL = "legal"  # lawyers, courts, authorities
    INJURY = "injury"  # somebody was hurt, or may be
    FRAUD = "fraud"  # somebody misuses their name, card or account
    PAYMENT_DISPUTE = "payment_dispute"  # they contest what was taken from them
    BEREAVEMENT = "bereavement"  # somebody has died
    PRESS = "press"  # they are from the press
    BROKEN_PROMISE = "broken_promise"  # what they were promised has not come in time
    VALUED_COMPLAINT = "valued_complaint"  # a customer whom the shop calls valued complains
    NOT_SOLVED = "not_solved"  # asked afterwards, they say that it is not solved
    AGENT_TOOK_OVER = "agent_took_over"  # nobody was called: a person came by themselves
    POISON_MESSAGE = "poison_message"  # a message of theirs breaks the bot


class HandoffOutcome(str, Enum):
    """What a handoff has come to, as the agent says who resolves it."""

    SOLVED = "solved"  # what they wanted is done
    NOT_SOLVED = "not_solved"  # it could not be done
    NO_ANSWER = "no_answer"  # they answered no more
    ELSEWHERE = "elsewhere"  # it goes on elsewhere: by phone, in a shop, with somebody else
    NO_MATTER = "no_matter"  # there was nothing to do: a mistake, a test, spam


ContactReasonId = NewType("ContactReasonId", str)
"""What a contact was about, by the list of contact reasons: "returns/too_late"."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What agent and customer have agreed on when the bot goes on: in words, and values of its task, slot → words."""

    text: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ending:
    """How an agent ends a handoff; None for what they did not say."""

    outcome: HandoffOutcome | None = None
    contact_reason: ContactReasonId | None = None
    agreed: Agreed | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the customer was asked once it was resolved, and what they said; all numbers are of messages.

    `asked_in` asked whether it is solved, `line_asked_in` for a line about it, and `line_in` is that line.
    """

    asked_in: Cursor
    solved: bool | None = None
    line_asked_in: Cursor | None = None
    line_in: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Awaiting:
    """How a customer who waits has chosen to hear from a person, in the message `said_in`.

    `at` is an address of theirs where they want to be written to; None: they wait where they are.
    """

    said_in: Cursor
    at: Address | None = None


_S = HandoffState

HANDOFF_MOVES: Mapping[HandoffState, frozenset[HandoffState]] = {
    _S.REQUESTED: frozenset({_S.QUEUED, _S.ABANDONED}),
    _S.QUEUED: frozenset({_S.OFFERED, _S.ACCEPTED, _S.ABANDONED}),
    _S.OFFERED: frozenset({_S.ACCEPTED, _S.QUEUED, _S.ABANDONED}),
    _S.ACCEPTED: frozenset({_S.ACTIVE, _S.QUEUED, _S.OFFERED, _S.RETURNED, _S.RESOLVED, _S.ABANDONED}),
    _S.ACTIVE: frozenset({_S.QUEUED, _S.OFFERED, _S.RETURNED, _S.RESOLVED, _S.ABANDONED}),
    _S.RETURNED: frozenset(),
    _S.RESOLVED: frozenset(),
    _S.ABANDONED: frozenset(),
}
"""From an owned state, `queued` and `offered` are transfers: to a department, and to a colleague."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Whom a move is meant for: `offered` needs an agent and the time until which it is theirs to take.

    `queued` may name another department.
    """

    agent_id: AgentId | None = None
    until: datetime | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """To whom a handoff is offered, and until when."""

    agent_id: AgentId
    until: datetime
    agent_name: str | None = None


@dataclass(frozen=True, slots=True)
class Handoff:
    """One request for a person, from the asking to the end.

    `accepted_at` is when the present owner took it, `first_accepted_at` when the first one did: the customer's wait.
    `follows` is the handoff of this customer that had ended shortly before, so that this one is the same matter again.
    `told_place` is the best place in the line that the customer is known to have had, or was told of.
    A customer with `patience` is taken to have left when they have not written for so long: at `waits_until`.
    """

    id: HandoffId
    customer_id: CustomerId
    state: HandoffState
    reason: HandoffReason
    requested_at: datetime
    requested_number: Cursor
    agent_id: AgentId | None = None
    agent_name: str | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    department: str | None = None
    language: str | None = None
    offer: Offer | None = None
    first_accepted_at: datetime | None = None
    follows: HandoffId | None = None
    patience: timedelta | None = None
    waits_until: datetime | None = None
    ending: Ending = Ending()
    feedback: Feedback | None = None
    awaiting: Awaiting | None = None
    told_place: int | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether a time has come at which this moves by itself."""
        offer_ends = self.offer is not None and self.offer.until <= now
        return offer_ends or self.is_given_up(now)

    def is_given_up(self, now: datetime) -> bool:
        """Whether the customer, who waits still, has not written for as long as their patience is thought to last."""
        waits = self.state.is_open and not self.state.owned_by_person
        return waits and self.waits_until is not None and self.waits_until <= now


@dataclass(frozen=True, slots=True)
class HandoffMove:
    """One line of a handoff's history. `by` is an agent, the bot or the timer; `agent_id` who was offered it.

    `by_name` is what the agent is called now; it is known where a handoff is read for the desk.
    """

    before: HandoffState | None
    after: HandoffState
    by: AgentId
    at: datetime
    why: str | None = None
    agent_id: AgentId | None = None
    by_name: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A handoff that waits in the queue, with what decides who is asked to take it.

    `since` is when it was asked for or last passed on; an offer that was not taken does not change it. `knew` is the
    agent who last had this customer. `passed` are those who were offered it or passed it on, and when last.
    `is_valued` is what the host site says of the customer.
    """

    handoff: Handoff
    since: datetime
    is_valued: bool = False
    knew: AgentId | None = None
    passed: Mapping[AgentId, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """How long somebody waited for a person: from the asking to the first acceptance."""

    began: datetime
    ended: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """An agent's internal note: seen by agents only."""

    agent_name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Mention:
    """A note that calls an agent by their name, which they have not read yet."""

    handoff_id: HandoffId
    customer_name: str | None
    by: str
    text: str
    at: datetime
