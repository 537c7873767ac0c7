"""Whom a note calls by name, and the desk's routes for what one is called to. Put together in `api`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from bot.desk.access import Door, Seat
from bot.desk.readings import Noting
from bot.desk.texts import HandoffKey as Id
from bot.http import error_responses
from memory.model import Agent, AgentId, Mention, ReadBy
from memory.ports import Mentions


class MentionView(BaseModel):
    """A note that calls this agent, and who wrote it in which conversation."""

    handoff: str
    customer: str | None
    by: str
    text: str
    at: datetime


def called_in(text: str, team: Iterable[Agent]) -> Collection[AgentId]:
    """Whom a note calls: "@" and a name, in full or the first one alone where only one has it. Longer names win."""
    names: dict[str, list[Agent]] = {}
    for agent in team:
        for name in {agent.name.casefold(), agent.name.split()[0].casefold()} if agent.name.strip() else ():
            names.setdefault(name, []).append(agent)
    called: set[AgentId] = set()
    for said in text.casefold().split("@")[1:]:
        fits = [name for name in names if said.startswith(name) and not said[len(name) :][:1].isalnum()]
        best = max(fits, key=len, default=None)
        if best is not None and len(names[best]) == 1:
            called.add(names[best][0].id)
    return called


@dataclass(frozen=True, slots=True)
class Called:
    """What agents are called to."""

    mentions: Mentions
    noting: Noting

    async def unread(self, agent_id: AgentId) -> list[MentionView]:
        """What one has not read, the latest first, noted as seen."""
        unread = [_mention_view(mention) for mention in await self.mentions.unread(agent_id)]
        await self.noting.note(agent_id, ReadBy.MENTIONS, [mention.handoff for mention in unread])
        return unread


def _mention_view(mention: Mention) -> MentionView:
    return MentionView(
        handoff=mention.handoff_id, customer=mention.customer_name, by=mention.by, text=mention.text, at=mention.at
    )


def mention_routes(door: Door, called: Called) -> APIRouter:
    """`GET mentions`, `POST handoffs/{id}/mentions/read`."""
    router = APIRouter()
    seated = Annotated[Seat, Depends(door.seat)]

    @router.get("/mentions", responses=error_responses(401))
    async def unread(seat: seated) -> list[MentionView]:
        """The notes that call one and that one has not read, the latest first."""
        return await called.unread(seat.agent.id)

    @router.post("/handoffs/{handoff_id}/mentions/read", status_code=204, responses=error_responses(401, 403, 422))
    async def read(handoff_id: Id, seat: seated) -> None:
        """One has read the notes of this handoff."""
        await called.mentions.read(seat.agent.id, handoff_id)

    return router
