"""The desk's routes for promises: what is owed, by whom, and how it ended. Put together in `api`."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, model_validator

from bot.desk.access import Door, Seat
from bot.desk.commitments import commitments
from bot.desk.conversations import Conversations, refusals
from bot.desk.handoffs import Id
from bot.desk.promise_views import OwedView, PromiseView, owed_view, promise_view
from bot.desk.readings import Noting
from bot.desk.texts import NoNul, Words
from bot.desk.views import Conversation
from bot.hours import SupportHours
from bot.http import ApiError, error_responses
from memory.errors import IllegalPromiseMove, UnknownMessage, UnknownPromise
from memory.model import (
    TEAM,
    Agent,
    AgentId,
    Closing,
    Cursor,
    CustomerId,
    HandoffId,
    NewPromise,
    PromiseId,
    PromiseState,
    ReadBy,
    Role,
)
from memory.ports import Promises

LONGEST: Final = timedelta(days=366)
"""How far ahead something can be promised: for longer nobody can say who will be there."""

LONGEST_TEXT: Final = 500
"""Characters of a promise: a sentence."""

_OWED: Final = tuple(state for state in PromiseState if state.is_owed)
_CLOSED: Final = tuple(state for state in PromiseState if not state.is_owed)
_LEADING: Final = frozenset({Role.LEAD, Role.ADMIN})

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
PromiseKey = Annotated[int, Path(ge=1, le=2**63 - 1)]
ShortWords = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT, strip_whitespace=True), NoNul]


class Which(str, Enum):
    """Which promises to list. `owed` are the open and the broken ones; `due_soon` those to be reminded of."""

    OWED = "owed"
    OPEN = "open"
    DUE_SOON = "due_soon"
    BROKEN = "broken"
    CLOSED = "closed"

    @property
    def states(self) -> Sequence[PromiseState]:
        """The states it stands for."""
        groups: Mapping[Which, Sequence[PromiseState]] = {
            Which.OWED: _OWED,
            Which.BROKEN: (PromiseState.BROKEN,),
            Which.CLOSED: _CLOSED,
        }
        return groups.get(self, (PromiseState.OPEN,))


class Whose(str, Enum):
    """Everybody's promises, or one's own and the team's."""

    ALL = "all"
    MINE = "mine"


class Typed(BaseModel):
    """What an agent is about to send, or has sent."""

    text: Words


class Recognised(BaseModel):
    """A commitment in it, in its own words, and by when it is due."""

    text: str
    due_at: datetime


class Recorded(BaseModel):
    """A promise to record: made in the message `number`, due within a year. The customer may be told `text` again."""

    text: ShortWords
    due_at: AwareDatetime
    number: Number


class Kept(BaseModel):
    """The evidence: the message that kept it, or a note where it was kept otherwise."""

    number: Number | None = None
    note: ShortWords | None = None

    @model_validator(mode="after")
    def _has_evidence(self) -> "Kept":
        if self.number is None and self.note is None:
            raise ValueError("name the message that kept it, or write a note")
        return self


