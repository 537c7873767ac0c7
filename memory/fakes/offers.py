"""The fake queue, offers and waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from memory.fakes.person import Person
from memory.fakes.world import World
from memory.model import TIMER, Handoff, HandoffState, Wait, Waiting
from memory.moves import GIVEN_UP, LAPSED, Wanted, waiting_of


class FakeOffers:
    """Who waits for a person."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def waiting(self) -> Sequence[Waiting]:
        """The queued handoffs, those asked for first coming first."""
        queued = [(person, handoff) for person, handoff in self._all() if handoff.state is HandoffState.QUEUED]
        queued.sort(key=lambda pair: (pair[1].requested_at, pair[1].id))
        return [self._waiting(person, handoff) for person, handoff in queued]

    async def lapse(self) -> Sequence[Handoff]:
        """Make the moves whose time has come."""
        now = self._world.clock()
        due = [(person, handoff) for person, handoff in self._all() if handoff.is_due(now)]
        return [self._world.move(person, handoff, _lapsing(handoff, now)) for person, handoff in due]

    async def next_due(self) -> datetime | None:
        """When `lapse` will next have something to do."""
        open_ones = [handoff for _, handoff in self._all() if handoff.state.is_open]
        times = [handoff.waits_until for handoff in open_ones]
        times += [handoff.offer.until for handoff in open_ones if handoff.offer]
        return min((time for time in times if time is not None), default=None)

    async def waits(self, department: str | None, limit: int) -> Sequence[Wait]:
        """How long the last customers waited, the latest accepted first."""
        waits = [
            Wait(handoff.requested_at, handoff.first_accepted_at)
            for _, handoff in self._all()
            if handoff.first_accepted_at is not None and department in {None, handoff.department}
        ]
        return sorted(waits, key=lambda wait: wait.ended, reverse=True)[:limit]

    def _all(self) -> Iterator[tuple[Person, Handoff]]:
        for person in self._world.people.values():
            for handoff in list(person.handoffs.values()):
                yield person, handoff

    def _waiting(self, person: Person, handoff: Handoff) -> Waiting:
        others = [each for each in person.handoffs.values() if each.id != handoff.id and each.agent_id is not None]
        last = max(others, key=lambda each: each.requested_at, default=None)
        knew = last.agent_id if last else None
        return waiting_of(handoff, self._world.moves[handoff.id], is_valued=person.customer.valued, knew=knew)


def _lapsing(handoff: Handoff, now: datetime) -> Wanted:
    if handoff.is_given_up(now):
        return Wanted(HandoffState.ABANDONED, TIMER, GIVEN_UP)
    return Wanted(HandoffState.QUEUED, TIMER, LAPSED)
