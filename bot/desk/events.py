"""What the desk's page hears live: the queue, the open conversation, a pulse. A route of `bot.desk.api`.

Every connection begins with the whole state, so a reconnect misses nothing. The queue is read once for all who are
there, and of it only the lines that have changed are told; the open conversation is read only when something may have
changed in it, and told whole.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, RootModel
from sse_starlette import ServerSentEvent

from bot.desk.access import Door, Seat
from bot.desk.conversations import Conversations
from bot.desk.dead_letters import pile_view
from bot.desk.ledger import Ledger
from bot.desk.mentions import Called, MentionView
from bot.desk.presence import Presence
from bot.desk.promise_views import OwedView
from bot.desk.together import Together
from bot.desk.views import QueueEntry
from bot.hints import Hints
from bot.http import ApiError, EventStream, error_responses
from memory.model import Agent, CustomerId, HandoffId, Role
from memory.ports import DeadLetters, Doorbell, Ring

PULSE = 20.0
"""Seconds of quiet after which the agent is marked as present again and the page hears that the line is alive."""


SELDOM = 1.0
"""Seconds between two looks at what concerns the agent but can wait so long: promises and mentions."""


class Pulse(BaseModel):
    """The server's clock, so that waiting times are right on a computer whose clock is not."""

    now: datetime


class _Owed(RootModel[list[OwedView]]):
    pass


