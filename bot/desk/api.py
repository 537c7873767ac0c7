"""The desk's API under `/api/desk`: who may come in, handoffs, live events, the FAQ. Built by `bot.bootstrap`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

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
from bot.desk.mentions import mention_routes
from bot.desk.moving import Mover, moving_routes
from bot.desk.oidc import Oidc
from bot.desk.oidc_routes import oidc_routes
from bot.desk.orders import Orders
from bot.desk.passwords import Passwords
from bot.desk.past import reason_routes
from bot.desk.presence import Presence, ShowWriting, presence_routes
from bot.desk.replies import reply_routes
from bot.desk.searching import figure_routes, search_routes
from bot.desk.staff import Staff, readings_routes, staff_routes
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
    signs: Signs
    hours_book: HoursBook
    filters: Filters


@dataclass(frozen=True, slots=True)
class DeskClock:
    """The desk's times: of day, for measuring waits, and seconds between two signs of life on a quiet stream."""

    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = time.monotonic
    pulse: float = PULSE


def desk_router(  # noqa: PLR0913 - the parts that its routes work with, by name
    *,
    memory: DeskMemory,
    line: Line,
    ledger: Ledger,
    orders: Orders,
    passwords: Passwords,
    publisher: Publisher,
    hints: Hints,
    vocabulary: Vocabulary,
    hours: SupportHours,
    metrics: Metrics,
    url: str,
    oidc: Oidc | None = None,
    show_writing: Mapping[str, ShowWriting] | None = None,
    fetch: Mapping[str, Fetch] | None = None,
    asks_if_solved: bool = True,
    clock: DeskClock | None = None,
) -> APIRouter:
    """All routes of the desk's API."""
    clock = clock or DeskClock()
    lockout = Lockout(monotonic=clock.monotonic)
    door = Door(agents=memory.agents, keys=memory.keys, passwords=passwords, lockout=lockout, now=clock.now)
    staff = Staff(agents=memory.agents, team=memory.team, passwords=passwords, door=door, url=url)
    conversations = Conversations(
        handoffs=memory.handoffs,
        transcript=memory.transcript,
        line=line,
        orders=orders,
        vocabulary=vocabulary,
        readings=memory.readings,
        now=clock.now,
    )
    hush = Hush(transcript=memory.transcript, doorbell=memory.doorbell)
    mover = Mover(
        handoffs=memory.handoffs,
        endings=memory.endings,
        conversations=conversations,
        take_overs=memory.take_overs,
        hush=hush,
        now=clock.now,
        took_over=metrics.handoffs_requested.labels(HandoffReason.AGENT_TOOK_OVER.value).inc,
        asks=asks_if_solved,
    )
    presence = Presence(handoffs=memory.handoffs, signs=memory.signs, now=clock.now, channels=show_writing or {})
    reading = Reading(conversations, ledger, presence, memory.mentions, memory.dead_letters)
    live = Live(door=door, reading=reading, doorbell=memory.doorbell, now=clock.now, pulse=clock.pulse)
    router = APIRouter(prefix="/api/desk", tags=["desk"], dependencies=[Depends(_kept_private)])
    router.include_router(login_routes(door))
    router.include_router(oidc_routes(door, oidc))
    router.include_router(reading_routes(door, conversations))
    router.include_router(saying_routes(door, memory.handoffs, memory.team, conversations))
    whisperer = Whisperer(handoffs=memory.handoffs, answers=memory.answers, hints=hints)
    router.include_router(whisper_routes(door, whisperer))
    router.include_router(reply_routes(door, memory.replies, conversations))
    router.include_router(dead_letter_routes(door, memory.dead_letters, memory.readings))
    router.include_router(moving_routes(door, mover))
    attachments = Attachments(files=memory.files, transcript=memory.transcript, fetch=fetch or {})
    router.include_router(attachment_routes(door, memory.handoffs, attachments, memory.readings))
    router.include_router(presence_routes(door, presence))
    router.include_router(mention_routes(door, memory.mentions))
    router.include_router(filter_routes(door, memory.filters))
    router.include_router(canned_routes(door, memory.canned))
    router.include_router(reason_routes(door, vocabulary.reasons))
    router.include_router(promise_routes(door, ledger, conversations))
    router.include_router(search_routes(door, memory.search, memory.readings))
    router.include_router(figure_routes(door, memory.search, clock.now))
    router.include_router(staff_routes(door, staff))
    router.include_router(readings_routes(door, memory.readings))
    router.include_router(team_routes(door, memory.team))
    router.include_router(hours_routes(door, memory.hours_book, hours, clock.now))
    router.include_router(event_routes(door, live))
    router.include_router(faq_routes(door, memory.faq, publisher))
    return router


async def _kept_private(response: Response) -> None:
    """Customers' words stay out of every cache."""
    response.headers["Cache-Control"] = "no-store"
