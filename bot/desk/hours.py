"""The desk's routes for when people answer: all agents read it, admins set it. Put together in `api`."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, StringConstraints

from bot.desk.access import Door, Seat
from bot.desk.texts import NoNul
from bot.hours import InvalidHolidays, InvalidHours, InvalidZone, SupportHours, Timetable
from bot.http import ApiError, error_responses
from memory.model import KeptHours, Role, WrittenHours
from memory.ports import HoursBook

TOLD: Final = 20
"""Changes that are told of."""

Written = Annotated[str, StringConstraints(max_length=1_000, strip_whitespace=True), NoNul]

log = structlog.get_logger()


class HoursDraft(BaseModel):
    """When people answer: "Mon-Fri 09:00-17:30, Sat 10:00-16:00", in which zone, and days off: "2026-12-24, 12-25"."""

    hours: Written
    time_zone: Written
    holidays: Written = ""


class HoursChange(HoursDraft):
    """What an admin set, and when."""

    by: str
    at: datetime


class HoursView(HoursDraft):
    """When people answer, and whether they do now; `opens_at` is null while they do.

    `changes` are those made at the desk, the latest first; without any, the operator's settings count.
    """

    is_open: bool
    opens_at: datetime | None
    changes: list[HoursChange] = Field(default_factory=list)


def hours_routes(door: Door, book: HoursBook, hours: SupportHours, now: Callable[[], datetime]) -> APIRouter:
    """`GET hours` for all, `PUT hours` for admins."""
    router = APIRouter()

    @router.get("/hours", responses=error_responses(401))
    async def support_hours(_: Annotated[Seat, Depends(door.seat)]) -> HoursView:
        """When people answer, and who set it so."""
        return _view(hours, await book.latest(TOLD), now())

    @router.put("/hours", responses=error_responses(401, 403, 422))
    async def change(body: HoursDraft, seat: Annotated[Seat, Depends(door.seat_for(Role.ADMIN))]) -> HoursView:
        """Set when people answer, for all processes and at once. Promises that were made stay as they are."""
        written = WrittenHours(body.hours, body.time_zone, body.holidays)
        timetable = _read(written)
        await book.keep(written, seat.agent.name)
        hours.timetable = timetable  # the other processes hear the bell
        log.info("hours_set", agent=seat.agent.id)
        return _view(hours, await book.latest(TOLD), now())

    return router


def _read(written: WrittenHours) -> Timetable:
    try:
        return Timetable.read(written)
    except (InvalidHours, InvalidHolidays, InvalidZone) as exc:
        raise ApiError(422, "invalid", str(exc)) from exc


def _view(hours: SupportHours, changes: Sequence[KeptHours], now: datetime) -> HoursView:
    written, is_open = hours.timetable.written, hours.is_open(now)
    return HoursView(
        hours=written.hours,
        time_zone=written.time_zone,
        holidays=written.holidays,
        is_open=is_open,
        opens_at=None if is_open else hours.next_opening(now),
        changes=[_change(kept) for kept in changes],
    )


def _change(kept: KeptHours) -> HoursChange:
    written = kept.written
    return HoursChange(
        hours=written.hours, time_zone=written.time_zone, holidays=written.holidays, by=kept.by, at=kept.at
    )
