"""The fake turns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from memory.errors import OwnerChanged
from memory.fakes.cases import known_cases
from memory.fakes.custody import DEED_OF, erase_in_turn
from memory.fakes.facts import current_facts
from memory.fakes.person import Arrival, Person
from memory.fakes.promises import named
from memory.fakes.records import Spot, write_records
from memory.fakes.unlink import unlink
from memory.fakes.world import World
from memory.model import (
    Agreed,
    AuditEntry,
    Author,
    Cursor,
    CustomerId,
    Doer,
    Edited,
    Erase,
    Extent,
    Given,
    GivenBack,
    Handoff,
    Inbound,
    InboxId,
    MakePromise,
    Message,
    Outcome,
    Presence,
    Promise,
    RequestHandoff,
    Thread,
    UndoLink,
    Unheard,
    attached_from,
    changed,
)
from memory.moves import heard_again
from memory.rules import (
    KNOWN_FACTS,
    RECENT_BOT_MESSAGES,
    SAID_BY_PERSON,
    fault_of,
    is_given_up,
    newly_given,
    storable,
)


class FakeClaimedTurn:
    """One message, held for one turn."""

    def __init__(self, world: World, arrival: Arrival) -> None:
        self._world = world
        self._arrival = arrival
        self._thread = thread_of(world, arrival)
        self.committed = False

    @property
    def inbox_id(self) -> InboxId:
        """Whose turn it is."""
        return self._arrival.id

    @property
    def inbound(self) -> Inbound:
        """What arrived, without its one-time code."""
        return replace(self._arrival.inbound, link_code=None)

    @property
    def thread(self) -> Thread:
        """What was known of its customer when it was claimed."""
        return self._thread

    @property
    def attempt(self) -> int:
        """1 at the first try."""
        return self._arrival.attempts

    async def commit(self, outcome: Outcome) -> None:
        """Write everything or nothing. Raises OwnerChanged."""
        if self.committed:
            raise RuntimeError("a turn is committed once")
        person = self._world.people[self._arrival.customer_id]
        handoff = person.open_handoff
        if outcome.replies and _owned(handoff) and not _owned(self._thread.handoff):
            raise OwnerChanged
        erasing = next((record for record in outcome.records if isinstance(record, Erase)), None)
        if erasing is None:
            self._write_all(person, outcome)
            if handoff is not None:
                person.handoffs[handoff.id] = heard_again(person.handoffs[handoff.id], self._world.clock())
        else:
            self._write_farewell(person, outcome, erasing)
        self.committed = True
        topics = [f"customer:{person.customer.id}", *(["desk"] if handoff or person.open_handoff else [])]
        self._world.bell.ring(topics)

    def _write(self, person: Person, outcome: Outcome) -> None:
        inbound, now = self._arrival.inbound, self._world.clock()
        asked = self._rewritten(person) if inbound.corrects else self._said(person)
        self._hand_out(person)
        first = Cursor(person.customer.last_number + 1)
        self._reply(person, outcome)
        person.last_contact_at, person.last_address = self._arrival.received_at, inbound.address
        if outcome.dialogue is not None:
            before = person.dialogue.collected if person.dialogue else {}
            for label, value in newly_given(before, outcome.dialogue.collected).items():
                person.given.append(Given(storable(label), storable(value), asked, now))
            person.dialogue, person.dialogue_at, person.task_ended_by_person = outcome.dialogue, now, False
            person.heard, person.given_back_from = person.customer.last_number, None
        answered = first if outcome.replies else asked
        write_records(self._world, person, Spot(inbound.address.channel, asked, answered), outcome.records)
        if is_given_up(outcome):
            self._arrival.given_up, self._arrival.given_up_at = asked, now
        self._arrival.handled = True

    def _said(self, person: Person) -> Cursor:
        """The message of the turn goes into the thread; its number."""
        inbound = self._arrival.inbound
        said = replace(
            _blank(person, Author.CUSTOMER, inbound.address.channel, inbound.text),
            at=self._arrival.received_at,
            payload=inbound.payload,
            client_id=inbound.provider_id,
            custom=inbound.custom,
            attachments=tuple(attached_from(kept) for kept in inbound.attachments),
        )
        return person.add(said).number

    def _rewritten(self, person: Person) -> Cursor:
        """The message that is corrected reads so from now on; its number."""
        edited = self._thread.edited
        if edited is None:
            return person.customer.last_number
        place = next(place for place, said in enumerate(person.messages) if said.number == edited.number)
        said = person.messages[place]
        text, custom = self._arrival.inbound.text, changed(said.custom, said.text)
        person.messages[place] = replace(said, text=text, custom=custom)
        return said.number

    def _write_all(self, person: Person, outcome: Outcome) -> None:
        person.writes_for = self._arrival.side
        self._write(person, outcome)
        person.mark()
        person.writes_for = None
        self._unlink(person, outcome)

    def _unlink(self, person: Person, outcome: Outcome) -> None:
        held = {link.id for link in self._world.links_of(person.customer.id) if link.holds}
        for record in outcome.records:
            if isinstance(record, UndoLink) and record.link_id in held:
                unlink(self._world, record.link_id, why="asked for in the conversation", by="customer")

    def _write_farewell(self, person: Person, outcome: Outcome, erasing: Erase) -> None:
        """Erase, and keep of this turn only its replies, for whoever is there from now on."""
        inbound = self._arrival.inbound
        self._world.audit.append(
            AuditEntry(
                self._world.clock(),
                DEED_OF[erasing.extent],
                Doer.CUSTOMER,
                inbound.address.channel,
                reference=erasing.reference,
            )
        )
        successor = erase_in_turn(self._world, person, inbound, erasing.extent)
        kept = [record for record in outcome.records if isinstance(record, RequestHandoff | MakePromise)]
        if kept or erasing.extent is Extent.CONVERSATION:
            successor.last_contact_at, successor.last_address = self._arrival.received_at, inbound.address
        self._reply(successor, outcome)
        write_records(self._world, successor, Spot(inbound.address.channel, Cursor(1), Cursor(1)), kept)
        self._arrival.handled = True

    def _reply(self, person: Person, outcome: Outcome) -> None:
        """What is answered to a customer who has a person anyway is not held back for that person."""
        address = self._arrival.inbound.address
        author = Author.AGENT if _owned(self.thread.handoff) else Author.BOT
        for reply in outcome.replies:
            blank = _blank(person, Author.BOT, address.channel, storable(reply.text))
            answer = replace(blank, at=self._world.clock(), buttons=tuple(reply.buttons), custom=reply.custom)
            self._world.post(person.add(answer, self.inbox_id), address, author=author)

    def _hand_out(self, person: Person) -> None:
        channel = self._arrival.inbound.address.channel
        if channel not in self._world.ways.answers_only:
            return
        last = self.thread.last_handoff
        question = last.feedback.asked_in if last is not None and last.feedback is not None else None
        for message in person.messages:
            waited = message.author is Author.AGENT or message.number == question
            if waited and message.channel == channel:
                person.reply_to.setdefault(message.number, self.inbox_id)


class FakeTurns:
    """Hands out waiting messages, one customer at a time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._begun_has_its_turn = False

    def _free(self) -> Iterator[Arrival]:
        """What may have its turn: of those whose turn was begun before, one at a time."""
        waiting = [a for a in self._world.arrivals.values() if not a.handled]
        begun = {a.customer_id for a in waiting if a.attempts} if self._begun_has_its_turn else set()
        return (a for a in waiting if a.customer_id not in self._world.busy | begun)

    @asynccontextmanager
    async def claim(self) -> AsyncIterator[FakeClaimedTurn | None]:
        """The next message of a customer whom nobody is busy with, or None."""
        arrival = next(self._free(), None)
        if arrival is None:
            yield None
            return
        arrival.attempts += 1
        begun_before = arrival.attempts > 1
        self._begun_has_its_turn = self._begun_has_its_turn or begun_before
        held = arrival.customer_id  # a turn that parts customers may give its message to the other
        self._world.busy.add(held)
        turn = FakeClaimedTurn(self._world, arrival)
        try:
            yield turn
        except Exception as exc:
            arrival.broke_with = fault_of(exc) or arrival.broke_with
            raise
        finally:
            self._begun_has_its_turn = self._begun_has_its_turn and not begun_before
            self._world.release(held)
            if not turn.committed:
                self._world.bell.ring(["inbox"])


