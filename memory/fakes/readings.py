"""The fake's record of who was shown what of whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from memory.errors import UnknownHandoff
from memory.fakes.world import World
from memory.model import Customer, CustomerId, HandoffId, Look, Reading
from memory.rules import NOTED_AGAIN_AFTER


class FakeReadings:
    """Who was shown what of whom."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._noted: list[tuple[int, datetime, Look]] = []

    async def note(self, looks: Collection[Look]) -> None:
        """Keep these, each once an hour at most."""
        now = self._world.clock()
        known = {look for _, at, look in self._noted if at > now - NOTED_AGAIN_AFTER}
        self._noted += [(next(self._world.ids), now, look) for look in dict.fromkeys(looks) if look not in known]

    async def latest(self, limit: int, *, before: int | None = None) -> Sequence[Reading]:
        """The last `limit` below an id, the newest first."""
        known = [each for each in reversed(self._noted) if before is None or each[0] < before]
        return [self._shown(*each) for each in known[:limit]]

    def _shown(self, number: int, at: datetime, look: Look) -> Reading:
        agent = self._world.agents.get(look.agent_id)
        handoff_id, customer = self._whose(look.seen)
        return Reading(
            id=number,
            at=at,
            agent_id=look.agent_id,
            agent_name=agent[0].name if agent else None,
            by=look.by,
            handoff_id=handoff_id,
            customer_id=customer.id if customer else None,
            customer_name=customer.name or customer.email if customer else None,
        )

    def _whose(self, seen: str) -> tuple[str | None, Customer | None]:
        try:
            person, _ = self._world.find(HandoffId(seen))
        except UnknownHandoff:
            known = self._world.people.get(CustomerId(seen))
            return None, known.customer if known else self._world.absorbed.get(CustomerId(seen))
        return seen, person.customer
