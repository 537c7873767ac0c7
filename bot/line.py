"""The line of those who wait for a person: its order, a place in it, and how long others have waited lately.

Used by `bot.desk` (who is asked to take whom, what agents see) and by `bot.turn` (what the customer is told).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from bot.hours import SupportHours
from memory.model import Handoff, HandoffId, HandoffReason, HandoffState, Wait, Waiting
from memory.ports import Offers

HEAD_STARTS: Final[Mapping[HandoffReason, timedelta]] = {
    HandoffReason.INJURY: timedelta(minutes=30),
    HandoffReason.NOT_SOLVED: timedelta(minutes=30),
    HandoffReason.FRAUD: timedelta(minutes=15),
    HandoffReason.BEREAVEMENT: timedelta(minutes=15),
    HandoffReason.DISTRESS: timedelta(minutes=15),
    HandoffReason.BROKEN_PROMISE: timedelta(minutes=10),
}
"""By how much those who can least wait come before those who asked when they did."""

COMES_BACK: Final = timedelta(minutes=10)
"""The head start of those who come back within 72 hours: it was not solved the first time."""

VALUED: Final = timedelta(minutes=5)
"""The head start of those whom the host site calls valued. These are judgements: hours would starve the others."""

GENERAL: Final = "general"
"""The department of what belongs to none in particular."""


RECENT_WAITS: Final = 20
"""Waits of a department that an estimate is made from: the latest ones, so that it follows the day."""

ENOUGH_WAITS: Final = 3
"""With fewer, nothing is claimed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands in the line of their department: `number` from 1, and how long it may take in all.

    `wait` is the median of what others of the department lately waited, in time at which the desk was open; None when
    too few have. `opens_at` is when the desk opens next; None while it is open.
    """

    number: int
    wait: timedelta | None
    opens_at: datetime | None


class Line:
    """Answers who stands where."""

    def __init__(self, *, offers: Offers, hours: SupportHours) -> None:
        self._offers = offers
        self._hours = hours

    async def place(self, handoff: Handoff, now: datetime) -> Place | None:
        """Where a handoff stands; None for one that nobody waits with. What is offered to somebody now comes next."""
        if handoff.state not in {HandoffState.QUEUED, HandoffState.OFFERED}:
            return None
        number = place_of(handoff.id, await self._offers.waiting()) or 1
        opens_at = None if self._hours.is_open(now) else self._hours.next_opening(now)
        return Place(number, await self._estimate(_department(handoff)), opens_at)

    async def places(self, offered: Sequence[Handoff], now: datetime) -> Sequence[tuple[Handoff, Place]]:
        """Where all stand who wait; what is `offered` to somebody now comes next."""
        waiting = in_order(await self._offers.waiting())
        opens_at = None if self._hours.is_open(now) else self._hours.next_opening(now)
        placed, waits, number_in = list[tuple[Handoff, Place]](), dict[str, timedelta | None](), Counter[str]()
        for handoff in [*offered, *(each.handoff for each in waiting)]:
            department = _department(handoff)
            if department not in waits:
                waits[department] = await self._estimate(department)
            is_offered = handoff.state is HandoffState.OFFERED
            number_in[department] += not is_offered
            number = 1 if is_offered else number_in[department]
            placed.append((handoff, Place(number, waits[department], opens_at)))
        return placed

    async def _estimate(self, department: str) -> timedelta | None:
        waits = await self._offers.waits(None if department == GENERAL else department, RECENT_WAITS)
        return estimate(waits, self._hours)


def estimate(waits: Sequence[Wait], hours: SupportHours) -> timedelta | None:
    """The median of these waits, counting only open time: a night is nobody's waiting for an agent to be free.

    None for fewer than three, since two say nothing.
    """
    if len(waits) < ENOUGH_WAITS:
        return None
    return timedelta(seconds=median(hours.open_between(wait.began, wait.ended).total_seconds() for wait in waits))


def in_order(waiting: Sequence[Waiting]) -> Sequence[Waiting]:
    """The line as it is served: by time waited, with head starts."""
    return sorted(waiting, key=lambda each: (each.handoff.requested_at - head_start(each), each.handoff.id))


def place_of(handoff_id: HandoffId, waiting: Sequence[Waiting]) -> int | None:
    """The place in the line, from 1, counting those who wait for the same department; None for who does not wait."""
    line = in_order(waiting)
    mine = next((each for each in line if each.handoff.id == handoff_id), None)
    if mine is None:
        return None
    same = [each for each in line if _department(each.handoff) == _department(mine.handoff)]
    return same.index(mine) + 1


def head_start(waiting: Waiting) -> timedelta:
    """By how much somebody comes before those who asked at the same time."""
    handoff = waiting.handoff
    start = HEAD_STARTS.get(handoff.reason, timedelta())
    start += COMES_BACK if handoff.follows else timedelta()
    return start + (VALUED if waiting.is_valued else timedelta())


def _department(handoff: Handoff) -> str:
    return handoff.department or GENERAL
