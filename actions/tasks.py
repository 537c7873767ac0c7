"""The tasks that take several questions, in one table: their form, their topic and the slots that are theirs alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from actions.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Task:
    """A task with a form; `stopped` is said when the customer gives it up, `going` when they come back to it."""

    form: str
    intent: str
    topic: str
    slots: tuple[str, ...]
    stopped: str
    going: str


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
        ),
        Task(
            form="return_form",
            intent="return_item",
            topic="return_item",
            slots=("return_item", "return_reason", "return_resolution", "return_confirmed"),
            stopped="All right, I’ve dropped the return. Nothing has been registered.",
            going="sending something back",
        ),
        Task(
            form="cancel_form",
            intent="cancel_order",
            topic="cancel_order",
            slots=("cancel_confirmed",),
            stopped="All right, I haven’t cancelled any order.",
            going="cancelling an order",
        ),
        Task(
            form="address_form",
            intent="change_address",
            topic="change_address",
            slots=("new_address", "address_confirmed"),
            stopped="All right, the delivery address stays as it is.",
            going="changing a delivery address",
        ),
    )
}
INTENTS = frozenset(task.intent for task in TASKS.values())
ORDER_SLOTS = ("order_number", "order_email", "unmatched")
"""Which order it is about; a change of task keeps these, the end of one clears them."""


def forget_answers(talk: Conversation, *, keep_order: bool = False) -> None:
    """Clear what was answered in any task, so that the next run of one starts clean."""
    own = [slot for task in TASKS.values() for slot in task.slots]
    for slot in own if keep_order else [*own, *ORDER_SLOTS]:
        talk.set(slot, None)
    talk.set("form_failures", 0.0)
