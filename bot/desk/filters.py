"""The desk's routes for the filters that an agent keeps for themselves. Put together in `api`."""

from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends
from pydantic import BaseModel, StringConstraints

from bot.desk.access import Door, Seat
from bot.desk.texts import NoNul
from bot.http import error_responses
from memory.model import SavedFilter
from memory.ports import Filters

MOST: Final = 20
"""Filters an agent may keep."""

Value = Annotated[str, StringConstraints(max_length=64), NoNul]


class FilterView(BaseModel):
    """A part of the queue, by its name; empty for any."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True), NoNul]
    department: Value = ""
    channel: Value = ""
    language: Value = ""
    reason: Value = ""


def filter_routes(door: Door, filters: Filters) -> APIRouter:
    """`GET/PUT me/filters`."""
    router = APIRouter(prefix="/me/filters")
    seated = Annotated[Seat, Depends(door.seat)]

    @router.get("", responses=error_responses(401))
    async def mine(seat: seated) -> list[FilterView]:
        """One's own, in one's own order."""
        return [_view(one) for one in await filters.of(seat.agent.id)]

    @router.put("", responses=error_responses(401, 403, 422))
    async def keep(body: Annotated[list[FilterView], Body(max_length=MOST)], seat: seated) -> list[FilterView]:
        """Keep these in place of those there were."""
        await filters.keep(seat.agent.id, [SavedFilter(**one.model_dump()) for one in body])
        return [_view(one) for one in await filters.of(seat.agent.id)]

    return router


def _view(kept: SavedFilter) -> FilterView:
    return FilterView(
        name=kept.name, department=kept.department, channel=kept.channel, language=kept.language, reason=kept.reason
    )
