"""The tasks that take several questions, in one table: their form, their topic and the slots that are theirs alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Task:
    """A task with a form; what is said when the customer gives it up, comes back to it, or when its turn has come."""

    form: str
    intent: str
    topic: str
    slots: tuple[str, ...]
    stopped: str
    going: str
    next: str


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
            next="Now your order.",
        ),
        Task(
            form="return_form",
            intent="return_item",
            topic="return_item",
            slots=("return_item", "return_reason", "return_resolution", "return_confirmed"),
            stopped="All right, I’ve dropped the return. Nothing has been registered.",
            going="sending something back",
            next="Now the return.",
        ),
        Task(
            form="cancel_form",
            intent="cancel_order",
            topic="cancel_order",
            slots=("cancel_confirmed",),
            stopped="All right, I haven’t cancelled any order.",
            going="cancelling an order",
            next="Now the cancellation.",
        ),
        Task(
            form="address_form",
            intent="change_address",
            topic="change_address",
            slots=("new_address", "address_confirmed"),
            stopped="All right, the delivery address stays as it is.",
            going="changing a delivery address",
            next="Now the address.",
        ),
    )
}
BY_INTENT: Mapping[str, Task] = {task.intent: task for task in TASKS.values()}
INTENTS = frozenset(task.intent for task in TASKS.values())
ORDER_SLOTS = ("order_number", "order_email", "unmatched")
"""Which order it is about; a change of task keeps these, the end of one clears them."""
_MOST_WAITING = 3
_OF_THE_TALK = ("asked_slots", "in_words")
"""The questions asked in the task so far, and its answers in the words of the catalogue."""


def forget_answers(talk: Conversation, *, keep_order: bool = False) -> None:
    """Clear what was answered in any task, so that the next run of one starts clean."""
    own = [slot for task in TASKS.values() for slot in task.slots]
    for slot in own if keep_order else [*own, *ORDER_SLOTS]:
        talk.set(slot, None)
    for slot in _OF_THE_TALK:
        talk.set(slot, None)
    talk.set("form_failures", 0.0)


def put_off(talk: Conversation, task: Task, order_number: str | None) -> None:
    """Remember a task that the customer asked for beside another: its turn comes when that one is done."""
    values = {entity: found[-1] for entity, found in talk.heard.values.items()}
    if order_number:
        values["order_number"] = order_number
    talk.set("waiting_tasks", [*waiting_tasks(talk), {"form": task.form, "values": values}][:_MOST_WAITING])


def waiting_tasks(talk: Conversation) -> Sequence[Mapping[str, Any]]:
    """The tasks that wait for their turn: their forms, and the values given for them by entity."""
    return talk.slot("waiting_tasks") or ()


def take_up(talk: Conversation, form: str) -> Mapping[str, str] | None:
    """The values of a task whose turn has come; None when it was not waiting."""
    waiting = waiting_tasks(talk)
    mine = next((each for each in waiting if each["form"] == form), None)
    if mine is None:
        return None
    talk.set("waiting_tasks", [each for each in waiting if each is not mine] or None)
    return dict(mine["values"])


def go_on(talk: Conversation) -> None:
    """After a task: the next one that waits, else the customer's next message."""
    waiting = waiting_tasks(talk)
    talk.follow_with(str(waiting[0]["form"]) if waiting else "action_listen")


def asked_so_far(talk: Conversation) -> Sequence[str]:
    """The slots that the open task has asked for, in order; the last is the question that stands."""
    return talk.slot("asked_slots") or ()


def note_asked(talk: Conversation, slot: str) -> None:
    """Remember a question as asked. Coming back to an earlier one forgets those after it."""
    asked = list(asked_so_far(talk))
    talk.set("asked_slots", [*(asked[: asked.index(slot)] if slot in asked else asked), slot])
