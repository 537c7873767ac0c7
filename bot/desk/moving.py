"""The desk's routes for the moves agents make: take, decline, pass on, give back, end. Put together in `api`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, StringConstraints

from bot.afterwards import QUESTION
from bot.desk.access import Door, Seat
from bot.desk.conversations import Conversations, refusals
from bot.desk.handoffs import Id
from bot.desk.hush import Hush
from bot.desk.texts import NoNul, OptionalWords
from bot.desk.views import MOVES, Conversation
from bot.http import ApiError, error_responses
from memory.model import AgentId, Agreed, Aim, ContactReasonId, Ending, HandoffId, HandoffOutcome, HandoffState
from memory.ports import Endings, Handoffs, TakeOvers

PASSED_ON_FOR: Final = timedelta(minutes=2)
"""How long a colleague has to take what is passed on to them, longer than an offer: the customer is in mid-sentence."""


class Aside(BaseModel):
    """What an agent may add to a move, for colleagues only."""

    note: OptionalWords | None = None


class PassedOn(Aside):
    """To whom: a colleague, else a department, else whoever is next."""

    agent: Annotated[AgentId, StringConstraints(min_length=1, max_length=64), NoNul] | None = None
    department: Annotated[str, StringConstraints(min_length=1, max_length=64), NoNul] | None = None


class Resolved(Aside):
    """What it has come to, and what it was about: an id of the list of contact reasons."""

    outcome: HandoffOutcome | None = None
    contact_reason: Annotated[ContactReasonId, StringConstraints(max_length=100), NoNul] | None = None


class GaveBack(Aside):
    """What was agreed: in words, which the bot tells the customer, and values of its open task, slot → words."""

    agreed: Annotated[str, StringConstraints(max_length=500), NoNul] | None = None
    values: dict[
        Annotated[str, StringConstraints(max_length=100), NoNul],
        Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), NoNul],
    ] = Field(default_factory=dict, max_length=20)


@dataclass(frozen=True, slots=True)
class Mover:
    """Makes a move with its note, and answers with the fresh handoff.

    With `asks` customers are asked whether it is solved, once an agent has said so.
    """

    handoffs: Handoffs
    endings: Endings
    conversations: Conversations
    take_overs: TakeOvers
    hush: Hush
    now: Callable[[], datetime]
    took_over: Callable[[], None]
    asks: bool = True

    async def resolve(self, handoff_id: HandoffId, seat: Seat, body: Resolved) -> Conversation:
        """Raises ApiError as `move` does, and 422 for a contact reason that is not in the list."""
        reason, aside = body.contact_reason or None, (body.note or "").strip()
        if reason is not None and reason not in self.conversations.vocabulary.reasons:
            raise ApiError(422, "unknown_reason", "There is no such contact reason. Reload the page and choose again.")
        ending = Ending(body.outcome, reason)
        question = QUESTION if self.asks and body.outcome is HandoffOutcome.SOLVED else None
        async with refusals():
            await self.endings.resolve(handoff_id, seat.agent.id, ending, why=aside or None, question=question)
            if aside:
                await self.handoffs.note(handoff_id, seat.agent.id, aside)
        return await self.conversations.open(handoff_id, seat.agent)

    async def give_back(self, handoff_id: HandoffId, seat: Seat, body: GaveBack) -> Conversation:
        """Raises ApiError as `move` does, and 422 for a value of nothing that the open task asks for."""
        fields = {field.slot for field in (await self.conversations.open(handoff_id, seat.agent)).fields}
        strange = sorted(body.values.keys() - fields)
        if strange:
            raise ApiError(422, "unknown_field", f"The bot’s open task does not ask for {', '.join(strange)[:200]}.")
        agreed, aside = Agreed((body.agreed or "").strip() or None, body.values), (body.note or "").strip()
        async with refusals():
            await self.endings.give_back(handoff_id, seat.agent.id, agreed, why=aside or None)
            if aside:
                await self.handoffs.note(handoff_id, seat.agent.id, aside)
        return await self.conversations.open(handoff_id, seat.agent)

    async def move(self, handoff_id: HandoffId, seat: Seat, to: HandoffState, body: Aside | None) -> Conversation:
        """Raises ApiError 409 for an illegal move or somebody else's handoff, 404 and 422 for what isn't there."""
        aside = (body.note or "").strip() if body is not None else ""
        async with refusals():
            moved = await self.handoffs.move(handoff_id, to, seat.agent.id, aside or None, aim=self._aim(body))
            if to is HandoffState.ACCEPTED:
                await self.hush.falls(moved.customer_id)
            if aside:
                await self.handoffs.note(handoff_id, seat.agent.id, aside)
        return await self.conversations.open(handoff_id, seat.agent)

    async def take_over(self, handoff_id: HandoffId, seat: Seat) -> Conversation:
        """Raises ApiError 409 where somebody else has it, 404 for what isn't there."""
        async with refusals():
            taken, is_new = await self.take_overs.take_over(handoff_id, seat.agent.id)
            await self.hush.falls(taken.customer_id)
        if is_new:
            self.took_over()
        return await self.conversations.open(taken.id, seat.agent)

    def _aim(self, body: Aside | None) -> Aim | None:
        if not isinstance(body, PassedOn):
            return None
        until = self.now() + PASSED_ON_FOR if body.agent else None
        return Aim(body.agent, until, body.department)


def moving_routes(door: Door, mover: Mover) -> APIRouter:
    """`POST handoffs/{id}/{accept,take-over,decline,transfer,return,resolve}`; each answers with the fresh handoff."""
    router = APIRouter(prefix="/handoffs/{handoff_id}", responses=error_responses(401, 403, 404, 409, 422))
    seated = Annotated[Seat, Depends(door.seat)]

    @router.post("/accept")
    async def accept(handoff_id: Id, seat: seated, body: Aside | None = None) -> Conversation:
        """Take it, whoever it is offered to: the bot is silent from now on. Of several at once one gets it."""
        return await mover.move(handoff_id, seat, MOVES["accept"], body)

    @router.post("/take-over")
    async def take_over(handoff_id: Id, seat: seated) -> Conversation:
        """Take a conversation that has ended from the bot, though nobody called: in a new handoff, yours at once."""
        return await mover.take_over(handoff_id, seat)

    @router.post("/decline")
    async def decline(handoff_id: Id, seat: seated, body: Aside | None = None) -> Conversation:
        """Let an offer pass: the next agent is asked at once."""
        return await mover.move(handoff_id, seat, HandoffState.QUEUED, body)

    @router.post("/transfer")
    async def transfer(handoff_id: Id, seat: seated, body: PassedOn | None = None) -> Conversation:
        """Pass it on: to a colleague, for two minutes theirs to take, to a department, or back into the queue."""
        to = HandoffState.OFFERED if body is not None and body.agent else MOVES["transfer"]
        return await mover.move(handoff_id, seat, to, body)

    @router.post("/return")
    async def give_back(handoff_id: Id, seat: seated, body: GaveBack | None = None) -> Conversation:
        """Give it back to the bot, which goes on with what was open, and knows what was said and agreed."""
        return await mover.give_back(handoff_id, seat, body or GaveBack())

    @router.post("/resolve")
    async def resolve(handoff_id: Id, seat: seated, body: Resolved | None = None) -> Conversation:
        """Close it. With the outcome `solved` the customer is asked, within their wishes and at most once a day."""
        return await mover.resolve(handoff_id, seat, body or Resolved())

    return router
