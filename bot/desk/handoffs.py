"""The desk's routes for handoffs: the queue, one conversation, and what agents say. Put together in `api`."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from bot.desk.access import Door, Seat
from bot.desk.conversations import CLOSED_STATES, MOST_AT_ONCE, OPEN_STATES, Conversations, refusals
from bot.desk.mentions import called_in
from bot.desk.texts import HandoffKey, OptionalWords, Words
from bot.desk.variables import unfilled
from bot.desk.views import Conversation, MessageView, QueueEntry
from bot.http import error_responses
from memory.model import Cursor, FileId, HandoffState
from memory.ports import Handoffs, Team

Id = HandoffKey


class Which(str, Enum):
    """Which handoffs to list: all open, all closed, or those in one state.

    `queued` lists all that can be taken from the queue, and so those that are offered to somebody just now, too.
    """

    OPEN = "open"
    CLOSED = "closed"
    REQUESTED = "requested"
    QUEUED = "queued"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    ACTIVE = "active"
    RETURNED = "returned"
    RESOLVED = "resolved"
    ABANDONED = "abandoned"

    @property
    def states(self) -> Sequence[HandoffState]:
        """The states it stands for."""
        groups: Mapping[Which, Sequence[HandoffState]] = {
            Which.OPEN: OPEN_STATES,
            Which.CLOSED: CLOSED_STATES,
            Which.QUEUED: (HandoffState.QUEUED, HandoffState.OFFERED),
        }
        return groups[self] if self in groups else (HandoffState(self.value),)


def _filled(text: str) -> str:
    if left := unfilled(text):
        raise ValueError(f"{{{left[0]}}} is not filled; write what belongs there")
    return text


class Said(BaseModel):
    """Something for colleagues."""

    text: Words


class Replied(BaseModel):
    """A reply to the customer: without variables that nobody has filled."""

    text: Annotated[Words, AfterValidator(_filled)]


class RepliedWithFiles(BaseModel):
    """A reply, and the ids of the files that go with it, from `POST …/attachments`; files can go without words."""

    text: Annotated[OptionalWords, AfterValidator(_filled)] = ""
    attachments: list[Annotated[FileId, StringConstraints(pattern=r"^[0-9a-f]{32}$")]] = Field([], max_length=10)

    @model_validator(mode="after")
    def _says_something(self) -> "RepliedWithFiles":
        if not self.text.strip() and not self.attachments:
            raise ValueError("write at least one word")
        return self


def reading_routes(door: Door, conversations: Conversations) -> APIRouter:
    """`GET handoffs`, `GET handoffs/{id}`, `GET handoffs/{id}/messages`."""
    router = APIRouter(prefix="/handoffs")
    seated = Annotated[Seat, Depends(door.seat)]

    @router.get("", responses=error_responses(401, 422))
    async def queue(seat: seated, state: Which = Which.OPEN) -> list[QueueEntry]:
        """The handoffs in a state, the longest waiting first; of those that have ended the latest 200."""
        return await conversations.listed(state.states, seat.agent)

    @router.get("/{handoff_id}", responses=error_responses(401, 404, 422))
    async def view(handoff_id: Id, seat: seated) -> Conversation:
        """A handoff with its brief, its last 200 messages and its notes."""
        return await conversations.open(handoff_id, seat.agent)

    @router.get("/{handoff_id}/messages", responses=error_responses(401, 404, 422))
    async def earlier(
        handoff_id: Id,
        seat: seated,
        before: Annotated[int, Query(ge=1, le=2**31 - 1)],
        limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 100,
    ) -> list[MessageView]:
        """The last `limit` messages of this customer from before the message number `before`, oldest first."""
        return await conversations.earlier(handoff_id, seat.agent, Cursor(before), limit)

    return router


def saying_routes(door: Door, handoffs: Handoffs, team: Team, conversations: Conversations) -> APIRouter:
    """`POST handoffs/{id}/{reply,note}`; each answers with the fresh handoff."""
    router = APIRouter(prefix="/handoffs/{handoff_id}", responses=error_responses(401, 403, 404, 409, 422))
    seated = Annotated[Seat, Depends(door.seat)]

    @router.post("/reply")
    async def reply(handoff_id: Id, body: RepliedWithFiles, seat: seated) -> Conversation:
        """Write to the customer, where they last wrote."""
        async with refusals():
            await handoffs.reply(handoff_id, seat.agent.id, body.text.strip(), body.attachments)
        return await conversations.open(handoff_id, seat.agent)

    @router.post("/note")
    async def note(handoff_id: Id, body: Said, seat: seated) -> Conversation:
        """Leave an internal note. Whom it calls by “@” and their name finds it among what they have not read."""
        called = called_in(body.text, [colleague.agent for colleague in await team.all()])
        async with refusals():
            await handoffs.note(handoff_id, seat.agent.id, body.text, set(called) - {seat.agent.id})
        return await conversations.open(handoff_id, seat.agent)

    return router
