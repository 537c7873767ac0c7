"""The fake's replies that are not with the customer yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from memory.errors import NotYours, TooLate, UnknownMessage
from memory.fakes.person import Person, Posting
from memory.fakes.world import World
from memory.model import AgentId, Author, Cursor, DeliveryState, HandoffId, Message
from memory.rules import RETRIED, WAITING_TO_GO, storable


class FakeReplies:
    """What agents have written, on its way."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def edit(self, handoff_id: HandoffId, by: AgentId, number: Cursor, text: str) -> Message:
        """Say it in other words. Raises UnknownHandoff, NotYours, UnknownMessage, TooLate."""
        person, posting = self._found(handoff_id, by, number, WAITING_TO_GO)
        posting.reason = None
        return self._told(person, number, storable(text))

    async def withdraw(self, handoff_id: HandoffId, by: AgentId, number: Cursor) -> Message:
        """Take it back. Raises UnknownHandoff, NotYours, UnknownMessage, TooLate."""
        person, posting = self._found(handoff_id, by, number, WAITING_TO_GO)
        posting.state, posting.reason = DeliveryState.WITHDRAWN, None
        return self._told(person, number, "")

    async def retry(self, handoff_id: HandoffId, by: AgentId, number: Cursor) -> Message:
        """Send it again. Raises UnknownHandoff, NotYours, UnknownMessage, TooLate."""
        person, posting = self._found(handoff_id, by, number, RETRIED)
        posting.waits_again(self._world.clock())
        posting.attempts, posting.last_try = 0, False
        self._world.closed.pop(posting.address, None)
        return self._told(person, number, person.messages[number - 1].text)

    def _found(
        self, handoff_id: HandoffId, by: AgentId, number: Cursor, states: Collection[DeliveryState]
    ) -> tuple[Person, Posting]:
        person, handoff = self._world.find(handoff_id)
        if not handoff.state.owned_by_person or handoff.agent_id != by:
            raise NotYours(handoff.agent_name)
        if not 0 < number <= len(person.messages) or person.messages[number - 1].author is not Author.AGENT:
            raise UnknownMessage
        mine = (row for row in self._world.postings.values() if row.customer_id == person.customer.id)
        posting = next((row for row in mine if row.number == number), None)
        if posting is None or posting.state not in states:
            raise TooLate(posting.state if posting else None)
        return person, posting

    def _told(self, person: Person, number: Cursor, text: str) -> Message:
        person.messages[number - 1] = replace(person.messages[number - 1], text=text)
        self._world.bell.ring(["outbox", "desk", f"customer:{person.customer.id}"])
        return self._world.delivered(person.messages[number - 1])