def thread_of(world: World, arrival: Arrival) -> Thread:
    """What a turn needs to know."""
    person, now = world.people[arrival.customer_id], world.clock()
    newest = person.messages[::-1]
    bot_said = [message for message in newest if message.author is Author.BOT]
    since = person.heard if person.heard is not None else bot_said[0].number if bot_said else 0
    by_person = [m.text for m in newest if m.author is Author.AGENT and m.text and m.number > since][:SAID_BY_PERSON]
    handoffs = sorted(person.handoffs.values(), key=lambda h: h.requested_at, reverse=True)
    closed = [handoff for handoff in handoffs if handoff.closed_at is not None]
    return Thread(
        customer=person.customer,
        dialogue=person.dialogue,
        handoff=person.open_handoff,
        last_contact_at=person.last_contact_at,
        recent_buttons=tuple(button for message in bot_said[:RECENT_BOT_MESSAGES] for button in message.buttons),
        last_person=next((handoff.agent_name for handoff in handoffs if handoff.agent_name), None),
        last_handoff=max(closed, key=lambda handoff: handoff.closed_at or now, default=None),
        said_by_person=tuple(by_person[::-1]),
        agents_present=sum(world.presence(agent_id) is Presence.PRESENT for agent_id in world.seen),
        link=arrival.link,
        task_ended_by_person=person.task_ended_by_person,
        facts=tuple(current_facts(person)[:KNOWN_FACTS]),
        links=tuple(link for link in world.links_of(person.customer.id) if link.holds),
        cases=known_cases(person, now),
        broken_promise=_broken_promise(world, person, now),
        unheard=_unheard(person, arrival.side) if closed else (),
        given_back=_given_back(person),
        edited=_edited(person, arrival.inbound.corrects),
        standing_buttons=tuple(newest[0].buttons) if newest and newest[0].author is Author.BOT else (),
        owed_until=max((promise.due_at for promise in person.promises if promise.state.is_owed), default=None),
    )


