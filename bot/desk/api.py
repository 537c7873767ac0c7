"""The desk's API under `/api/desk`: who may come in, handoffs, live events, the FAQ. Built by `bot.bootstrap`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from fastapi import APIRouter, Depends, Response

from bot.attachments import Attachments, Fetch
from bot.desk.access import Door
from bot.desk.attachments import attachment_routes
from bot.desk.canned import canned_routes
from bot.desk.colleagues import team_routes
from bot.desk.conversations import Conversations
from bot.desk.dead_letters import dead_letter_routes
from bot.desk.events import PULSE, Live, Reading, event_routes
from bot.desk.faq import faq_routes
from bot.desk.filters import filter_routes
from bot.desk.handoffs import reading_routes, saying_routes
from bot.desk.hours import hours_routes
from bot.desk.hush import Hush
from bot.desk.ledger import Ledger, promise_routes
from bot.desk.lockout import Lockout
from bot.desk.login import login_routes
from bot.desk.mentions import Called, mention_routes
from bot.desk.moving import Mover, moving_routes
from bot.desk.oidc import Oidc
from bot.desk.oidc_routes import oidc_routes
from bot.desk.orders import Orders
from bot.desk.passwords import Passwords
from bot.desk.past import reason_routes
from bot.desk.presence import Presence, ShowWriting, presence_routes
from bot.desk.readings import Noting, readings_routes
from bot.desk.replies import reply_routes
from bot.desk.searching import figure_routes, search_routes
from bot.desk.staff import Staff, staff_routes
from bot.desk.task_fields import Vocabulary
from bot.desk.whispers import Whisperer, whisper_routes
from bot.faq.publish import Publisher
from bot.hints import Hints
from bot.hours import SupportHours
from bot.line import Line
from bot.metrics import Metrics
from memory.model import HandoffReason
from memory.ports import (
    Agents,
    Answers,
    Canned,
    DeadLetters,
    Doorbell,
    Endings,
    FaqEntries,
    Files,
    Filters,
    Handoffs,
    HoursBook,
    Keys,
    Mentions,
    Promises,
    Readings,
    Replies,
    Search,
    Signs,
    TakeOvers,
    Team,
    Transcript,
)


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True, slots=True)
class DeskMemory:
    """What the desk uses of memory."""

    handoffs: Handoffs
    search: Search
    endings: Endings
    take_overs: TakeOvers
    transcript: Transcript
    agents: Agents
    keys: Keys
    readings: Readings
    team: Team
    faq: FaqEntries
    doorbell: Doorbell
    answers: Answers
    replies: Replies
    dead_letters: DeadLetters
    canned: Canned
    files: Files
    mentions: Mentions
    promises: Promises
    signs: Signs
    hours_book: HoursBook
    filters: Filters


@dataclass(frozen=True, slots=True)
class DeskClock:
    """The desk's times: of day, for measuring waits, and seconds between two signs of life on a quiet stream."""

    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = time.monotonic
    pulse: float = PULSE


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """What the desk works with besides memory. `remind_before` is how long before its time a promise is due soon."""

    line: Line
    orders: Orders
    passwords: Passwords
    publisher: Publisher
    hints: Hints
    vocabulary: Vocabulary
    hours: SupportHours
    metrics: Metrics
    url: str
    remind_before: timedelta
    oidc: Oidc | None = None
    show_writing: Mapping[str, ShowWriting] = field(default_factory=dict)
    fetch: Mapping[str, Fetch] = field(default_factory=dict)
    asks_if_solved: bool = True
    clock: DeskClock = DeskClock()


def desk_router(memory: DeskMemory, parts: DeskParts) -> APIRouter:
    """All routes of the desk's API."""
    router = APIRouter(prefix="/api/desk", tags=["desk"], dependencies=[Depends(_kept_private)])
    routes = _Routes(memory, parts)
    for some in (*routes.of_the_door(), *routes.of_a_conversation(), *routes.of_many(), *routes.of_the_desk()):
        router.include_router(some)
    return router


