"""Stopping, starting over and carrying on with whatever task is open."""

from __future__ import annotations

import re
from typing import Final

from actions.cases import end_case, meant, open_now
from actions.conversation import Conversation, Reply
from actions.offers import offered
from actions.resuming import ask_which_first, take_up_case
from actions.standing import put_again
from actions.tasks import TASKS, asked_so_far, forget_answers
from actions.waiting import drop, go_on, spoken_of, waiting

_CANCEL_IT: Final = re.compile(r"\bcancel (?:it|that|this|them|the order|my order)\b")
_ALL: Final = re.compile(r"\b(?:everything|all of (?:it|that|them|this)|it all|them all|both|the lot)\b")
_BEFORE_SUMMARY: Final = {"return_confirmed": "return_confirmed", "address_confirmed": "new_address"}
"""What a step back from a summary leads to when nothing was asked before it: the choice of what to change."""


class ActionStop(Reply):
    """Never mind."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_stop"

    async def answer(self, talk: Conversation) -> None:
        """Drop the open task with one line, or the one in the line that is named."""
        task = TASKS.get(talk.form or "")
        if task is not None and (named := spoken_of(talk, besides=task)):
            drop(talk, named)
            talk.say(named[0].task.stopped)
            return
        if _ALL.search(talk.heard.words):
            drop(talk, waiting(talk))
        if task is None and talk.slot("spoken_order") and _CANCEL_IT.search(talk.heard.words):
            talk.set("order_number", talk.slot("spoken_order"))
            talk.follow_with("cancel_form")
            return
        if task is None:
            talk.say_response("utter_as_you_like" if offered(talk) else "utter_nothing_to_stop")
            return
        talk.say(task.stopped)
        end_case(talk, task.topic, "abandoned")
        forget_answers(talk)
        talk.leave_form()
        if waiting(talk):
            go_on(talk)


class ActionStartOver(Reply):
    """From the beginning, please."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_start_over"

    async def answer(self, talk: Conversation) -> None:
        """Forget the open task's answers; its form then asks its first question. Its case and the proof stay."""
        case_key = talk.slot("case_key")
        forget_answers(talk)
        if talk.form:
            talk.set("requested_slot", None)
            talk.set("case_key", case_key)
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
        """What was chosen is taken up, the offer that stands is put again, or what is named or at hand goes on."""
        named = meant(talk, open_now(talk))
        if chosen := talk.heard.value("case"):
            await take_up_case(talk, chosen)
        elif (talk.heard.moved or not talk.form) and await put_again(talk):
            talk.wait_in_form()
        elif named:
            await take_up_case(talk, named[0].key)
        elif await ask_which_first(talk):
            return
        elif talk.form:
            talk.follow_with(talk.form)
        elif talk.is_waiting_for_person:
            talk.say("Your request is with our team; someone will write to you here. Nothing else is open.")
        elif left := open_now(talk):
            await take_up_case(talk, left[0].key)
        else:
            talk.say_response("utter_nothing_open")


class ActionGoBack(Reply):
    """One step back, please."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_go_back"

    async def answer(self, talk: Conversation) -> None:
        """Take the last answer back; the form then asks for it again. At the first question there is no way back."""
        if talk.form is None:
            talk.say_response("utter_nothing_open")
            return
        earlier = _answered_last(talk)
        if earlier is None:
            talk.say("That was the first question. Say “stop” if you’d rather leave it.")
        else:
            talk.say("All right, one step back.")
            _take_back(talk, earlier)
        talk.follow_with(talk.form)


def _answered_last(talk: Conversation) -> str | None:
    """The question before the one that stands. Before a summary that was reached at once, the summary itself."""
    asked = asked_so_far(talk)
    if len(asked) > 1:
        return asked[-2]
    return _BEFORE_SUMMARY.get(str(talk.asked_for))


def _take_back(talk: Conversation, slot: str) -> None:
    talk.set(slot, False if slot == "return_confirmed" else None)
    if slot == "order_number":
        talk.set("return_item", None)  # it was in that order
    if slot == "size_confirmed":
        talk.set("return_size", None)
    talk.set("asked_slots", [each for each in asked_so_far(talk) if each != talk.asked_for])
