"""Who looks at a conversation and who is writing in it. Used by the desk's streams; a route of `bot.desk.api`.

All of it is a matter of seconds and stored nowhere. Customers are shown that the agent who has them is writing to them,
and nothing else.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from bot.desk.access import Door, Seat
from bot.desk.conversations import refusals
from bot.desk.handoffs import Id
from bot.http import error_responses
from memory.model import Address, Agent, CustomerId, Doing, HandoffId, Sign
from memory.ports import Handoffs, Signs

WRITING_LASTS: Final = timedelta(seconds=6)
"""How long somebody counts as writing after a stroke of theirs; pages tell of them every three seconds."""

ShowWriting = Callable[[Address], Awaitable[None]]
"""Shows a customer, on their channel, that somebody is writing to them."""


class Working(str, Enum):
    """What a page tells that its agent is doing."""

    WRITING = "writing"
    NOTING = "noting"
    GONE = "gone"


class Work(BaseModel):
    """What this agent is doing: writing to the customer, writing a note, or neither."""

    doing: Working


class Beside(BaseModel):
    """A colleague in the same conversation."""

    id: str
    name: str
    doing: Doing
    until: datetime


class SignsView(BaseModel):
    """The colleagues who have it open or write in it, and until when the customer counts as writing."""

    colleagues: list[Beside]
    customer_writes_until: datetime | None


_WEIGHT: Final[Mapping[Doing, int]] = {Doing.VIEWING: 1, Doing.NOTING: 2, Doing.WRITING: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Gives and reads the signs of a conversation. `channels` show that somebody writes; the website reads signs."""

    handoffs: Handoffs
    signs: Signs
    now: Callable[[], datetime]
    channels: Mapping[str, ShowWriting]

    async def look(self, customer_id: CustomerId, agent: Agent, window: str, lasts: timedelta) -> None:
        """The agent has it open."""
        await self.signs.give(self._sign(customer_id, agent, Doing.VIEWING, lasts, window))

    async def leave(self, customer_id: CustomerId, agent: Agent, window: str) -> None:
        """The agent has it open no longer, in this window."""
        await self.signs.give(self._sign(customer_id, agent, Doing.GONE, timedelta(0), window))

    async def work(self, handoff_id: HandoffId, agent: Agent, working: Working) -> None:
        """The agent writes; who does not own it writes to nobody but colleagues. Raises ApiError 404."""
        async with refusals():
            view = await self.handoffs.view(handoff_id)
        handoff, doing = view.handoff, Doing(working.value)
        owns = handoff.state.owned_by_person and handoff.agent_id == agent.id
        if doing is Doing.WRITING and not owns:
            doing = Doing.NOTING
        await self.signs.give(self._sign(handoff.customer_id, agent, doing, WRITING_LASTS, "work"))
        at = view.brief.addresses[0] if view.brief.addresses else None
        if doing is Doing.WRITING and at is not None and at.channel in self.channels:
            await self.channels[at.channel](at)

    async def seen_by(self, agent: Agent, customer_id: CustomerId) -> SignsView:
        """What an agent is shown of the others."""
        signs = await self.signs.of(customer_id)
        strongest: dict[str, Sign] = {}
        for sign in sorted(signs, key=lambda sign: _WEIGHT.get(sign.doing, 0)):
            strongest[sign.by] = sign
        writing = [sign.until for sign in signs if sign.by == "" and sign.doing is Doing.WRITING]
        return SignsView(
            colleagues=[
                Beside(id=sign.by, name=sign.name, doing=sign.doing, until=sign.until)
                for by, sign in sorted(strongest.items())
                if by not in {"", agent.id}
            ],
            customer_writes_until=max(writing, default=None),
        )

    def _sign(self, customer_id: CustomerId, agent: Agent, doing: Doing, lasts: timedelta, window: str) -> Sign:
        return Sign(customer_id, agent.id, agent.name, doing, self.now() + lasts, window)


def presence_routes(door: Door, presence: Presence) -> APIRouter:
    """`POST handoffs/{id}/presence`."""
    router = APIRouter(prefix="/handoffs/{handoff_id}")

    @router.post("/presence", status_code=204, responses=error_responses(401, 403, 404, 422))
    async def work(handoff_id: Id, body: Work, seat: Annotated[Seat, Depends(door.seat)]) -> None:
        """Tell that one is writing, for six seconds. That one has it open, the event stream tells by itself."""
        await presence.work(handoff_id, seat.agent, body.doing)

    return router
