"""The desk's routes for looking over many conversations: searching them, and a lead's figures.

Put together in `bot.desk.api`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, BaseModel, StringConstraints

from bot.desk.access import Door, Seat
from bot.desk.readings import Noting, one_of_each
from bot.desk.texts import NoNul
from bot.desk.views import MessageView, QueueEntry, message_view, queue_entry
from bot.http import error_responses
from memory.model import HandoffId, HandoffOutcome, HandoffState, ReadBy, Role
from memory.ports import Course, Search
from memory.rules import asked_words

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
MOST: Final = 5000
"""Requests of a week that figures are made of; of more, the newest."""


def _with_a_word(query: str) -> str:
    if not asked_words(query):
        raise ValueError("write at least one word, a name or a number")
    return query


Words = Annotated[str, StringConstraints(min_length=1, max_length=200), NoNul, AfterValidator(_with_a_word)]


class FoundView(BaseModel):
    """A conversation, and the latest message that has most of the words (null: the customer's name has them)."""

    entry: QueueEntry
    message: MessageView | None


class FoundPage(BaseModel):
    """Some that were found; `before` is what to ask for the next page with (null: there are no more)."""

    found: list[FoundView]
    before: str | None


class Hour(BaseModel):
    """An hour, from when on, with how many asked for a person in it and how many an agent took."""

    since: datetime
    asked: int
    taken: int


class Figures(BaseModel):
    """What goes on: by the hour in the last 24, waits of that time in seconds (null: nobody was taken), and how the
    week's requests went.
    """

    hours: list[Hour]
    median_wait: float | None
    longest_wait: float | None
    outcomes: dict[HandoffOutcome, int]
    unsaid: int
    returned: int
    left: int
    solved: int
    not_solved: int
    unanswered: int


def search_routes(door: Door, search: Search, noting: Noting) -> APIRouter:
    """`GET search`."""
    router = APIRouter()

    @router.get("/search", responses=error_responses(401, 422))
    async def find(
        seat: Annotated[Seat, Depends(door.seat)],
        q: Words,
        before: Annotated[HandoffId | None, Query(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = None,
        limit: Annotated[int, Query(ge=1, le=50)] = 20,
    ) -> FoundPage:
        """Conversations that were ever handed over and hold all the words, by their beginnings, the newest first.

        What customers said is shown with them, so each of them is noted as read, by their newest conversation here.
        """
        found = await search.conversations(q, limit + 1, before=before)
        shown = [
            FoundView(
                entry=queue_entry(each.summary),
                message=None if each.message is None else message_view(each.message),
            )
            for each in found[:limit]
        ]
        await noting.note(seat.agent.id, ReadBy.FOUND, one_of_each(each.entry for each in shown))
        return FoundPage(found=shown, before=shown[-1].entry.id if len(found) > limit else None)

    return router


def figure_routes(door: Door, search: Search, now: Callable[[], datetime]) -> APIRouter:
    """`GET figures`: for leads and admins."""
    router = APIRouter()
    leading = Annotated[Seat, Depends(door.seat_for(Role.LEAD, Role.ADMIN))]

    @router.get("/figures", responses=error_responses(401, 403))
    async def figures(_: leading) -> Figures:
        """What goes on, over the last day and week."""
        return figures_of(await search.courses(now() - WEEK, MOST), now())

    return router


def figures_of(courses: Sequence[Course], now: datetime) -> Figures:
    """The figures of the requests of a week."""
    waits = [
        (each.first_accepted_at - each.requested_at).total_seconds()
        for each in courses
        if each.first_accepted_at is not None and each.first_accepted_at > now - DAY
    ]
    states = Counter(each.state for each in courses)
    resolved = [each for each in courses if each.state is HandoffState.RESOLVED]
    outcomes = Counter(each.outcome for each in resolved if each.outcome is not None)
    asked = [each for each in resolved if each.asked]
    return Figures(
        hours=_hours(courses, now),
        median_wait=median(waits) if waits else None,
        longest_wait=max(waits, default=None),
        outcomes={outcome: outcomes[outcome] for outcome in HandoffOutcome},
        unsaid=sum(each.outcome is None for each in resolved),
        returned=states[HandoffState.RETURNED],
        left=states[HandoffState.ABANDONED],
        solved=sum(each.solved is True for each in asked),
        not_solved=sum(each.solved is False for each in asked),
        unanswered=sum(each.solved is None for each in asked),
    )


def _hours(courses: Sequence[Course], now: datetime) -> list[Hour]:
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    starts = [this_hour - timedelta(hours=back) for back in range(23, -1, -1)]
    asked = Counter(_hour_of(each.requested_at, this_hour) for each in courses)
    taken = Counter(_hour_of(each.first_accepted_at, this_hour) for each in courses if each.first_accepted_at)
    return [Hour(since=start, asked=asked[start], taken=taken[start]) for start in starts]


def _hour_of(at: datetime, this_hour: datetime) -> datetime:
    return at.astimezone(this_hour.tzinfo).replace(minute=0, second=0, microsecond=0)
