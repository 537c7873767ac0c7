"""What the fake ports share: everybody's threads, and the few changes that several ports make to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from uuid import uuid4

from memory.bell import Bell
from memory.codes import WINDOW, WRONG_AN_ADDRESS, WRONG_IN_ALL, is_short
from memory.errors import UnknownHandoff
from memory.fakes.person import Arrival, Code, Person, Posting, Tie
from memory.model import (
    BOT,
    Address,
    Agent,
    AgentId,
    AuditEntry,
    Author,
    Case,
    CaseMove,
    CaseState,
    Closing,
    CodeUse,
    Cursor,
    Customer,
    CustomerId,
    Handoff,
    HandoffId,
    HandoffMove,
    HandoffState,
    InboxId,
    LetterDone,
    Link,
    Message,
    Note,
    Preferences,
    Presence,
    RequestHandoff,
    Topic,
    Ways,
)
from memory.moves import DEPARTMENT_OF_ATTEMPT_WITHIN, MERGED, Wanted, case_after, followed, moved, presence_of
from memory.promises import THEY_LEFT, closed
from memory.rules import Scope, check_case_move, storable


class World:
    """All of memory, in dictionaries."""

    def __init__(self, *, clock: Callable[[], datetime], bell: Bell, ways: Ways) -> None:
        self.clock = clock
        self.bell = bell
        self.ways = ways
        self.ids = count(1)
        self.people: dict[CustomerId, Person] = {}
        self.routes: dict[tuple[Scope, Address], CustomerId] = {}
        self.route_sides: dict[tuple[Scope, Address], CustomerId] = {}
        self.closed_routes: dict[tuple[Scope, Address], CustomerId] = {}
        self.codes: dict[str, Code] = {}
        self.wrong_codes: list[tuple[datetime, Address]] = []
        self.ties: list[Tie] = []
        self.absorbed: dict[CustomerId, Customer] = {}
        self.exports: dict[str, tuple[CustomerId, datetime]] = {}
        self.audit: list[AuditEntry] = []
        self.arrivals: dict[InboxId, Arrival] = {}
        self.postings: dict[int, Posting] = {}
        self.closed: dict[Address, str] = {}
        self.letters_done: list[tuple[Posting | Arrival, LetterDone]] = []
        self.notes: dict[HandoffId, list[Note]] = {}
        self.unread: list[tuple[AgentId, HandoffId, Note]] = []
        self.agents: dict[AgentId, tuple[Agent, str]] = {}
        self.moves: dict[HandoffId, list[HandoffMove]] = {}
        self.seen: dict[AgentId, datetime] = {}
        self.away: set[AgentId] = set()
        self.department_of: Callable[[str], str | None] = lambda faq_id: None
        self.busy: set[CustomerId] = set()
        self.released = asyncio.Event()

    def create(self, subject: str | None = None) -> Person:
        """A new customer."""
        customer_id = CustomerId(uuid4().hex)
        person = Person(Customer(customer_id, subject, None, None, self.clock(), Cursor(0)))
        self.people[customer_id] = person
        if subject is not None:
            self.routes[Scope.SUBJECT, Address("", subject)] = customer_id
        return person

    def is_guessing(self, address: Address, code: str) -> bool:
        """Whether too many wrong codes came lately."""
        since = self.clock() - WINDOW
        lately = [where for at, where in self.wrong_codes if at > since]
        return lately.count(address) >= WRONG_AN_ADDRESS or (is_short(code) and len(lately) >= WRONG_IN_ALL)

    def owner_of_code(self, code: str, use: CodeUse) -> Person | None:
        """Whom a good code leads to."""
        found = self.codes.get(code)
        if found is None or found.used or found.use is not use or found.expires_at <= self.clock():
            return None
        return self.people[found.customer_id]

    def links_of(self, customer_id: CustomerId) -> Sequence[Link]:
        """All links of a customer, the latest first."""
        mine = [tie.link for tie in reversed(self.ties) if tie.link.customer_id == customer_id]
        if not mine:
            return ()
        person = self.people[customer_id]
        return tuple(replace(link, addresses=person.addresses_of(link.absorbed)) for link in mine)

    def side(self, scope: Scope, address: Address) -> CustomerId:
        """Which of the customers linked with its owner an address belongs to."""
        return self.route_sides.get((scope, address), self.routes[scope, address])

    def owner(self, scope: Scope, address: Address) -> Person | None:
        """Whom an address leads to."""
        customer_id = self.routes.get((scope, address))
        return None if customer_id is None else self.people[customer_id]

    def release(self, customer_id: CustomerId) -> None:
        """End a claim."""
        self.busy.discard(customer_id)
        self.released.set()

    async def until_free(self, *customer_ids: CustomerId) -> None:
        """Wait until nobody is busy with any of these."""
        while not self.busy.isdisjoint(customer_ids):
            self.released.clear()
            await self.released.wait()

    def delivered(self, message: Message) -> Message:
        """The message with what became of it."""
        return self.all_delivered([message])[0]

    def all_delivered(self, messages: Sequence[Message]) -> list[Message]:
        """The messages with what became of each."""
        wanted = {(message.customer_id, message.number): message for message in messages}
        for posting in reversed(self.postings.values()):
            key = posting.customer_id, posting.number
            if key in wanted:
                wanted[key] = replace(wanted[key], delivery=posting.state, reason=posting.reason)
        return list(wanted.values())

    def post(
        self, message: Message, address: Address, topic: Topic | None = None, *, author: Author | None = None
    ) -> None:
        """Put a message into the outbox, if its channel is pushed to; `topic` if nobody asked for it.

        `author` is as whose it goes, if that is not who said it.
        """
        if address.channel not in self.ways.sent_to:
            return
        key = next(self.ids)
        self.postings[key] = Posting(
            key, message.customer_id, address, message.number, author or message.author, self.clock(), topic=topic
        )
        self.bell.ring(["outbox"])

    def request(self, person: Person, wanted: RequestHandoff, number: Cursor, by: AgentId = BOT) -> None:
        """Put a customer into the queue; their open cases go along."""
        now, before = self.clock(), followed([*person.handoffs.values()], self.clock())
        handoff = Handoff(
            id=HandoffId(uuid4().hex),
            customer_id=person.customer.id,
            state=HandoffState.QUEUED,
            reason=wanted.reason,
            requested_at=now,
            requested_number=number,
            department=wanted.department or self._department_tried(person),
            language=wanted.language,
            follows=before.id if before else None,
            patience=wanted.patience,
            waits_until=now + wanted.patience if wanted.patience else None,
        )
        person.handoffs[handoff.id] = handoff
        why = f"{wanted.reason.value}, after a handoff that ended within 72 hours" if before else wanted.reason.value
        self.moves[handoff.id] = [
            HandoffMove(None, HandoffState.REQUESTED, by, now, why),
            HandoffMove(HandoffState.REQUESTED, HandoffState.QUEUED, by, now),
        ]
        for key, case in list(person.cases.items()):
            if case.state.is_open:
                self.move_case(person, key, CaseState.HANDED_OVER)
                person.handed_over[key] = handoff.id

    def _department_tried(self, person: Person) -> str | None:
        """That of the FAQ entry which the bot tried last, if that was just now."""
        since = self.clock() - DEPARTMENT_OF_ATTEMPT_WITHIN
        tried = [self.department_of(attempt.faq_id) for at, attempt in person.attempts if at > since]
        known = [department for department in tried if department is not None]
        return (known[-1] or None) if known else None

    def find(self, handoff_id: HandoffId) -> tuple[Person, Handoff]:
        """A handoff and whose it is. Raises UnknownHandoff."""
        for person in self.people.values():
            if handoff_id in person.handoffs:
                return person, person.handoffs[handoff_id]
        raise UnknownHandoff

    def wait_along(self, person: Person, going_on: Handoff, wanted: RequestHandoff, number: Cursor) -> None:
        """Who is linked with the one who waits asks as well: kept for when they are parted."""
        asked = [going_on, *(was for was, _ in person.ended_handoffs)]
        if person.sides.get(number) in {person.sides.get(handoff.requested_number) for handoff in asked}:
            return
        mine = Handoff(
            id=HandoffId(uuid4().hex),
            customer_id=person.customer.id,
            state=HandoffState.QUEUED,
            reason=wanted.reason,
            requested_at=self.clock(),
            requested_number=number,
            department=wanted.department,
            language=wanted.language,
        )
        person.ended_handoffs.append((mine, going_on.id))

    def move_case(self, person: Person, case_id: int, to: CaseState) -> None:
        """Make a legal move of a case. Raises IllegalCaseMove."""
        case, now = person.cases[case_id], self.clock()
        check_case_move(case.state, to)
        moves = (*case.moves, CaseMove(to, now))
        closed_at = None if to.is_open else now
        person.cases[case_id] = replace(case, state=to, closed_at=closed_at, touched_at=now, moves=moves)
        if to.is_open:
            person.handed_over.pop(case_id, None)

    def move(self, person: Person, handoff: Handoff, wanted: Wanted) -> Handoff:
        """Make a legal move. Raises IllegalMove."""
        after = self._named(moved(handoff, wanted, self.clock()))
        if not after.state.is_open:
            self._close(person, after)
        if after.state is HandoffState.ABANDONED and wanted.why != MERGED:
            self._drop_promises(person)
        person.handoffs[handoff.id] = after
        offered_to = after.offer.agent_id if after.offer else None
        why = None if wanted.why is None else storable(wanted.why)
        made = HandoffMove(handoff.state, after.state, wanted.by, self.clock(), why, offered_to)
        self.moves.setdefault(handoff.id, []).append(made)
        self.bell.ring([f"customer:{person.customer.id}", "desk", "outbox"])
        return after

    def _drop_promises(self, person: Person) -> None:
        """They have left: nobody owes them a reply any more."""
        gone = Closing(cancelled=True, why=THEY_LEFT)
        person.promises = [
            closed(promise, gone, self.clock()) if promise.by_reply and promise.state.is_owed else promise
            for promise in person.promises
        ]

    def give_cases_back(self, person: Person, handoff: Handoff) -> None:
        """The cases that went along are the bot's again, save those that were begun anew meanwhile."""
        anew = [(case.topic, case.about) for case in person.cases.values() if case.state.is_open]
        for case in self._cases_along(person, handoff):
            if (case.topic, case.about) not in anew:
                self.move_case(person, case.id, CaseState.OPEN)

    def _cases_along(self, person: Person, handoff: Handoff) -> Sequence[Case]:
        went = [person.cases[key] for key, along in person.handed_over.items() if along == handoff.id]
        return [case for case in went if case.state is CaseState.HANDED_OVER]

    def _named(self, handoff: Handoff) -> Handoff:
        offer = handoff.offer and replace(handoff.offer, agent_name=self.name_of(handoff.offer.agent_id))
        name = self.name_of(handoff.agent_id) if handoff.agent_id else None
        return replace(handoff, offer=offer, agent_name=name)

    def _close(self, person: Person, handoff: Handoff) -> None:
        """What the end of a handoff means for the cases that went along, and for the bot's task."""
        if handoff.state is HandoffState.RETURNED:
            self.give_cases_back(person, handoff)
        else:
            for case in self._cases_along(person, handoff):
                self.move_case(person, case.id, case_after(handoff))
        if handoff.state is HandoffState.RETURNED and person.dialogue is not None:
            person.given_back_from = handoff.id
        if handoff.state is HandoffState.RESOLVED and person.dialogue is not None and person.dialogue.task:
            person.dialogue = replace(person.dialogue, task=None)
            person.task_ended_by_person = True

    def wishes(self, person: Person) -> Preferences:
        """How a customer wants to be written to."""
        return Preferences.of({learnt.fact.key: learnt.fact.value for learnt in person.facts if learnt.holds})

    def presence(self, agent_id: AgentId) -> Presence:
        """Whether an agent can be offered something."""
        return presence_of(self.seen.get(agent_id), away=agent_id in self.away, now=self.clock())

    def name_of(self, agent_id: AgentId) -> str:
        """An agent's name."""
        known = self.agents.get(agent_id)
        return known[0].name if known else agent_id
