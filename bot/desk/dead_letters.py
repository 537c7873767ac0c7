"""The desk's routes for what did not arrive or could not be handled: for leads and admins. Put together in `api`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, StringConstraints

from bot.desk.access import Door, Seat
from bot.desk.delivery_words import in_words
from bot.desk.readings import Noting
from bot.desk.texts import NoNul
from bot.http import ApiError, error_responses
from memory.errors import AlreadySeenTo, PersonHasIt, UnknownLetter
from memory.model import Agent, Author, Box, DeadLetter, DeliveryState, LetterDeed, LetterDone, Pile, ReadBy, Role
from memory.ports import DeadLetters

SHOWN = 100
"""Letters, and deeds, that are shown at once, the latest."""

LetterKey = Annotated[int, Path(ge=1, le=2**62)]
Why = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NoNul]


class PileView(BaseModel):
    """How many there are, and when the latest came."""

    count: int
    latest: datetime | None


class LetterView(BaseModel):
    """One of them. `state` is `failed`, `unknown` (it may have arrived), or null for a customer's that broke the bot.

    `handoff` is where its customer is found at the desk, `number` the message there; null for one who never asked for
    a person.
    """

    box: Box
    id: int
    at: datetime
    said_at: datetime
    channel: str
    customer: str
    author: Author
    text: str
    files: list[str]
    state: DeliveryState | None
    reason: str
    attempts: int
    handoff: str | None
    number: int


class LetterDoneView(BaseModel):
    """Who did what with one of them, and when; `why` it was dismissed."""

    at: datetime
    deed: LetterDeed
    agent: str
    channel: str
    customer: str
    why: str | None


class DeadLettersView(BaseModel):
    """The latest of them, how many there are in all, and what was done with others."""

    count: int
    letters: list[LetterView]
    done: list[LetterDoneView]


class Dismissed(BaseModel):
    """Why nothing more is to be done."""

    why: Why


def pile_view(pile: Pile) -> PileView:
    """How many, for pages that wait for changes."""
    return PileView(count=pile.count, latest=pile.latest)


def dead_letter_routes(door: Door, dead_letters: DeadLetters, noting: Noting) -> APIRouter:
    """`GET dead-letters`, `POST dead-letters/out/{id}/send-again`, `POST dead-letters/{box}/{id}/dismiss`."""
    router = APIRouter(prefix="/dead-letters")
    leading = Annotated[Seat, Depends(door.seat_for(Role.LEAD, Role.ADMIN))]

    async def view(agent: Agent) -> DeadLettersView:
        """What there is now, noted as seen."""
        letters, done = await dead_letters.all(SHOWN), await dead_letters.done(SHOWN)
        whose = [*(letter.message.customer_id for letter in letters), *(each.customer_id for each in done)]
        await noting.note(agent.id, ReadBy.UNDELIVERED, whose)
        return DeadLettersView(
            count=(await dead_letters.pile()).count,
            letters=[_letter_view(letter) for letter in letters],
            done=[_done_view(each) for each in done],
        )

    @router.get("", responses=error_responses(401, 403))
    async def listed(seat: leading) -> DeadLettersView:
        """What failed, may not have arrived, or could not be handled; whose it is, is noted as seen."""
        return await view(seat.agent)

    @router.post("/out/{letter_id}/send-again", responses=error_responses(401, 403, 404, 409, 422))
    async def send_again(letter_id: LetterKey, seat: leading) -> DeadLettersView:
        """Try it exactly once more. One that is `unknown` may have arrived, and then comes twice.

        409 `already_seen_to`, or `person_has_it` for the bot's words while a person has the conversation.
        """
        async with _letter_refusals():
            await dead_letters.send_again(letter_id, seat.agent.id)
        return await view(seat.agent)

    @router.post("/{box}/{letter_id}/dismiss", responses=error_responses(401, 403, 404, 409, 422))
    async def dismiss(box: Box, letter_id: LetterKey, body: Dismissed, seat: leading) -> DeadLettersView:
        """Put it away, with a reason. 409 `already_seen_to`."""
        async with _letter_refusals():
            await dead_letters.dismiss(box, letter_id, seat.agent.id, body.why)
        return await view(seat.agent)

    return router


@asynccontextmanager
async def _letter_refusals() -> AsyncIterator[None]:
    try:
        yield
    except UnknownLetter as exc:
        raise ApiError(404, "not_found", str(exc)) from exc
    except AlreadySeenTo as exc:
        raise ApiError(409, "already_seen_to", str(exc)) from exc
    except PersonHasIt as exc:
        raise ApiError(409, "person_has_it", str(exc)) from exc


def _letter_view(letter: DeadLetter) -> LetterView:
    message = letter.message
    return LetterView(
        box=letter.box,
        id=letter.id,
        at=letter.at,
        said_at=message.at,
        channel=letter.channel,
        customer=letter.customer_name or f"Visitor {message.customer_id[:6]}",
        author=message.author,
        text=message.text,
        files=[attached.name for attached in message.attachments],
        state=message.delivery,
        reason=_why(letter),
        attempts=letter.attempts,
        handoff=letter.handoff_id,
        number=message.number,
    )


def _why(letter: DeadLetter) -> str:
    if letter.box is Box.OUT:
        return in_words(letter.reason) if letter.reason else "The channel gave no reason."
    return f"It broke the bot: {letter.reason}" if letter.reason else "The bot went down each time it read this."


def _done_view(done: LetterDone) -> LetterDoneView:
    customer = done.customer_name or "a visitor"
    return LetterDoneView(
        at=done.at, deed=done.deed, agent=done.agent_name, channel=done.channel, customer=customer, why=done.why
    )
