"""The fake agents' side of conversations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from memory.errors import IllegalMove, NotYours, UnknownAgent, UnknownFile
from memory.fakes.cases import told_cases
from memory.fakes.facts import current_facts
from memory.fakes.files import attached
from memory.fakes.person import Person
from memory.fakes.promises import keep_by_reply, shown_promises
from memory.fakes.world import World
from memory.model import (
    Address,
    AgentId,
    Aim,
    Author,
    Brief,
    Cursor,
    CustomerId,
    FileId,
    Handoff,
    HandoffId,
    HandoffMove,
    HandoffState,
    Message,
    Note,
    PastHandoff,
    names_of,
)
from memory.moves import Wanted, check_mover, chosen_address
from memory.ports import HandoffSummary, HandoffView
from memory.rules import MOST_GIVEN, PAST_HANDOFFS, TRIED_WITHIN, VIEW_MESSAGES, storable


class FakeHandoffs:
    """Handoffs as agents see and move them."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def queue(self, states: Sequence[HandoffState], limit: int | None = None) -> Sequence[HandoffSummary]:
        """Handoffs in these states (of them the newest), the longest waiting first."""
        found = [
            (person, handoff)
            for person in self._world.people.values()
            for handoff in person.handoffs.values()
            if handoff.state in states
        ]
        found.sort(key=lambda pair: (pair[1].requested_at, pair[1].id))
        newest = found if limit is None else found[-limit:]
        return [self._summary(person, handoff) for person, handoff in newest]

    async def view(self, handoff_id: HandoffId) -> HandoffView:
        """The brief and the last 200 messages. Raises UnknownHandoff."""
        person, handoff = self._world.find(handoff_id)
        messages = self._world.all_delivered(person.messages[-VIEW_MESSAGES:])
        return HandoffView(
            handoff=handoff,
            brief=self._brief(person, handoff),
            messages=messages,
            notes=tuple(self._world.notes.get(handoff_id, ())),
            moves=tuple(self._named(move) for move in self._world.moves[handoff_id]),
        )

    def _named(self, move: HandoffMove) -> HandoffMove:
        known = self._world.agents.get(move.by)
        return replace(move, by_name=known[0].name if known else None)

    async def move(
        self, handoff_id: HandoffId, to: HandoffState, by: AgentId, why: str | None = None, *, aim: Aim | None = None
    ) -> Handoff:
        """Make a legal move. Raises IllegalMove, UnknownHandoff, NotYours, UnknownAgent."""
        person, handoff = self._world.find(handoff_id)
        wanted = Wanted(to, by, why, aim or Aim())
        check_mover(handoff, wanted)
        if wanted.aim.agent_id is not None and wanted.aim.agent_id not in self._world.agents:
            raise UnknownAgent
        return self._world.move(person, handoff, wanted)

    async def reply(self, handoff_id: HandoffId, by: AgentId, text: str, files: Sequence[FileId] = ()) -> Message:
        """Say something to the customer. Raises IllegalMove, NotYours, UnknownHandoff, UnknownFile."""
        person, handoff = self._world.find(handoff_id)
        if not handoff.state.owned_by_person:
            raise IllegalMove(handoff.state, HandoffState.ACTIVE)
        if handoff.agent_id != by:
            raise NotYours(handoff.agent_name)
        if any(file_id not in person.files for file_id in files):
            raise UnknownFile
        if handoff.state is HandoffState.ACCEPTED:
            self._world.move(person, handoff, Wanted(HandoffState.ACTIVE, by))
        address, side = self._place(person, handoff)
        said = Message(
            customer_id=person.customer.id,
            number=Cursor(0),
            author=Author.AGENT,
            channel=address.channel,
            text=storable(text) or names_of([attached(file_id, person.files[file_id].new) for file_id in files]),
            at=self._world.clock(),
            agent_name=self._world.name_of(by),
            attachments=tuple(attached(file_id, person.files[file_id].new) for file_id in files),
        )
        person.writes_for = side
        message = person.add(said)
        person.writes_for = None
        keep_by_reply(self._world, person, message.number)
        self._world.post(message, address)
        self._world.bell.ring([f"customer:{person.customer.id}", "desk"])
        return self._world.delivered(message)

    def _place(self, person: Person, handoff: Handoff) -> tuple[Address, CustomerId | None]:
        """Where a reply goes, and whose side that is: where they chose to be written to, else where they last wrote."""
        chosen = chosen_address(handoff, person.last_contact_at)
        assert person.last_address is not None
        if chosen is not None and chosen != person.last_address and chosen in person.addresses:
            return chosen, person.side_of.get(chosen)
        customers = [m.number for m in person.messages if m.author is Author.CUSTOMER]
        return person.last_address, person.sides[customers[-1]]

    async def note(self, handoff_id: HandoffId, by: AgentId, text: str, mentions: Collection[AgentId] = ()) -> Note:
        """Write an internal note, which those it mentions are to read. Raises UnknownHandoff."""
        person, _ = self._world.find(handoff_id)
        note = Note(self._world.name_of(by), storable(text), self._world.clock())
        self._world.notes.setdefault(handoff_id, []).append(note)
        self._world.unread += [(agent_id, handoff_id, note) for agent_id in sorted(set(mentions))]
        self._world.bell.ring([f"customer:{person.customer.id}", "desk"])
        return note

    def _summary(self, person: Person, handoff: Handoff) -> HandoffSummary:
        answered = [
            message.number
            for message in person.messages
            if message.author is Author.AGENT and message.text and message.number >= handoff.requested_number
        ]
        since = max(answered, default=handoff.requested_number - 1)
        waiting = [m for m in person.messages if m.author is Author.CUSTOMER and m.number > since]
        return HandoffSummary(
            handoff=handoff,
            customer=person.customer,
            channel=person.last_address.channel if person.last_address else "",
            goal=_still_wanted(person, handoff),
            last_message=self._world.delivered(person.messages[-1]),
            asked=next((m.text for m in person.messages if m.number >= handoff.requested_number), None),
            unanswered=len(waiting),
        )

    def _brief(self, person: Person, handoff: Handoff) -> Brief:
        dialogue, since = person.dialogue, self._world.clock() - TRIED_WITHIN
        return Brief(
            customer=person.customer,
            addresses=sorted(person.addresses, key=lambda address: person.addresses[address], reverse=True),
            goal=dialogue.goal if dialogue else None,
            collected=dict(dialogue.collected) if dialogue else {},
            tried=[attempt for at, attempt in person.attempts if at > since],
            reason=handoff.reason,
            asked_in=self._world.delivered(person.messages[handoff.requested_number - 1]),
            facts=sorted(current_facts(person), key=lambda fact: fact.key),
            promises=shown_promises(self._world, person),
            cases=told_cases(person),
            given=[given for given in person.given[::-1] if given.at > since][:MOST_GIVEN],
            past=self._past(person),
            task=dialogue.task if dialogue else None,
            awaiting=handoff.awaiting,
        )

    def _past(self, person: Person) -> Sequence[PastHandoff]:
        ended = [handoff for handoff in person.handoffs.values() if handoff.closed_at and handoff.agent_id]
        ended.sort(key=lambda handoff: handoff.closed_at or handoff.requested_at, reverse=True)
        return [PastHandoff(handoff, self._line(person, handoff)) for handoff in ended[:PAST_HANDOFFS]]

    def _line(self, person: Person, handoff: Handoff) -> Message | None:
        number = handoff.feedback.line_in if handoff.feedback else None
        return None if number is None else self._world.delivered(person.messages[number - 1])


def _still_wanted(person: Person, handoff: Handoff) -> str | None:
    """What the dialogue was at last, unless that is done: who waits with another wish is not waiting for it."""
    goal = person.dialogue.goal if person.dialogue else None
    same = [case for case in person.cases.values() if case.title == goal]
    return goal if not handoff.state.is_open or not same or any(case.stands for case in same) else None
