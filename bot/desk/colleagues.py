"""The desk's routes for the team: who is there with how much, and being away. Put together in `api`."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from bot.desk.access import Door, Seat
from bot.desk.agent_views import ColleagueView, colleague_view
from bot.http import error_responses
from memory.ports import Team


class Standing(BaseModel):
    """Whether an agent wants no offers for now."""

    away: bool


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
