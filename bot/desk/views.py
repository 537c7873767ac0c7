"""What the desk's API answers with, as pydantic models, and how it is made from memory's values. Used by its routes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from bot.desk.brief import BriefView, PersonView, brief_view, person
from memory.model import (
    HANDOFF_MOVES,
    Agent,
    Author,
    DeliveryState,
    Handoff,
    HandoffReason,
    HandoffState,
    Message,
    Note,
    Role,
)
from memory.ports import HandoffSummary, HandoffView

MOVES: Mapping[str, HandoffState] = {
    "accept": HandoffState.ACCEPTED,
    "transfer": HandoffState.QUEUED,
    "return": HandoffState.RETURNED,
    "resolve": HandoffState.RESOLVED,
}
"""The moves an agent can make, and where each leads."""


class AgentView(BaseModel):
    """The agent who is signed in."""

    id: str
    email: str
    name: str
    role: Role


class SignedIn(BaseModel):
    """The answer to a login; the token works as `Authorization: Bearer`."""

    token: str
    agent: AgentView


class OwnerView(BaseModel):
    """The agent who has a conversation."""

    id: str
    name: str


class MessageView(BaseModel):
    """One thing that was said. `buttons` are the titles of the choices under it."""

    number: int
    author: Author
    channel: str
    text: str
    at: datetime
    buttons: list[str]
    custom: dict[str, Any] | None
    agent_name: str | None
    delivery: DeliveryState | None


class NoteView(BaseModel):
    """An internal note."""

    agent_name: str
    text: str
    at: datetime


class QueueEntry(BaseModel):
    """One line of the queue: the `goal` or, where there is none, what the customer `asked` in their own words.

    `unanswered` counts the customer's messages since an agent last answered.
    """

    id: str
    state: HandoffState
    reason: HandoffReason
    customer: PersonView
    channel: str
    goal: str | None
    asked: str | None
    requested_at: datetime
    closed_at: datetime | None
    agent: OwnerView | None
    last_message: MessageView | None
    unanswered: int


class Conversation(BaseModel):
    """A handoff as an agent opens it; `allowed` names what this agent may do with it now."""

    id: str
    state: HandoffState
    reason: HandoffReason
    customer: PersonView
    requested_at: datetime
    requested_number: int
    accepted_at: datetime | None
    closed_at: datetime | None
    agent: OwnerView | None
    allowed: list[str]
    brief: BriefView
    messages: list[MessageView]
    notes: list[NoteView]


def agent_view(agent: Agent) -> AgentView:
    """The agent as their own page shows them."""
    return AgentView(id=agent.id, email=agent.email, name=agent.name, role=agent.role)


def message_view(message: Message) -> MessageView:
    """A message as the transcript shows it."""
    return MessageView(
        number=message.number,
        author=message.author,
        channel=message.channel,
        text=message.text,
        at=message.at,
        buttons=[button.title for button in message.buttons],
        custom=None if message.custom is None else dict(message.custom),
        agent_name=message.agent_name,
        delivery=message.delivery,
    )


def note_view(note: Note) -> NoteView:
    """A note as the transcript shows it."""
    return NoteView(agent_name=note.agent_name, text=note.text, at=note.at)


def conversation_view(view: HandoffView, agent: Agent) -> Conversation:
    """A handoff with its brief, as `agent` may see and treat it."""
    handoff = view.handoff
    return Conversation(
        id=handoff.id,
        state=handoff.state,
        reason=handoff.reason,
        customer=person(view.brief.customer, view.brief.addresses),
        requested_at=handoff.requested_at,
        requested_number=handoff.requested_number,
        accepted_at=handoff.accepted_at,
        closed_at=handoff.closed_at,
        agent=_owner(handoff),
        allowed=allowed(handoff, agent),
        brief=brief_view(view.brief),
        messages=[message_view(message) for message in view.messages],
        notes=[note_view(note) for note in view.notes],
    )


def allowed(handoff: Handoff, agent: Agent) -> list[str]:
    """What this agent may do with it now: names of moves, "reply" and "note". Memory has the last word."""
    legal = [name for name, to in MOVES.items() if to in HANDOFF_MOVES[handoff.state]]
    if not handoff.state.owned_by_person:
        return [*(name for name in legal if name == "accept"), "note"]
    return [*legal, "reply", "note"] if handoff.agent_id == agent.id else ["note"]


def queue_entry(summary: HandoffSummary, asked: str | None) -> QueueEntry:
    """A line of the queue."""
    handoff = summary.handoff
    return QueueEntry(
        id=handoff.id,
        state=handoff.state,
        reason=handoff.reason,
        customer=person(summary.customer, ()),
        channel=summary.channel,
        goal=summary.goal,
        asked=asked,
        requested_at=handoff.requested_at,
        closed_at=handoff.closed_at,
        agent=_owner(handoff),
        last_message=None if summary.last_message is None else message_view(summary.last_message),
        unanswered=summary.unanswered,
    )


def _owner(handoff: Handoff) -> OwnerView | None:
    if handoff.agent_id is None:
        return None
    return OwnerView(id=handoff.agent_id, name=handoff.agent_name or "An agent")
