"""The tasks that take several questions, in one table: their form, their topic and the slots that are theirs alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from re import Pattern
from typing import Final
from uuid import uuid4

from actions.conversation import Conversation

ORDER_SLOTS: Final = ("order_number", "order_email", "unmatched")
"""Which order it is about; a change of task keeps these, the end of one clears them."""
_ORDER_VALUES: Final[Mapping[str, str]] = {"order_number": "order_number", "email": "order_email"}


@dataclass(frozen=True, slots=True)
class Task:
    """A task with a form, and its words: when it is given up, while it goes on, and what it is called meanwhile.

    `called` finds what customers call it, where that can't be anything else. `gives` are the values a message can hold
    for it beside the order: entity → slot.
    """

    form: str
    intent: str
    topic: str
    slots: tuple[str, ...]
    stopped: str
    going: str
    name: str
    called: Pattern[str]
    gives: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> Mapping[str, str]:
        """All that a message can say about it: entity → slot."""
        return {**_ORDER_VALUES, **self.gives}


TASKS: Mapping[str, Task] = {
    task.form: task
    for task in (
        Task(
            form="order_status_form",
            intent="order_status",
            topic="order_status",
            slots=(),
            stopped="All right, I’ll leave it there.",
            going="looking up your order",
            name="your order",
            called=re.compile(r"\b(?:status|tracking|where (?:it|my order) is)\b"),
        ),
        Task(
            form="return_form",
            intent="return_item",
            topic="return_item",
            slots=(
                "return_item",
                "return_reason",
                "return_resolution",
                "return_size",
                "size_confirmed",
                "return_confirmed",
            ),
            stopped="All right, I’ve dropped the return. It hasn’t been registered.",
            going="sending something back",
            name="the return",
            called=re.compile(r"\b(?:returns?|returning|send(?:ing)? .{0,20}back|refund|exchange)\b"),
            gives={"product": "return_item", "return_reason": "return_reason", "resolution": "return_resolution"},
        ),
        Task(
            form="cancel_form",
            intent="cancel_order",
            topic="cancel_order",
            slots=("cancel_confirmed",),
            stopped="All right, I haven’t cancelled it.",
            going="cancelling an order",
            name="the cancellation",
            called=re.compile(r"\bcancel(?:ling|lation|ing)\b"),
        ),
        Task(
            form="address_form",
            intent="change_address",
            topic="change_address",
            slots=("new_address", "address_confirmed"),
            stopped="All right, the delivery address stays as it is.",
            going="changing a delivery address",
            name="the address",
            called=re.compile(r"\baddress\b"),
            gives={"address": "new_address"},
        ),
        Task(
            form="reorder_form",
            intent="reorder",
            topic="reorder",
            slots=("reorder_items", "reorder_address", "reorder_confirmed"),
            stopped="All right, nothing has been ordered.",
            going="ordering the same again",
            name="the new order",
            called=re.compile(r"\b(?:re-?order|same again|new order)\b"),
            gives={"address": "reorder_address"},
        ),
    )
}
BY_INTENT: Mapping[str, Task] = {task.intent: task for task in TASKS.values()}
INTENTS = frozenset(task.intent for task in TASKS.values())
_OF_THE_TALK = ("asked_slots", "in_words", "case_key")
"""The questions asked in the task so far, its answers in the words of the catalogue, and its case."""


def new_case_key() -> str:
    """A key that no other case has."""
    return uuid4().hex


def forget_answers(talk: Conversation, *, keep_order: bool = False) -> None:
    """Clear what was answered in any task, so that the next run of one starts clean."""
    own = [slot for task in TASKS.values() for slot in task.slots]
    for slot in own if keep_order else [*own, *ORDER_SLOTS]:
        talk.set(slot, None)
    for slot in _OF_THE_TALK:
        talk.set(slot, None)
    talk.set("form_failures", 0.0)


def asked_so_far(talk: Conversation) -> Sequence[str]:
    """The slots that the open task has asked for, in order; the last is the question that stands."""
    return talk.slot("asked_slots") or ()


def note_asked(talk: Conversation, slot: str) -> None:
    """Remember a question as asked. Coming back to an earlier one forgets those after it."""
    asked = list(asked_so_far(talk))
    talk.set("asked_slots", [*(asked[: asked.index(slot)] if slot in asked else asked), slot])
