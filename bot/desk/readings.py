"""Notes what of whom each agent is shown, and tells it to leads. Used by the desk's routes and streams.

Whatever shows an agent what customers said or who they are goes by `Noting` first.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from bot.desk.access import Door, Seat
from bot.desk.together import Together
from bot.desk.views import QueueEntry
from bot.http import error_responses
from memory.model import THE_READINGS, AgentId, Look, ReadBy, Role
from memory.ports import Readings

REMEMBERED: Final = 300.0
"""Seconds for which what was noted is not asked for again: so much later than after an hour it may be noted anew."""


class ReadingView(BaseModel):
    """That an agent was shown something of a customer, null once they are erased.

    `handoff` is the conversation it stood in; null where it was of the customer, or nobody is known any more.
    """

    id: int
    at: datetime
    agent_id: str
    agent: str | None
    handoff: str | None
    by: ReadBy
    customer: str | None


class Noting:
    """Notes looks before they are answered: a stream looks at its whole queue whenever something happens.

    What was noted in the last minutes is known here, and what several pages wait for is written in one go.
    """

    def __init__(self, readings: Readings, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._readings = readings
        self._now = monotonic
        self._noted: dict[tuple[AgentId, ReadBy], dict[str, float]] = {}
        self._owed: set[Look] = set()
        self._tidied = monotonic()
        self._together = Together(self._write)

    async def note(self, agent_id: AgentId, by: ReadBy, seen: Iterable[str]) -> None:
        """An agent is about to see these, by conversation or customer: raises what memory raises, and then nothing is
        to be shown.
        """
        known, now = self._noted.setdefault((agent_id, by), {}), self._now()
        new = [one for one in seen if known.get(one, now) <= now]
        if new:
            self._owed.update(Look(agent_id, one, by) for one in new)
            await self._together.fresh()

    async def _write(self) -> None:
        looks, now = frozenset(self._owed), self._now()
        await self._readings.note(looks)
        self._owed -= looks
        self._forget(now)
        for look in looks:
            self._noted.setdefault((look.agent_id, look.by), {})[look.seen] = now + REMEMBERED

    def _forget(self, now: float) -> None:
        """What is not known any more takes no room."""
        if now < self._tidied + REMEMBERED:
            return
        self._tidied = now
        for view, known in list(self._noted.items()):
            self._noted[view] = {one: until for one, until in known.items() if until > now}
            if not self._noted[view]:
                del self._noted[view]


def one_of_each(entries: Iterable[QueueEntry]) -> Iterable[str]:
    """Of the conversations in a list the first one of each customer."""
    return {entry.customer.id: entry.id for entry in list(entries)[::-1]}.values()


def readings_routes(door: Door, readings: Readings, noting: Noting) -> APIRouter:
    """`GET readings`: for leads and admins."""
    router = APIRouter()
    leading = Annotated[Seat, Depends(door.seat_for(Role.LEAD, Role.ADMIN))]

    @router.get("/readings", responses=error_responses(401, 403, 422))
    async def listed(
        seat: leading,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    ) -> list[ReadingView]:
        """Who was shown what of whom, the newest first; `before` is the id to go on below."""
        await noting.note(seat.agent.id, ReadBy.READINGS, [THE_READINGS])
        return [
            ReadingView(
                id=each.id,
                at=each.at,
                agent_id=each.agent_id,
                agent=each.agent_name,
                handoff=each.handoff_id,
                by=each.by,
                customer=each.customer_name or (f"Visitor {each.customer_id[:6]}" if each.customer_id else None),
            )
            for each in await readings.latest(limit, before=before)
        ]

    return router
