"""What agents have ended with a customer before, and what the customer said of it. Used by `bot.desk.views`.

Also the list of contact reasons that agents choose from.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from bot.desk.access import Door, Seat
from bot.desk.contact_reasons import ContactReasons
from bot.desk.story import Quote, quote
from bot.http import error_responses
from memory.model import HandoffOutcome, HandoffReason, HandoffState, PastHandoff


class PastView(BaseModel):
    """A handoff that an agent ended.

    `about` is the contact reason in words, `agreed` what the bot went on with; `asked` whether the customer was asked
    how it was, `solved` their answer, and `line` what they wrote about it.
    """

    id: str
    state: HandoffState
    reason: HandoffReason
    agent: str | None
    closed_at: datetime | None
    outcome: HandoffOutcome | None
    about: str | None
    agreed: str | None
    asked: bool
    solved: bool | None
    line: Quote | None


class Reason(BaseModel):
    """A contact reason; the id is kept with what is resolved."""

    id: str
    label: str


class ReasonGroup(BaseModel):
    """Contact reasons that belong together."""

    label: str
    reasons: list[Reason]


def past_view(past: PastHandoff, reasons: ContactReasons) -> PastView:
    """It with its contact reason in words."""
    handoff, line = past.handoff, past.line
    about, feedback = handoff.ending.contact_reason, handoff.feedback
    return PastView(
        id=handoff.id,
        state=handoff.state,
        reason=handoff.reason,
        agent=handoff.agent_name,
        closed_at=handoff.closed_at,
        outcome=handoff.ending.outcome,
        agreed=handoff.ending.agreed.text if handoff.ending.agreed else None,
        about=None if about is None else reasons.words(about),
        asked=feedback is not None,
        solved=None if feedback is None else feedback.solved,
        line=None if line is None else Quote(number=line.number, at=line.at, text=quote(line.text) or ""),
    )


def reason_routes(door: Door, reasons: ContactReasons) -> APIRouter:
    """`GET contact-reasons`."""
    router = APIRouter()

    @router.get("/contact-reasons", responses=error_responses(401))
    async def listed(_: Annotated[Seat, Depends(door.seat)]) -> list[ReasonGroup]:
        """What a contact can have been about, in two levels."""
        return [
            ReasonGroup(
                label=group.label,
                reasons=[Reason(id=f"{key}/{each}", label=words) for each, words in group.reasons.items()],
            )
            for key, group in reasons.groups.items()
        ]

    return router
