"""What the desk's page hears live: the queue, the open conversation, a pulse. A route of `bot.desk.api`.

Every connection begins with the whole state and gets it whole after each change, so a reconnect misses nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, RootModel
from sse_starlette import ServerSentEvent

from bot.desk.access import Door, Seat
from bot.desk.conversations import Conversations
from bot.desk.ledger import Ledger
from bot.desk.promise_views import OwedView
from bot.desk.views import QueueEntry
from bot.http import ApiError, EventStream, error_responses
from memory.model import HandoffId
from memory.ports import Doorbell, Ring

PULSE = 20.0
"""Seconds of quiet after which the agent is marked as present again and the page hears that the line is alive."""


class Pulse(BaseModel):
    """The server's clock, so that waiting times are right on a computer whose clock is not."""

    now: datetime


class _Queue(RootModel[list[QueueEntry]]):
    pass


class _Owed(RootModel[list[OwedView]]):
    pass


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page reads live."""

    conversations: Conversations
    ledger: Ledger


class Live:
    """Streams for agents' pages."""

    def __init__(
        self,
        *,
        door: Door,
        reading: Reading,
        doorbell: Doorbell,
        now: Callable[[], datetime],
        pulse: float = PULSE,
    ) -> None:
        self._door = door
        self._conversations = reading.conversations
        self._ledger = reading.ledger
        self._doorbell = doorbell
        self._now = now
        self._pulse = pulse

    async def topics(self, seat: Seat, handoff_id: HandoffId | None) -> list[str]:
        """What to listen to. Raises ApiError 404 for an unknown handoff."""
        if handoff_id is None:
            return ["desk"]
        return ["desk", f"customer:{(await self._conversations.view(handoff_id, seat.agent)).customer.id}"]

    async def events(
        self, seat: Seat, handoff_id: HandoffId | None, topics: list[str]
    ) -> AsyncIterator[ServerSentEvent]:
        """The stream: whatever changed since the last look, each time the bell rings, until the session ends."""
        with self._doorbell.listen(*topics) as ring:  # before the first look, so that nothing falls in between
            sent = _Sent()
            while await self._door.still_in(seat):
                yield ServerSentEvent(Pulse(now=self._now()).model_dump_json(), event="pulse")
                async for event, data in self._until_pulse(ring, seat, handoff_id):
                    if (number := sent.number_of(event, data)) is not None:
                        yield ServerSentEvent(data, event=event, id=str(number))
            yield ServerSentEvent("{}", event="signed_out")

    async def _until_pulse(
        self, ring: Ring, seat: Seat, handoff_id: HandoffId | None
    ) -> AsyncIterator[tuple[str, str]]:
        clock = asyncio.get_running_loop().time
        end = clock() + self._pulse
        while (left := end - clock()) > 0:
            async for news in self._look(seat, handoff_id):
                yield news
            await ring.wait(left)

    async def _look(self, seat: Seat, handoff_id: HandoffId | None) -> AsyncIterator[tuple[str, str]]:
        yield "queue", _Queue(await self._conversations.queue()).model_dump_json()
        yield "promises", _Owed(await self._ledger.concerning(seat.agent)).model_dump_json()
        if handoff_id is None:
            return
        try:
            yield "handoff", (await self._conversations.view(handoff_id, seat.agent)).model_dump_json()
        except ApiError:
            yield "gone", "{}"  # its customer was erased while it was open


class _Sent:
    """What one stream has told already, so that a bell for something else costs the page nothing."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}
        self._count = 0

    def number_of(self, event: str, data: str) -> int | None:
        """The id of this event in the stream, or None when it would say the same again."""
        if self._last.get(event) == data:
            return None
        self._last[event] = data
        self._count += 1
        return self._count


def event_routes(door: Door, live: Live) -> APIRouter:
    """`GET events`."""
    router = APIRouter()

    @router.get("/events", response_class=EventStream, responses=error_responses(401, 404, 422))
    async def events(
        seat: Annotated[Seat, Depends(door.seat)],
        handoff: Annotated[HandoffId | None, Query(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = None,
    ) -> EventStream:
        """Server-Sent Events: `queue` (open handoffs), `promises` (owed by this agent and the team; for a lead by all),
        `handoff` (the one asked for), `pulse`, `gone`, `signed_out`.
        """
        topics = await live.topics(seat, handoff)
        return EventStream(live.events(seat, handoff, topics))

    return router
