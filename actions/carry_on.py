"""Stopping, starting over and carrying on with whatever task is open."""

from __future__ import annotations

import re
from typing import Final

from actions.commands import close_case
from actions.conversation import Conversation, Reply
from actions.tasks import TASKS, forget_answers

_CANCEL_IT: Final = re.compile(r"\bcancel (?:it|that|this|them|the order|my order)\b")


class ActionStop(Reply):
    """Never mind."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_stop"

    async def answer(self, talk: Conversation) -> None:
        """Drop the open task with one line."""
        task = TASKS.get(talk.form or "")
        if task is None and talk.slot("spoken_order") and _CANCEL_IT.search(talk.heard.words):
            talk.set("order_number", talk.slot("spoken_order"))
            talk.follow_with("cancel_form")
            return
        if task is None:
            talk.say_response("utter_nothing_to_stop")
            return
        talk.say(task.stopped)
        talk.record(close_case(task.topic, "abandoned"))
        forget_answers(talk)
        talk.leave_form()


class ActionStartOver(Reply):
    """From the beginning, please."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_start_over"

    async def answer(self, talk: Conversation) -> None:
        """Forget the open task's answers; its form then asks its first question. Proof of an order stays."""
        forget_answers(talk)
        if talk.form:
            talk.set("requested_slot", None)
            talk.say("All right, from the beginning.")
            talk.follow_with(talk.form)
        else:
            talk.say_response("utter_fresh_start")


class ActionContinue(Reply):
    """Where were we?"""

    def name(self) -> str:
        """As the rules call it."""
        return "action_continue"

    async def answer(self, talk: Conversation) -> None:
        """The open form asks its question again; without one there is nothing to go on with."""
        if talk.form:
            talk.follow_with(talk.form)
        elif talk.is_waiting_for_person:
            talk.say("Your request is with our team; someone will write to you here. Nothing else is open.")
        else:
            talk.say_response("utter_nothing_open")
