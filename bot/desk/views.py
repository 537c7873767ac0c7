"""What the desk's API answers with, as pydantic models, and how it is made from memory's values. Used by its routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from bot.attachments import AttachmentView, attachment_views
from bot.desk.agent_views import OwnerView, owner_view
from bot.desk.brief import BriefView, PersonView, brief_view, person
from bot.desk.delivery_words import why_not_there
from bot.desk.orders import OrderLine
from bot.desk.past import PastView, past_view
from bot.desk.story import quote
from bot.desk.task_fields import Vocabulary, label
from bot.line import Place
from memory.model import (
    HANDOFF_MOVES,
    Agent,
    Author,
    Brief,
    DeliveryState,
    Handoff,
    HandoffMove,
    HandoffOutcome,
    HandoffReason,
    HandoffState,
    Message,
    Note,
)
from memory.moves import chosen_address
from memory.ports import HandoffSummary, HandoffView

MOVES: Mapping[str, HandoffState] = {
    "accept": HandoffState.ACCEPTED,
    "transfer": HandoffState.QUEUED,
    "return": HandoffState.RETURNED,
    "resolve": HandoffState.RESOLVED,
}
"""The moves an agent can make, and where each leads."""


class OfferView(BaseModel):
    """To whom a conversation is offered, and until when; others may take it too."""

    agent: OwnerView
    until: datetime


class PlaceView(BaseModel):
    """Where a customer stands in the line of their department, from 1.

    `wait_seconds` is the median of what others lately waited while the desk was open (null: too few have), `opens_at`
    when the desk opens next (null: it is open).
    """

    number: int
    wait_seconds: float | None
    opens_at: datetime | None


class MoveView(BaseModel):
    """One line of a handoff's history. `by` is an agent's id, "bot" or "timer"; `agent_id` who was offered it."""

    before: HandoffState | None
    after: HandoffState
    by: str
    by_name: str | None
    at: datetime
    why: str | None
    agent_id: str | None


class AnsweredView(BaseModel):
    """The words that a customer answered to, and whether they are ours."""

    text: str
    ours: bool


class MessageView(BaseModel):
    """One thing that was said. `buttons` are the titles of the choices under it.

    `delivery` is what became of it on a channel that is sent to, `delivery_reason` why it is not there, in a sentence.
    `earlier` is how it read before its customer changed it, the first words first. `answered` is what they answered to.
    """

    number: int
    author: Author
    channel: str
    text: str
    at: datetime
    buttons: list[str]
    custom: dict[str, Any] | None
    agent_name: str | None
    delivery: DeliveryState | None
    delivery_reason: str | None
    attachments: list[AttachmentView]
    earlier: list[str] = []
    answered: AnsweredView | None = None


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
    outcome: HandoffOutcome | None
    agent: OwnerView | None
    department: str | None
    language: str | None
    offer: OfferView | None
    last_message: MessageView | None
    unanswered: int


class FieldView(BaseModel):
    """Something that the open task asks for, which an agent may fill in when they give the conversation back."""

    slot: str
    label: str
    value: str | None


class Conversation(BaseModel):
    """A handoff as an agent opens it; `allowed` names what this agent may do with it now.

    `reply_channel` is where a reply would go now. `fields` are what the bot's open task asks for, with what is known.
    `past` is what agents have ended with this customer, the latest first; once it is over, this one, too.
    """

    id: str
    state: HandoffState
    reason: HandoffReason
    customer: PersonView
    requested_at: datetime
    requested_number: int
    accepted_at: datetime | None
    closed_at: datetime | None
    agent: OwnerView | None
    department: str | None
    language: str | None
    offer: OfferView | None
    place: PlaceView | None
    allowed: list[str]
    reply_channel: str | None
    brief: BriefView
    past: list[PastView]
    fields: list[FieldView]
    messages: list[MessageView]
    notes: list[NoteView]
    history: list[MoveView]


def message_view(message: Message) -> MessageView:
    """A message as the transcript shows it."""
    return MessageView(
        number=message.number,
        author=message.author,
        channel=message.channel,
        text=message.text,
        at=message.at,
        buttons=[button.title for button in message.buttons],
        custom=None if message.custom is None or message.author is Author.CUSTOMER else dict(message.custom),
        agent_name=message.agent_name,
        delivery=message.delivery,
        delivery_reason=why_not_there(message),
        attachments=attachment_views(message),
        earlier=list(message.earlier),
        answered=_answered_view(message),
    )


def _answered_view(message: Message) -> AnsweredView | None:
    answered = message.answered
    return AnsweredView(text=answered.text, ours=answered.ours) if answered else None


def note_view(note: Note) -> NoteView:
    """A note as the transcript shows it."""
    return NoteView(agent_name=note.agent_name, text=note.text, at=note.at)


def conversation_view(
    view: HandoffView,
    agent: Agent,
    place: Place | None,
    orders: Sequence[OrderLine] | None,
    vocabulary: Vocabulary,
) -> Conversation:
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
        department=handoff.department,
        language=handoff.language,
        offer=_offer(handoff),
        place=None if place is None else _place(place),
        allowed=allowed(handoff, agent),
        reply_channel=_reply_channel(view),
        brief=brief_view(view.brief, view.messages, orders, handoff),
        past=[past_view(past, vocabulary.reasons) for past in view.brief.past],
        fields=_fields(view.brief, vocabulary),
        messages=[message_view(message) for message in view.messages],
        notes=[note_view(note) for note in view.notes],
        history=[_move(move) for move in view.moves],
    )


def _reply_channel(view: HandoffView) -> str | None:
    """Where they chose to be written to or, once they have written to the person who has it, where they last wrote."""
    last = next((said for said in reversed(view.messages) if said.author is Author.CUSTOMER), None)
    chosen = chosen_address(view.handoff, last.at if last else None)
    return chosen.channel if chosen else last.channel if last else None


def _fields(brief: Brief, vocabulary: Vocabulary) -> list[FieldView]:
    slots = vocabulary.fields.of(brief.task)
    return [FieldView(slot=slot, label=label(slot), value=brief.collected.get(label(slot))) for slot in slots]


def allowed(handoff: Handoff, agent: Agent) -> list[str]:
    """What this agent may do with it now: names of moves, "reply" and "note". Memory has the last word.

    What has ended can be taken over: then the conversation is theirs, in a handoff of its own.
    """
    legal = [name for name, to in MOVES.items() if to in HANDOFF_MOVES[handoff.state]]
    if not handoff.state.is_open:
        return ["take_over", "note"]
    if not handoff.state.owned_by_person:
        mine = handoff.offer is not None and handoff.offer.agent_id == agent.id
        return [*(name for name in legal if name == "accept"), *(["decline"] if mine else []), "note"]
    return [*legal, "reply", "note"] if handoff.agent_id == agent.id else ["note"]


def queue_entry(summary: HandoffSummary) -> QueueEntry:
    """A line of the queue; where the bot knew what the customer wanted, what they asked need not be told."""
    handoff = summary.handoff
    return QueueEntry(
        id=handoff.id,
        state=handoff.state,
        reason=handoff.reason,
        customer=person(summary.customer, ()),
        channel=summary.channel,
        goal=summary.goal,
        asked=quote(summary.asked) if summary.goal is None and summary.asked is not None else None,
        requested_at=handoff.requested_at,
        closed_at=handoff.closed_at,
        outcome=handoff.ending.outcome,
        agent=_owner(handoff),
        department=handoff.department,
        language=handoff.language,
        offer=_offer(handoff),
        last_message=None if summary.last_message is None else message_view(summary.last_message),
        unanswered=summary.unanswered,
    )


def _offer(handoff: Handoff) -> OfferView | None:
    offer = handoff.offer
    if offer is None:
        return None
    return OfferView(agent=owner_view(offer.agent_id, offer.agent_name), until=offer.until)


def _place(place: Place) -> PlaceView:
    wait = None if place.wait is None else place.wait.total_seconds()
    return PlaceView(number=place.number, wait_seconds=wait, opens_at=place.opens_at)


def _move(move: HandoffMove) -> MoveView:
    return MoveView(
        before=move.before,
        after=move.after,
        by=move.by,
        by_name=move.by_name,
        at=move.at,
        why=move.why,
        agent_id=move.agent_id,
    )


def _owner(handoff: Handoff) -> OwnerView | None:
    if handoff.agent_id is None:
        return None
    return owner_view(handoff.agent_id, handoff.agent_name)
