"""The fake outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from memory.fakes.person import Person, Posting
from memory.fakes.world import World
from memory.model import Author, CustomerId, Delivery, DeliveryState
from memory.rules import COME_BACK, JUST_ASKED, ONCE_A_PERSON_IS_DONE, RETRIED, storable

_UNSETTLED = {DeliveryState.PENDING, DeliveryState.SENDING}


class FakeOutbox:
    """Replies on their way."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def claim(self, channels: Sequence[str], limit: int) -> Sequence[Delivery]:
        """Due rows, at most one a customer and each customer's in order; they are `sending` now."""
        self._wake()
        self._withhold()
        self._fail()
        taken: list[Delivery] = []
        for posting in self._oldest_of_each():
            if len(taken) < limit and posting.address.channel in channels and self._goes(posting):
                posting.state, posting.attempts = DeliveryState.SENDING, posting.attempts + 1
                taken.append(self._delivery(posting))
        return taken

    async def may_go(self, delivery_id: int) -> bool:
        """Whether a claimed row may still be sent."""
        posting = self._world.postings.get(delivery_id)
        return posting is not None and posting.state is DeliveryState.SENDING and not self._is_overtaken(posting)

    async def settle(
        self,
        delivery_id: int,
        state: DeliveryState,
        reason: str | None = None,
        retry_at: datetime | None = None,
        *,
        closes: bool = False,
    ) -> None:
        """What became of a claimed row. `pending` needs `retry_at`; other states are final; `closes` its address."""
        if state is DeliveryState.SENDING or (state is DeliveryState.PENDING) != (retry_at is not None):
            raise ValueError(f"a delivery can't be settled as {state.value} with retry_at={retry_at}")
        posting = self._world.postings.get(delivery_id)
        if posting is None or posting.state is not DeliveryState.SENDING:
            return
        posting.state, posting.due_at, posting.reason = state, retry_at or posting.due_at, reason
        posting.settled_at = None if state is DeliveryState.PENDING else self._world.clock()
        if closes and reason is not None:
            self._world.closed[posting.address] = reason
        desk = ["desk"] if state in RETRIED else []
        self._world.bell.ring(["outbox", f"customer:{posting.customer_id}", *desk])

    async def returned(self, delivery_id: int, reason: str) -> bool:
        """What had counted as sent has failed after all. False where nothing had been sent."""
        posting = self._world.postings.get(delivery_id)
        if posting is None or posting.state not in COME_BACK:
            return False
        posting.state, posting.reason = DeliveryState.FAILED, storable(reason)
        posting.settled_at = self._world.clock()
        self._world.bell.ring([f"customer:{posting.customer_id}", "desk"])
        return True

    async def recover(self) -> int:
        """Rows left `sending` become pending again."""
        left = [posting for posting in self._world.postings.values() if posting.state is DeliveryState.SENDING]
        for posting in left:
            posting.state = DeliveryState.PENDING
        self._world.bell.ring(["outbox"])
        return len(left)

    async def adopt(self) -> int:
        """There is no other process."""
        return 0

    def _is_due(self, posting: Posting) -> bool:
        return posting.state is DeliveryState.PENDING and posting.due_at <= self._world.clock()

    def _goes(self, posting: Posting) -> bool:
        """Whether it is sent now; what must wait for the end of quiet hours is held."""
        if not self._is_due(posting):
            return False
        until = self._quiet_until(posting)
        if until is not None:
            posting.state, posting.due_at = DeliveryState.HELD, until
            self._world.bell.ring([f"customer:{posting.customer_id}", "desk"])
        return until is None

    def _quiet_until(self, posting: Posting) -> datetime | None:
        person = self._world.people[posting.customer_id]
        if posting.topic is None and (posting.author is Author.BOT or self._just_wrote(person)):
            return None
        handoff = person.open_handoff
        if posting.topic is not None and handoff is not None and handoff.state.owned_by_person:
            return self._world.clock() + ONCE_A_PERSON_IS_DONE
        return self._world.wishes(person).silent_until(self._world.clock())

    def _just_wrote(self, person: Person) -> bool:
        return person.last_contact_at is not None and person.last_contact_at > self._world.clock() - JUST_ASKED

    def _wake(self) -> None:
        for posting in self._world.postings.values():
            freed = posting.author is Author.AGENT and self._just_wrote(self._world.people[posting.customer_id])
            if posting.state is DeliveryState.HELD and (freed or posting.due_at <= self._world.clock()):
                posting.state, posting.due_at = DeliveryState.PENDING, self._world.clock()

    def _withhold(self) -> None:
        for posting in self._world.postings.values():
            if self._is_overtaken(posting) and self._is_due(posting):
                posting.state, posting.reason = DeliveryState.WITHHELD, "a person had taken over"

    def _fail(self) -> None:
        """Nothing goes to an address that is closed."""
        for posting in self._world.postings.values():
            if posting.address in self._world.closed and self._is_due(posting):
                posting.state, posting.reason = DeliveryState.FAILED, self._world.closed[posting.address]
                posting.settled_at = self._world.clock()
                self._world.bell.ring(["desk"])

    def _is_overtaken(self, posting: Posting) -> bool:
        handoff = self._world.people[posting.customer_id].open_handoff
        owned = handoff is not None and handoff.state.owned_by_person
        return owned and posting.author is Author.BOT and posting.topic is None

    def _oldest_of_each(self) -> Sequence[Posting]:
        """Answers, and what stands before one, come before news to others."""
        oldest: dict[CustomerId, Posting] = {}
        awaited: set[CustomerId] = set()
        for posting in self._world.postings.values():
            if posting.state in _UNSETTLED:
                oldest.setdefault(posting.customer_id, posting)
                awaited |= set() if posting.topic else {posting.customer_id}
        return sorted(oldest.values(), key=lambda each: (each.customer_id not in awaited, each.due_at, each.id))

    def _delivery(self, posting: Posting) -> Delivery:
        message = self._world.people[posting.customer_id].messages[posting.number - 1]
        shown = self._world.delivered(message)
        return Delivery(posting.id, posting.customer_id, posting.address, shown, posting.attempts, posting.last_try)