class _Mentions(RootModel[list[MentionView]]):
    pass


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page reads live."""

    conversations: Conversations
    ledger: Ledger
    presence: Presence
    called: Called
    dead_letters: DeadLetters
    hints: Hints


@dataclass(frozen=True, slots=True)
class Watched:
    """The handoff that a page has open, and its customer."""

    handoff_id: HandoffId
    customer_id: CustomerId


@dataclass(frozen=True, slots=True)
class _Queue:
    """The lines of the queue in their order, and each as JSON, by handoff."""

    entries: Mapping[str, QueueEntry]
    lines: Mapping[str, str]

    def since(self, seen: "_Queue | None") -> tuple[str, str] | None:
        """What brings a page up to date that has seen another: all, or only the lines that are new to it."""
        if seen is None:
            return "queue", f"[{','.join(self.lines.values())}]"
        changed = ",".join(line for handoff, line in self.lines.items() if seen.lines.get(handoff) != line)
        order = None if list(self.lines) == list(seen.lines) else list(self.lines)
        if not changed and order is None:
            return None
        return "lines", f'{{"changed":[{changed}],"order":{json.dumps(order)}}}'


@dataclass(slots=True)
class _Page:
    """One open page: what it watches, and what of it has to be looked at."""

    seat: Seat
    watched: Watched | None
    own: Ring
    queue: _Queue | None = None
    _entry: QueueEntry | None = None
    _everything: bool = True
    _aside_due: float = 0.0
    _owes_aside: bool = False

    def look_at_everything(self) -> None:
        """Whatever has rung: some things change by time alone."""
        self._everything = True

    def looks_aside(self, now: float) -> bool:
        """Whether it is time for what can wait."""
        self._owes_aside = now < self._aside_due
        if not self._owes_aside:
            self._aside_due = now + SELDOM
        return not self._owes_aside

    def patience(self, left: float, now: float) -> float:
        """Seconds until the next look if nothing rings."""
        return min(left, max(self._aside_due - now, 0.0)) if self._owes_aside else left

    async def has_rung(self) -> bool:
        """Whether something happened in the open conversation, or all is to be looked at."""
        rang, self._everything = await self.own.wait(0) or self._everything, False
        return rang

    def has_another_line(self, queue: _Queue) -> bool:
        """Whether the open conversation may be another by the queue: its line is, or it waits, and its place may be."""
        before, self._entry = self._entry, queue.entries.get(self.watched.handoff_id) if self.watched else None
        waits = self._entry is not None and self._entry.agent is None
        return waits or self._entry != before


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
        self._hints = reading.hints
        self._conversations = reading.conversations
        self._ledger = reading.ledger
        self._queue = Together(self._read_queue)
        self._presence = reading.presence
        self._called = reading.called
        self._leaving: set[asyncio.Task[None]] = set()
        self._dead_letters = reading.dead_letters
        self._doorbell = doorbell
        self._now = now
        self._pulse = pulse

    async def watched(self, seat: Seat, handoff_id: HandoffId | None) -> Watched | None:
        """What to look at beside the queue. Raises ApiError 404 for an unknown handoff."""
        if handoff_id is None:
            return None
        customer_id = (await self._conversations.open(handoff_id, seat.agent)).customer.id
        return Watched(handoff_id, CustomerId(customer_id))

    async def events(self, seat: Seat, watched: Watched | None) -> AsyncIterator[ServerSentEvent]:
        """The stream: whatever changed since the last look, each time the bell rings, until the session ends."""
        self._hints.prepare()  # they take seconds to open, and are open then before a message needs them
        topics = ["desk", *([f"customer:{watched.customer_id}"] if watched else [])]
        window = secrets.token_hex(4)
        # Before the first look, so that nothing falls in between.
        with self._doorbell.listen(*topics) as ring, self._doorbell.listen(*topics[1:]) as own:
            sent, page = _Sent(), _Page(seat, watched, own)
            try:
                while await self._door.still_in(seat):
                    yield ServerSentEvent(Pulse(now=self._now()).model_dump_json(), event="pulse")
                    if watched:
                        await self._presence.look(watched.customer_id, seat.agent, window, self._lasts)
                    page.look_at_everything()
                    async for event, data in self._until_pulse(ring, page):
                        if (number := sent.number_of(event, data)) is not None:
                            yield ServerSentEvent(data, event=event, id=str(number))
                yield ServerSentEvent("{}", event="signed_out")
            finally:
                if watched:
                    self._leave(watched, seat, window)

    @property
    def _lasts(self) -> timedelta:
        """How long one look counts: until the next pulse, and somewhat longer."""
        return timedelta(seconds=self._pulse * 1.5)

    def _leave(self, watched: Watched, seat: Seat, window: str) -> None:
        """In a task of its own: a stream that was cut off can't wait for anything any more."""
        task = asyncio.create_task(self._presence.leave(watched.customer_id, seat.agent, window))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _until_pulse(self, ring: Ring, page: _Page) -> AsyncIterator[tuple[str, str]]:
        clock = asyncio.get_running_loop().time
        end = clock() + self._pulse
        while (left := end - clock()) > 0:
            async for news in self._look(page, clock()):
                yield news
            await ring.wait(page.patience(left, clock()))

    async def _look(self, page: _Page, now: float) -> AsyncIterator[tuple[str, str]]:
        agent, watched = page.seat.agent, page.watched
        is_read = False
        if watched is not None:  # first, so that what is said here is seen as soon as can be, however long the queue
            yield "signs", (await self._presence.seen_by(agent, watched.customer_id)).model_dump_json()
            if is_read := await page.has_rung():
                yield await self._opened(watched, agent)
        seen, page.queue = page.queue, await self._queue.fresh()
        await self._conversations.seen_in_queue(page.queue.entries.values(), agent)
        if (news := page.queue.since(seen)) is not None:
            yield news
        if page.looks_aside(now):
            yield "promises", _Owed(await self._ledger.concerning(agent)).model_dump_json()
            yield "mentions", _Mentions(await self._called.unread(agent.id)).model_dump_json()
            if agent.role is not Role.AGENT:
                yield "dead_letters", pile_view(await self._dead_letters.pile()).model_dump_json()
        if watched is not None and page.has_another_line(page.queue) and not is_read:
            yield await self._opened(watched, agent)

    async def _opened(self, watched: Watched, agent: Agent) -> tuple[str, str]:
        try:
            return "handoff", (await self._conversations.open(watched.handoff_id, agent)).model_dump_json()
        except ApiError:
            return "gone", "{}"  # its customer was erased while it was open

    async def _read_queue(self) -> _Queue:
        entries = {entry.id: entry for entry in await self._conversations.queue()}
        return _Queue(entries, {handoff: entry.model_dump_json() for handoff, entry in entries.items()})


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
        """Server-Sent Events: `queue` (open handoffs) and after it `lines` (those `changed` or new, and all ids in
        their `order` where that is another), `promises` (owed by this agent and the team; for a lead by all),
        `handoff` (the one asked for), `mentions` (notes that call this agent),
        `dead_letters` (for leads and admins: how many messages did not arrive, and when the latest did not),
        `signs` (who else has that open, and who writes in it), `pulse`, `gone`,
        `signed_out`.
        """
        watched = await live.watched(seat, handoff)
        return EventStream(live.events(seat, watched))

    return router
