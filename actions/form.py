"""How every task with several questions goes: read the message, check with the shop, ask the next thing.

Each task's form validation derives from `TaskForm`. Rasa runs it for every message while its form is open, and again
when the conversation comes back to the form after something else was answered.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.commands import Outcome, Reason, close_case, open_case
from actions.conversation import Buttons, Conversation, button
from actions.heard import Heard
from actions.offers import GET_PERSON, offer_person, offered, put_forward
from actions.tasks import INTENTS, TASKS, Task, forget_answers

FAILURES_BEFORE_OFFER: Final = 3

_NEVER_OURS: Final = frozenset({"ask_person", "stop", "start_over", "continue_task"})
_FORM_TALK: Final = frozenset({"inform", "affirm", "deny", "nlu_fallback", "none_of_these"})

_PERSON: Final = re.compile(
    r"\b(?:person|people|human|someone|somebody|anyone|anybody|agent|adviser|advisor|operator|manager|supervisor|staff|"
    r"team|colleagues?|representative|rep|support|service|helpdesk|speak|talk|call|ring|phone|chat)\b"
)
_ORDER_WORD: Final = re.compile(r"\b(?:order|purchase|shipment|delivery|parcel)")


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask next, and for which slot; `again` is how to put it when coming back to it."""

    slot: str
    text: str
    buttons: Buttons = ()
    again: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The task is over without its last action; with `offer` a person is offered for that reason."""

    text: str
    outcome: Outcome = "abandoned"
    offer: Reason | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything is known and confirmed: this action does it."""

    action: str


Step = Question | Ended | Ready


class Visit:
    """One run of a form: the conversation, and what this run found out on the way."""

    def __init__(self, talk: Conversation, form: str) -> None:
        self.talk = talk
        self.heard: Heard = talk.heard
        self.asked = talk.asked_for
        self.notices: list[str] = []
        self.failed = False
        self.moved = False  # the message says something of this task, new or not, or answers without a value
        happened = talk.events_of_this_turn()
        self.begins = any(event["event"] == "active_loop" and event.get("name") == form for event in happened)
        acted = any(event["event"] == "action" and event.get("name") != form for event in happened)
        self.fresh = self.begins or not acted
        """Whether the customer's message is still to be read; False when something else already answered it."""

    def notice(self, text: str) -> None:
        """Something to say before the next question."""
        self.notices.append(text)

    def refuse(self, slot: str, text: str) -> None:
        """Take an answer back, and say why."""
        self.talk.set(slot, None)
        self.notice(text)
        self.failed = True


class TaskForm(Action, ABC):
    """The brain of one form."""

    form: ClassVar[str]
    values: ClassVar[dict[str, str]]
    """Entity → slot: what a message can say about this task."""
    confirmed: ClassVar[str | None] = None
    """The slot that is True once the customer has agreed to it all."""
    last_action: ClassVar[str] = "action_listen"
    """What does it then."""

    @property
    def task(self) -> Task:
        """This form's row in the table of tasks."""
        return TASKS[self.form]

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
        if visit.fresh and not visit.begins and not self.is_ours(visit):
            return [ActionExecutionRejected(self.form)]
        if visit.begins:
            self._begin(visit)
        if visit.fresh:
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
        """Whether the message can't be what it was taken for: "sure, ana@example.com" is no call for a person, and
        "dunno really" is no verdict while no answer has been given."""
        heard = visit.heard
        if heard.intent == "ask_person":
            return self.answers(visit) and not _PERSON.search(heard.words)
        return heard.intent == "answer_not_helped" and not visit.talk.slot("faq_asked")

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

    def _begin(self, visit: Visit) -> None:
        """Start clean, save for what this very turn already set; the order goes along from the task left behind."""
        talk = visit.talk
        before = talk.earlier_forms()[:-1]
        left = TASKS.get(before[-1] or "") if before else None
        given = {name: talk.slot(name) for name in _set_this_turn(talk, self.form)}
        forget_answers(talk, keep_order=left is not None)
        for name, value in given.items():
            talk.set(name, value)
        if left is not None and left.form != self.form:
            talk.record(close_case(left.topic, "abandoned"))
        visit.asked = None

    # Asking

    async def _keep_case(self, visit: Visit) -> None:
        if visit.begins or visit.talk.changed("order_number", "return_item"):
            visit.talk.record(open_case(self.task.topic, await self.title(visit.talk)))

    def _ask(self, visit: Visit, question: Question) -> None:
        talk = visit.talk
        failures = self._count_failure(visit)
        talk.set("requested_slot", question.slot)
        if visit.failed and failures >= FAILURES_BEFORE_OFFER and not talk.is_waiting_for_person:
            self._offer_way_out(visit)
            return
        text = question.text
        if question.slot == visit.asked and not visit.notices:
            text = self._asked_again(visit, question)
        talk.say(" ".join([*visit.notices, text]), question.buttons)

    def _asked_again(self, visit: Visit, question: Question) -> str:
        if self.changed_an_answer(visit):
            noted = question.slot != self.confirmed and not visit.failed
            return f"Thanks, noted. {question.text}" if noted else question.text
        text = question.again or question.text
        return f"Sorry, I didn’t get that. {text}" if visit.failed else text

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

    def _offer_way_out(self, visit: Visit) -> None:
        put_forward(visit.talk, "person", reason="form_failed")
        text = "I’m sorry, I can’t make sense of that. Shall I get someone from our team, or try once more?"
        choices = (GET_PERSON, button("Try once more", "/continue_task"), button("Stop here", "/stop"))
        visit.talk.say(" ".join([*visit.notices, text]), choices)

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
            talk.say(text)
        talk.record(close_case(self.task.topic, step.outcome))
        if not step.offer:  # whoever comes needs to know what was given; the next task starts clean anyway
            forget_answers(talk)
        talk.follow_with("action_listen")


def _set_this_turn(talk: Conversation, form: str) -> Sequence[str]:
    """The slots that an action before the form set; what follows the form's own entry is only Rasa's list of values."""
    events = list(talk.events_of_this_turn())
    entry = next((place for place, event in enumerate(events) if event.get("name") == form), len(events))
    return [event["name"] for event in events[:entry] if event["event"] == "slot"]


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