class Dropped(BaseModel):
    """Why it is not owed any more."""

    why: ShortWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What agents read and write of promises; `remind_before` is how long before its time one counts as due soon."""

    promises: Promises
    noting: Noting
    hours: SupportHours
    remind_before: timedelta
    now: Callable[[], datetime]

    async def listed(self, agent: Agent, which: Which, whose: Whose) -> list[OwedView]:
        """Promises, the earliest due first, noted as seen."""
        owners = (agent.id, TEAM) if whose is Whose.MINE else (None,)
        found = [one for owner in owners for one in await self.promises.listed(which.states, owner)]
        owed = sorted(found, key=lambda one: (one.promise.due_at, one.promise.id))
        if which is Which.DUE_SOON:
            owed = [one for one in owed if one.promise.due_at <= self.now() + self.remind_before]
        await self._seen(agent, [one.customer.id for one in owed])
        return [owed_view(one) for one in owed]

    async def concerning(self, agent: Agent) -> list[OwedView]:
        """What this agent hears of live: their own and the team's; a lead everybody's."""
        return await self.listed(agent, Which.OWED, Whose.ALL if agent.role in _LEADING else Whose.MINE)

    def recognised(self, text: str) -> list[Recognised]:
        """The commitments in what an agent writes."""
        found = commitments(text, self.now(), self.hours)
        return [Recognised(text=one.text[:LONGEST_TEXT], due_at=one.due_at) for one in found]

    async def record(self, handoff_id: HandoffId, by: AgentId, new: Recorded) -> None:
        """Raises ApiError 422 for a time that can't be promised, 404 and 422 for what isn't there."""
        if not self.now() < new.due_at <= self.now() + LONGEST:
            raise ApiError(422, "not_a_due_time", "Choose a time from now on, within a year.")
        async with _refusals(), refusals():
            await self.promises.record(handoff_id, by, NewPromise(new.text, new.due_at, Cursor(new.number)))

    async def close(self, promise_id: PromiseId, agent: Agent, closing: Closing) -> PromiseView:
        """Raises ApiError 403 for somebody else's, 404, 409 for one that has ended, 422 for a message there isn't."""
        async with _refusals():
            promise = await self.promises.find(promise_id)
            if promise.owner not in {agent.id, TEAM} and agent.role not in _LEADING:
                owner = promise.owner_name or "a colleague"
                raise ApiError(403, "forbidden", f"That is {owner}'s promise. They or a lead can close it.")
            closed = await self.promises.close(promise_id, closing)
        await self._seen(agent, [closed.customer_id])
        return promise_view(closed)

    async def _seen(self, agent: Agent, customer_ids: Sequence[CustomerId]) -> None:
        await self.noting.note(agent.id, ReadBy.PROMISES, customer_ids)


def promise_routes(door: Door, ledger: Ledger, conversations: Conversations) -> APIRouter:
    """`GET promises`, `POST promises/recognise`, `promises/{id}/{keep,cancel}` and `handoffs/{id}/promises`."""
    router = APIRouter()
    seated = Annotated[Seat, Depends(door.seat)]

    @router.get("/promises", responses=error_responses(401, 422))
    async def listed(seat: seated, which: Which = Which.OWED, whose: Whose = Whose.ALL) -> list[OwedView]:
        """What customers were promised, the earliest due first; at most 500."""
        return await ledger.listed(seat.agent, which, whose)

    @router.post("/promises/recognise", responses=error_responses(401, 403, 422))
    async def recognise(body: Typed, _: seated) -> list[Recognised]:
        """The commitments with a time in what an agent writes; nothing is recorded."""
        return ledger.recognised(body.text)

    @router.post("/handoffs/{handoff_id}/promises", responses=error_responses(401, 403, 404, 422))
    async def record(handoff_id: Id, body: Recorded, seat: seated) -> Conversation:
        """Record what an agent has promised; the same again changes nothing. Answers with the fresh handoff."""
        await ledger.record(handoff_id, seat.agent.id, body)
        return await conversations.open(handoff_id, seat.agent)

    @router.post("/promises/{promise_id}/keep", responses=error_responses(401, 403, 404, 409, 422))
    async def keep(promise_id: PromiseKey, body: Kept, seat: seated) -> PromiseView:
        """It was kept. One's own, the team's, or as a lead anybody's."""
        number = None if body.number is None else Cursor(body.number)
        return await ledger.close(PromiseId(promise_id), seat.agent, Closing(number=number, why=body.note))

    @router.post("/promises/{promise_id}/cancel", responses=error_responses(401, 403, 404, 409, 422))
    async def cancel(promise_id: PromiseKey, body: Dropped, seat: seated) -> PromiseView:
        """It is owed no more. One's own, the team's, or as a lead anybody's."""
        return await ledger.close(PromiseId(promise_id), seat.agent, Closing(cancelled=True, why=body.why))

    return router


@asynccontextmanager
async def _refusals() -> AsyncIterator[None]:
    """Turns memory's refusals about promises into answers."""
    try:
        yield
    except IllegalPromiseMove as exc:
        raise ApiError(409, "illegal_move", str(exc)) from exc
    except UnknownPromise as exc:
        raise ApiError(404, "not_found", str(exc)) from exc
    except UnknownMessage as exc:
        raise ApiError(422, "unknown_message", str(exc)) from exc
