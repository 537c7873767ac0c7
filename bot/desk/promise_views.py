"""Promises as the desk's API shows them. Used by `brief`, `ledger` and `events`."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from memory.model import TEAM, Owed, Promise, PromiseState


class PromiseView(BaseModel):
    """What the customer was promised, by whom and by when.

    `owner` is an agent's id, or "team" for what the bot promised. `number` is the message it was made in, `kept_in` the
    one that kept it, `told_in` the one that told the customer it was broken; `why` is a note that stands for a message
    as evidence, or why it was cancelled. `channel` is where the customer has chosen to hear from us.
    """

    id: int
    text: str
    due_at: datetime
    made_at: datetime
    number: int | None
    owner: str
    owner_name: str | None
    state: PromiseState
    reminded_at: datetime | None
    closed_at: datetime | None
    kept_at: datetime | None
    kept_in: int | None
    why: str | None
    told_in: int | None
    channel: str | None


class OwedView(PromiseView):
    """A promise in a list: to whom it was made (null: nobody knows their name), and their latest handoff."""

    customer: str | None
    handoff: str | None


def promise_view(promise: Promise) -> PromiseView:
    """A promise as the brief shows it."""
    return PromiseView.model_validate(_fields(promise))


def owed_view(owed: Owed) -> OwedView:
    """A promise as lists show it."""
    customer = owed.customer
    return OwedView.model_validate(
        {**_fields(owed.promise), "customer": customer.name or customer.email, "handoff": owed.handoff_id}
    )


def _fields(promise: Promise) -> dict[str, object]:
    fields = {name: getattr(promise, name) for name in PromiseView.model_fields}
    return {**fields, "owner_name": "The team" if promise.owner == TEAM else promise.owner_name}