def _edited(person: Person, corrects: str | None) -> Edited | None:
    theirs = [message for message in person.messages if message.author is Author.CUSTOMER]
    found = next((message for message in theirs if corrects and message.client_id == corrects), None)
    return None if found is None else Edited(found.number, found.text, is_last=found is theirs[-1])


def _unheard(person: Person, side: CustomerId) -> Sequence[Unheard]:
    if person.heard is None:
        return ()
    said = [m for m in person.messages if m.author is Author.CUSTOMER and m.number > person.heard]
    return tuple(Unheard(m.number, m.text) for m in said if person.sides[m.number] == side)[-SAID_BY_PERSON:]


def _given_back(person: Person) -> GivenBack | None:
    handoff = person.handoffs.get(person.given_back_from) if person.given_back_from else None
    return None if handoff is None else GivenBack(handoff.agent_name, handoff.ending.agreed or Agreed())


def _broken_promise(world: World, person: Person, now: datetime) -> Promise | None:
    """The latest promise, if its time is over and no person has written since it was made."""
    owed = [named(world, promise) for promise in person.promises if promise.state.is_owed]
    last = max(owed, key=lambda promise: (promise.due_at, promise.id), default=None)
    if last is None or last.due_at >= now:
        return None
    written = any(message.author is Author.AGENT and message.at > last.made_at for message in person.messages)
    return None if written else last


def _owned(handoff: Handoff | None) -> bool:
    return handoff is not None and handoff.state.owned_by_person


def _blank(person: Person, author: Author, channel: str, text: str) -> Message:
    return Message(person.customer.id, Cursor(0), author, channel, text, person.customer.created_at)