class _Routes:
    """The routes of each part of the desk, and what they share."""

    def __init__(self, memory: DeskMemory, parts: DeskParts) -> None:
        self._memory = memory
        self._parts = parts
        self._now = parts.clock.now
        self._door = Door(
            agents=memory.agents,
            keys=memory.keys,
            passwords=parts.passwords,
            lockout=Lockout(monotonic=parts.clock.monotonic),
            now=self._now,
        )
        self._noting = Noting(memory.readings, parts.clock.monotonic)
        self._conversations = Conversations(
            handoffs=memory.handoffs,
            transcript=memory.transcript,
            line=parts.line,
            orders=parts.orders,
            vocabulary=parts.vocabulary,
            noting=self._noting,
            now=self._now,
        )
        self._presence = Presence(
            handoffs=memory.handoffs, signs=memory.signs, now=self._now, channels=parts.show_writing
        )
        self._called = Called(memory.mentions, self._noting)
        self._ledger = Ledger(
            promises=memory.promises,
            noting=self._noting,
            hours=parts.hours,
            remind_before=parts.remind_before,
            now=self._now,
        )

    def of_the_door(self) -> Iterator[APIRouter]:
        """Who comes in, and who may."""
        memory, parts, door = self._memory, self._parts, self._door
        staff = Staff(agents=memory.agents, team=memory.team, passwords=parts.passwords, door=door, url=parts.url)
        yield login_routes(door)
        yield oidc_routes(door, parts.oidc)
        yield staff_routes(door, staff)
        yield team_routes(door, memory.team)

    def of_a_conversation(self) -> Iterator[APIRouter]:
        """Reading it, speaking in it, and where it goes."""
        memory, parts, door, conversations = self._memory, self._parts, self._door, self._conversations
        yield reading_routes(door, conversations)
        yield saying_routes(door, memory.handoffs, memory.team, conversations)
        yield reply_routes(door, memory.replies, conversations)
        yield moving_routes(door, self._mover())
        whisperer = Whisperer(handoffs=memory.handoffs, answers=memory.answers, hints=parts.hints)
        yield whisper_routes(door, whisperer, conversations)
        attachments = Attachments(files=memory.files, transcript=memory.transcript, fetch=parts.fetch)
        yield attachment_routes(door, memory.handoffs, attachments, conversations)
        yield presence_routes(door, self._presence)

    def of_many(self) -> Iterator[APIRouter]:
        """What is told of many conversations: live, by search, in lists, in figures."""
        memory, door, noting = self._memory, self._door, self._noting
        yield event_routes(door, self._live())
        yield mention_routes(door, self._called)
        yield promise_routes(door, self._ledger, self._conversations)
        yield search_routes(door, memory.search, noting)
        yield figure_routes(door, memory.search, self._now)
        yield dead_letter_routes(door, memory.dead_letters, noting)
        yield readings_routes(door, memory.readings, noting)

    def of_the_desk(self) -> Iterator[APIRouter]:
        """What the team has set up."""
        memory, parts, door = self._memory, self._parts, self._door
        yield filter_routes(door, memory.filters)
        yield canned_routes(door, memory.canned)
        yield reason_routes(door, parts.vocabulary.reasons)
        yield hours_routes(door, memory.hours_book, parts.hours, self._now)
        yield faq_routes(door, memory.faq, parts.publisher)

    def _mover(self) -> Mover:
        memory = self._memory
        return Mover(
            handoffs=memory.handoffs,
            endings=memory.endings,
            conversations=self._conversations,
            take_overs=memory.take_overs,
            hush=Hush(transcript=memory.transcript, doorbell=memory.doorbell),
            now=self._now,
            took_over=self._parts.metrics.handoffs_requested.labels(HandoffReason.AGENT_TOOK_OVER.value).inc,
            asks=self._parts.asks_if_solved,
        )

    def _live(self) -> Live:
        memory = self._memory
        reading = Reading(
            conversations=self._conversations,
            ledger=self._ledger,
            presence=self._presence,
            called=self._called,
            dead_letters=memory.dead_letters,
            hints=self._parts.hints,
        )
        pulse = self._parts.clock.pulse
        return Live(door=self._door, reading=reading, doorbell=memory.doorbell, now=self._now, pulse=pulse)


async def _kept_private(response: Response) -> None:
    """Customers' words stay out of every cache."""
    response.headers["Cache-Control"] = "no-store"
