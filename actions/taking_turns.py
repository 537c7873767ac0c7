"""Whose turn it is when several tasks are wanted: a form begins, another is set aside for it, or put off until later.

Called by `actions.form` before the message is read.
"""

from __future__ import annotations

from collections.abc import Sequence

from actions.cases import end_case
from actions.conversation import Conversation
from actions.orders import order_book, orders_meant
from actions.tasks import BY_INTENT, ORDER_SLOTS, TASKS, Task, forget_answers
from actions.visit import Visit
from actions.waiting import Waiting, is_about_another, put_off, set_aside, take_up


def begin(visit: Visit, task: Task) -> None:
    """Start clean, save for what this very turn already set; the order goes along from the task left behind.

    A task that stood in the line goes on as it was. The one left behind takes its place there.
    """
    talk = visit.talk
    before = talk.earlier_forms()[:-1]
    left = TASKS.get(before[-1] or "") if before else None
    held = take_up(talk, task, asked_for=not visit.follows_another)
    # What another task set in this turn is its own; a task in the line has its answers there.
    set_before = _set_this_turn(talk, task.form) if held is None or not visit.follows_another else ()
    given = {name: talk.slot(name) for name in set_before}
    if left is not None and left is not task:
        _leave(visit, left)
    forget_answers(talk, keep_order=left is not None)
    for name, value in given.items():
        talk.set(name, value)
    visit.asked = None
    if held is not None:
        _go_on_with(visit, held)


def is_done_once_more(visit: Visit, task: Task) -> bool:
    """Whether the same is wanted for something else besides: "cancel 1051 first", "the mat as well"."""
    if not visit.fresh or visit.heard.intent != task.intent or not visit.heard.adds:
        return False
    return is_about_another(visit.talk, task, {slot: visit.talk.slot(slot) for slot in task.values.values()})


def begin_once_more(visit: Visit, task: Task) -> None:
    """Set aside what was answered so far, and begin the same task anew."""
    visit.notice(set_aside(visit.talk, task))
    forget_answers(visit.talk)
    visit.begins, visit.asked = True, None


def comes_second(visit: Visit, task: Task) -> bool:
    """Whether it is the later part of a message, and asks for another task while this one is being done."""
    heard = visit.heard
    other = BY_INTENT.get(heard.intent)
    if not heard.follows or visit.begins or not visit.fresh or other is None or other.intent == "order_status":
        return False
    number = heard.value("order_number")
    return other is not task or (number is not None and number != visit.talk.slot("order_number"))


async def put_off_other(visit: Visit, task: Task) -> None:
    """One task at a time: line up the other; what proves an order serves this one already."""
    visit.fresh = False
    meant = orders_meant(visit.heard, (await order_book(visit.talk)).orders)
    number = meant[0].number if len(meant) == 1 else None
    visit.notice(put_off(visit.talk, BY_INTENT[visit.heard.intent], number))
    for entity, slot in task.values.items():
        if slot in ORDER_SLOTS and visit.heard.value(entity) and not visit.talk.slot(slot):
            visit.talk.set(slot, visit.heard.value(entity))


def _leave(visit: Visit, left: Task) -> None:
    """Set the open task aside for the one that begins, or drop it when this one is wanted in its place."""
    if visit.heard.replaces:
        end_case(visit.talk, left.topic, "abandoned")
    else:
        visit.notice(set_aside(visit.talk, left))


def _go_on_with(visit: Visit, held: Waiting) -> None:
    """Go on with what was given when the task was lined up; a message that is about the one before it is not read."""
    talk = visit.talk
    for slot in ORDER_SLOTS if held.has_begun else ():  # not the order of the task just left
        talk.set(slot, None)
    for slot, value in held.given.items():
        talk.set(slot, value)
    talk.set("in_words", held.words)
    talk.set("case_key", held.case)
    talk.set("asked_slots", list(held.asked) or None)
    visit.comes_back = held.has_begun
    if visit.follows_another or visit.heard.intent != held.task.intent:
        visit.fresh, visit.has_waited = False, True
        visit.notice(f"{'Back to' if held.has_begun else 'Now'} {held.task.name}.")


def _set_this_turn(talk: Conversation, form: str) -> Sequence[str]:
    """The slots that an action before the form set; what follows the form's own entry is only Rasa's list of values."""
    events = list(talk.events_of_this_turn())
    entry = next((place for place, event in enumerate(events) if event.get("name") == form), len(events))
    return [event["name"] for event in events[:entry] if event["event"] == "slot"]
