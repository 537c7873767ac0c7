"""How every task with several questions goes: read the message, check with the shop, ask the next thing.

Each task's form validation derives from `TaskForm`. Rasa runs it for every message while its form is open, and again
when the conversation comes back to the form after something else was answered.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.cases import about_task, end_case, key_of_task
from actions.commands import open_case
from actions.conversation import GET_PERSON, Conversation, button
from actions.offers import offer_person, offered, put_forward
from actions.person import hand_over
from actions.taking_turns import begin, begin_once_more, comes_second, is_done_once_more, put_off_other
from actions.tasks import (
    INTENTS,
    TASKS,
    Task,
    asked_so_far,
    forget_answers,
    note_asked,
)
from actions.visit import Ended, Question, Ready, Step, Visit
from actions.waiting import go_on
from memory.model import Handling

FAILURES_BEFORE_OFFER: Final = 2
FAILURES_BEFORE_PERSON: Final = 3

_NEVER_OURS: Final = frozenset(
    {"ask_person", "stop", "start_over", "go_back", "continue_task", "forget", "send_my_data", "privacy"}
)
_FORM_TALK: Final = frozenset({"inform", "affirm", "deny", "nlu_fallback", "none_of_these"})

_PERSON: Final = re.compile(
    r"\b(?:person|people|human|someone|somebody|anyone|anybody|agent|adviser|advisor|operator|manager|supervisor|staff|"
    r"team|colleagues?|representative|rep|support|service|helpdesk|speak|talk|call|ring|phone|chat)\b"
)
_ORDER_WORD: Final = re.compile(r"\b(?:order|purchase|shipment|delivery|parcel)")
_NOT_THAT_ONE: Final = re.compile(r"\bi mean(?:t)?\b|\bnot (?:order )?#?\d|^\W*(?:no|sorry)\b(?!.*\bwhere\b)")
_SORRY: Final = "Sorry, I didn’t get that."
_SORRY_AGAIN: Final = "Sorry, I know you’ve told me, but I couldn’t place it."
_WAY_OUT: Final = (
    "I’m sorry, I can’t make sense of that. Shall I get someone from our team, or would you like to try once more?"
)


class TaskForm(Action, ABC):
    """The brain of one form."""

    form: ClassVar[str]
    confirmed: ClassVar[str | None] = None
    """The slot that is True once the customer has agreed to it all."""
    last_action: ClassVar[str] = "action_listen"
    """What does it then."""

    @property
    def task(self) -> Task:
        """This form's row in the table of tasks."""
        return TASKS[self.form]

    @property
    def values(self) -> Mapping[str, str]:
        """Entity → slot: what a message can say about this task."""
        return self.task.values

    def name(self) -> str:
        """As Rasa looks it up."""
        return f"validate_{self.form}"

    @abstractmethod
    async def next_step(self, visit: Visit) -> Step:
        """Check what is known, take what is evident, and say what comes next."""

    @abstractmethod
    async def title(self, talk: Conversation) -> str:
        """The case in a line, as far as it is known."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """What Rasa calls."""
        talk = Conversation(dispatcher, tracker)
        visit = Visit(talk, self.form)
        if comes_second(visit, self.task):
            await put_off_other(visit, self.task)
        elif visit.fresh and not visit.begins and not self.is_ours(visit):
            return [ActionExecutionRejected(self.form)]
        if visit.begins:
            begin(visit, self.task)
        elif is_done_once_more(visit, self.task):
            begin_once_more(visit, self.task)
        if visit.fresh:
            talk.own_up()
            talk.meet_anger()
            self.read(visit)
            talk.settle_mind()
        else:
            self.read_beside(visit)
        step = await self._step(visit)
        if isinstance(step, Question):
            await self._keep_case(visit)
            self._ask(visit, step)
        else:
            await self._end(visit, step)
        await self._keep_words(talk)
        return _events(talk)

    async def _step(self, visit: Visit) -> Step:
        if _gives_up(visit, self.task):
            return Ended(self.task.stopped)
        if self.confirmed and visit.talk.slot(self.confirmed) is True:
            # Not checked once more: when a turn is repeated after a crash, the shop has done it already, and only the
            # shop can tell "done by this very turn" from "not allowed".
            return Ready(self.last_action)
        return await self.next_step(visit)

    # Whose message is it?

    def is_ours(self, visit: Visit) -> bool:
        """Whether the message goes on with this task; otherwise the rules answer it and come back here."""
        heard = visit.heard
        if self._is_mistaken(visit):
            return True
        if heard.intent in _NEVER_OURS or (heard.intent in {"affirm", "deny"} and offered(visit.talk)):
            return False
        if heard.intent in _FORM_TALK or heard.intent == self.task.intent or _gives_up(visit, self.task):
            return True
        if heard.intent in INTENTS or heard.is_question:
            return False
        if heard.intent == "ask_faq":
            return self.answers(visit) or (heard.is_correction and self.gives_value(visit))
        return self.gives_value(visit)

    def _is_mistaken(self, visit: Visit) -> bool:
        """Whether the message can't be what it was taken for: "sure, ana@example.com" is no call for a person,
        "no, I meant 1051" asks nothing about it, and "dunno really" is no verdict while no answer has been given."""
        heard = visit.heard
        if heard.intent == "order_status":
            return heard.value("order_number") is not None and bool(_NOT_THAT_ONE.search(heard.words))
        if heard.intent == "ask_person":
            return heard.topic is None and self.answers(visit) and not _PERSON.search(heard.words)
        return heard.intent == "answer_not_helped" and not visit.talk.slot("faq_answered")

    def gives_value(self, visit: Visit) -> bool:
        """Whether the message holds any value of this task."""
        return any(visit.heard.value(entity) for entity in self.values)

    def answers(self, visit: Visit) -> bool:
        """Whether the message holds a value of the kind that was asked for."""
        return any(visit.heard.value(entity) for entity, slot in self.values.items() if slot == visit.asked)

    # Reading

    def read(self, visit: Visit) -> None:
        """Put the values of the message where they belong; a value for something already answered corrects it."""
        for entity, slot in self.values.items():
            value = visit.heard.value(entity)
            if value is not None:
                visit.talk.set(slot, value)
                visit.moved = True

    def read_beside(self, visit: Visit) -> None:
        """From a message that something else answered: the value asked for, when a sentence of its own gives it."""
        for entity, slot in self.values.items():
            given = visit.heard.beside.get(entity)
            if given and slot == visit.asked:
                visit.talk.set(slot, given[-1])

    def took_something(self, visit: Visit) -> bool:
        """Whether the message made sense here."""
        return visit.moved or self.changed_an_answer(visit)

    def changed_an_answer(self, visit: Visit) -> bool:
        """Whether an answer is new or another than before."""
        return visit.talk.changed(*self.task.slots, "order_number", "order_email", "unmatched")

    # Asking

    async def _keep_case(self, visit: Visit) -> None:
        """Every run touches the case, which is known better with each."""
        talk, topic = visit.talk, self.task.topic
        about = about_task(talk, self.task)
        talk.record(open_case(topic, await self.title(talk), key_of_task(talk, topic, about), about))

    def _ask(self, visit: Visit, question: Question) -> None:
        talk = visit.talk
        failures = self._count_failure(visit)
        talk.set("requested_slot", question.slot)
        if visit.failed and failures >= FAILURES_BEFORE_OFFER and self._may_call(talk):
            self._offer_way_out(visit, failures)
        elif not visit.heard.more_follows:
            text = self._asked_again(visit, question) if self._is_asked(visit, question) else question.text
            note_asked(talk, question.slot)
            talk.say(" ".join([*visit.notices, text]), question.buttons)
        elif visit.notices:
            talk.say(" ".join(visit.notices))

    def _may_call(self, talk: Conversation) -> bool:
        """Whether a person may be brought in: nobody is awaited yet, and the operator wants it."""
        return not talk.is_waiting_for_person and talk.handling("form_failed") is not Handling.OFF

    def _is_asked(self, visit: Visit, question: Question) -> bool:
        """Whether the customer has heard this very question before and it is now repeated."""
        stands = visit.comes_back or (question.slot == visit.asked and not visit.notices)
        return stands and question.slot in asked_so_far(visit.talk)

    def _asked_again(self, visit: Visit, question: Question) -> str:
        if self.changed_an_answer(visit) and not visit.comes_back:
            noted = question.slot != self.confirmed and not visit.failed
            return f"Thanks, noted. {question.text}" if noted else question.text
        text = question.again or question.text
        if visit.comes_back:
            return text
        if visit.failed:
            return f"{_SORRY_AGAIN if visit.heard.repeats_itself else _SORRY} {text}"
        return f"Sorry, yes. {text}" if visit.heard.repeats_itself and visit.fresh else text

    def _count_failure(self, visit: Visit) -> int:
        if visit.fresh and not visit.begins and not self.took_something(visit):
            visit.failed = True
        failures = int(visit.talk.slot("form_failures") or 0)
        if visit.fresh:
            failures = failures + 1 if visit.failed else 0
        elif visit.heard.intent == "out_of_scope":  # answered, but no answer to the question
            failures += 1
        visit.talk.set("form_failures", float(failures))
        return failures

    def _offer_way_out(self, visit: Visit, failures: int) -> None:
        if failures >= FAILURES_BEFORE_PERSON or visit.talk.handling("form_failed") is Handling.AT_ONCE:
            hand_over(visit.talk, "form_failed", "I’m sorry, I still can’t make sense of that.")
            return
        put_forward(visit.talk, "person", reason="form_failed")
        choices = (GET_PERSON, button("Try once more", "/continue_task"), button("Stop here", "/stop"))
        visit.talk.say(" ".join([*visit.notices, _WAY_OUT]), choices)

    # For whoever reads the brief

    async def in_words(self, talk: Conversation) -> Mapping[str, str]:
        """What was given, by slot, in words of the catalogue; only what reads otherwise than its value."""
        return {}

    async def _keep_words(self, talk: Conversation) -> None:
        if any(talk.slot(slot) for slot in self.task.slots) and self._has_new_answers(talk):
            talk.set("in_words", dict(await self.in_words(talk)) or None)

    def _has_new_answers(self, talk: Conversation) -> bool:
        return talk.changed(*self.task.slots, "order_number")

    # Ending

    async def _end(self, visit: Visit, step: Ended | Ready) -> None:
        talk = visit.talk
        await self._keep_case(visit)
        talk.set("requested_slot", None)
        talk.set("form_failures", 0.0)
        if isinstance(step, Ready):
            talk.follow_with(step.action)
            return
        text = " ".join([*visit.notices, step.text]).strip()
        if step.offer:
            offer_person(talk, text, step.offer)
        elif text:
            talk.say(text, cards=step.cards)
        end_case(talk, self.task.topic, step.outcome)
        if not step.offer:  # whoever comes needs to know what was given; the next task starts clean anyway
            forget_answers(talk)
        go_on(talk)


def _gives_up(visit: Visit, task: Task) -> bool:
    """ "Cancel the return" is understood as cancelling, but what it cancels is the task at hand, not an order."""
    if not visit.fresh or visit.begins or visit.heard.intent != "cancel_order" or task.intent == "cancel_order":
        return False
    return visit.heard.value("order_number") is None and not _ORDER_WORD.search(visit.heard.words)


def _events(talk: Conversation) -> list[EventType]:
    """Rasa takes a run without slot events for a message it could not use, so two slots are always named."""
    named = [SlotSet(name, talk.slot(name)) for name in ("form_failures", "requested_slot")]
    others = [each for each in talk.events() if each.get("name") not in {"form_failures", "requested_slot"}]
    return [*others, *named]
