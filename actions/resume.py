"""One line that says where things stand, for a customer who comes back after a long silence, or to a changed bot.

The dialogue runs this before the customer's message when something is open; the open form then asks its question.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.cases import case_buttons, names_of, open_now
from actions.conversation import Buttons, Conversation
from actions.orders import order_book
from actions.resuming import let_go_line, must_choose, still_open, welcome
from actions.tasks import TASKS


class ActionResume(Action):
    """Welcome back."""

    def name(self) -> str:
        """As the dialogue calls it."""
        return "action_resume"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say the line, or nothing when nothing is open or the answer itself asks which first. Changes nothing."""
        talk = Conversation(dispatcher, tracker)
        changed = _what_changed(talk)
        stands = changed or (None if must_choose(talk) else await _where_it_stands(talk))
        if stands:
            lead = "" if changed and not talk.slot("resuming") else f"{welcome(talk)} "
            talk.say(f"{lead}{stands}", () if changed else await _choices(talk))
        return []


def _what_changed(talk: Conversation) -> str | None:
    """What this version can't go on with: the open task, which may start again, or one that waited."""
    changed = talk.known.get("changed")
    if not changed:
        return None
    if changed["task"] is None:
        return "I have changed since, and no longer have all that was waiting; please ask me again for what is missing."
    doing = _in_the_middle(changed["task"])
    if changed["task"]["restarts"]:
        return f"We were in the middle of {doing} when I last changed; let’s start that again."
    return f"We were in the middle of {doing} when I last changed. Please tell me again what you need."


def _in_the_middle(task: Mapping[str, Any]) -> str:
    known = TASKS.get(task["form"])
    if known is not None:
        return known.going
    return f"“{task['goal']}”" if task["goal"] else "something"


async def _choices(talk: Conversation) -> Buttons:
    """The open things to go on with, unless it is just the task at hand, which asks its question anyway."""
    cases = open_now(talk)
    just_the_task = talk.form is not None and len(cases) == 1
    return () if talk.is_waiting_for_person or just_the_task else await case_buttons(talk, cases, "continue_task")


async def _where_it_stands(talk: Conversation) -> str | None:
    if talk.broken_promise:
        return None  # that is told with the answer, and says more
    if talk.is_waiting_for_person:
        return "Your request is still with our team; nobody has written yet."
    cases = open_now(talk)
    let_go = await let_go_line(talk)
    if not cases:
        return let_go or None
    task = TASKS.get(talk.form or "")
    if len(cases) > 1 or task is None:
        return f"{still_open(await names_of(talk, cases))} {let_go}".strip()
    return f"We were {await _doing(talk, task.form) or task.going}. {let_go}".strip()


async def _doing(talk: Conversation, form: str) -> str | None:
    """The task in the words of this customer's order, as far as it has been named."""
    number = talk.slot("order_number")
    if not number:
        return None
    if form == "cancel_form":
        return f"about to cancel order {number}"
    if form == "address_form":
        return f"changing the delivery address of order {number}"
    if form == "order_status_form":
        return f"looking up order {number}"
    return f"sending back {await _item(talk, str(number))} from order {number}"


async def _item(talk: Conversation, number: str) -> str:
    order = (await order_book(talk)).find(number)
    items = order.items if order else ()
    return next((f"your {item.name}" for item in items if item.sku == talk.slot("return_item")), "something")
