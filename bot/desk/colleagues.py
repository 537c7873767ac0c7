"""The desk's routes for the team: who is there with how much, and being away. Put together in `api`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from bot.desk.access import Door, Seat
from bot.desk.views import ColleagueView, colleague_view
from bot.hours import SupportHours
from bot.http import error_responses
from memory.ports import Team


@dataclass(frozen=True, slots=True)
class WrittenHours:
    """Hours and holidays as the operator wrote them."""

    hours: str
    holidays: str = ""


class Standing(BaseModel):
    """Whether an agent wants no offers for now."""

    away: bool


class HoursView(BaseModel):
    """When people answer, as it is set, and whether they do now; `opens_at` is null while they do."""

    hours: str
    time_zone: str
    holidays: str
    is_open: bool
    opens_at: datetime | None


def hours_routes(door: Door, written: WrittenHours, hours: SupportHours, now: Callable[[], datetime]) -> APIRouter:
    """`GET hours`."""
    router = APIRouter()

    @router.get("/hours", responses=error_responses(401))
    async def support_hours(_: Annotated[Seat, Depends(door.seat)]) -> HoursView:
        """When people answer. They are set by the operator, for all processes alike."""
        is_open = hours.is_open(now())
        return HoursView(
            hours=written.hours,
            time_zone=str(hours.zone),
            holidays=written.holidays,
            is_open=is_open,
            opens_at=None if is_open else hours.next_opening(now()),
        )

    return router


def team_routes(door: Door, team: Team) -> APIRouter:
    """`GET team`, `POST me/presence`."""
    router = APIRouter()
    seated = Annotated[Seat, Depends(door.seat)]

    @router.get("/team", responses=error_responses(401))
    async def everybody(_: seated) -> list[ColleagueView]:
        """All agents by name, with what they know and have."""
        return [colleague_view(colleague) for colleague in await team.all()]

    @router.post("/me/presence", responses=error_responses(401, 403, 422))
    async def stand(body: Standing, seat: seated) -> ColleagueView:
        """Ask for no offers, or for offers again; what one has stays. Signing in ends being away, too."""
        await team.stand(seat.agent.id, away=body.away)
        mine = next(colleague for colleague in await team.all() if colleague.agent.id == seat.agent.id)
        return colleague_view(mine)

    return router
