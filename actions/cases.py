"""What the customer wants and wanted, as the tasks see it: the open one, those in the line, and what memory knows.

The form's own case is named by the slot `case_key`, that of a task in the line by its `case`; memory has them all.
Called by whoever opens, ends, names or takes up a case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from actions.commands import CaseEnd, close_case, open_case
from actions.conversation import Buttons, Conversation, button
from actions.orders import order_book
from actions.tasks import TASKS, Task, new_case_key
from actions.waiting import waiting
from actions.wording import payload

QUESTION: Final = "question"
"""The topic of a question that was not answered, or whose answer is disputed."""
MOST_NAMED: Final = 3
LONGEST_TITLE: Final = 120
_OPEN: Final = frozenset({"open", "came_back"})
_OF_ORDER: Final[Mapping[str, tuple[str, str]]] = {
    "return_item": ("the return from order {}", "the return"),
    "change_address": ("the address of order {}", "the change of address"),
    "cancel_order": ("the cancellation of order {}", "the cancellation"),
    "reorder": ("order {} once more", "the same order once more"),
    "order_status": ("your question about order {}", "your question about your order"),
}
"""What a case is called to the customer, with and without its order."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case, from memory or from the dialogue."""

    key: str
    topic: str
    title: str = ""
    state: str = "open"
    about: Mapping[str, str] = field(default_factory=dict)
    lapsed: bool = False
    """Whether it was just given up because nobody had touched it for too long."""

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it here."""
        return self.state in _OPEN

    @property
    def task(self) -> Task | None:
        """The task that deals with it."""
        return next((task for task in TASKS.values() if task.topic == self.topic), None)


def remembered(talk: Conversation) -> Sequence[Case]:
    """What memory knows: the open cases, then those that may still come back, the last touched first."""
    given = talk.known.get("cases") or ()
    return [
        Case(each["key"], each["topic"], each["title"], each["state"], each["about"], each["lapsed"]) for each in given
    ]


def lapsed(talk: Conversation) -> Sequence[Case]:
    """The cases just given up because nobody had touched them for too long."""
    return [case for case in remembered(talk) if case.lapsed]


def open_now(talk: Conversation) -> Sequence[Case]:
    """All that is open: the task at hand, those in the line, and what is open without being either."""
    in_hand = _in_dialogue(talk)
    keys = {case.key for case in in_hand}
    return [*in_hand, *(case for case in remembered(talk) if case.is_open and case.key not in keys)]


def key_of_task(talk: Conversation, topic: str, about: Mapping[str, str]) -> str:
    """The key of the open task's case: the one it has, that of the same thing which comes back, or a new one."""
    key = talk.slot("case_key") or _coming_back(talk, topic, about) or new_case_key()
    talk.set("case_key", key)
    return str(key)


def end_case(talk: Conversation, topic: str, state: CaseEnd) -> None:
    """End the case of the open task."""
    talk.record(close_case(topic, state, talk.slot("case_key")))


def note_answered(talk: Conversation, topic: str, title: str, about: Mapping[str, str]) -> None:
    """Record what was wanted and answered at once; asked again within days it is the same case."""
    key = _coming_back(talk, topic, about) or new_case_key()
    talk.record(open_case(topic, title, key, about))
    talk.record(close_case(topic, "solved_assumed", key))


def leave_question_open(talk: Conversation, question: str) -> None:
    """A question without an answer that helped is a case; put in other words it is still the same one."""
    key = next((case.key for case in _open_questions(talk)), None) or new_case_key()
    talk.record(open_case(QUESTION, question[:LONGEST_TITLE], key))


def settle_question(talk: Conversation, state: CaseEnd) -> None:
    """What became of the open question."""
    for case in _open_questions(talk):
        talk.record(close_case(QUESTION, state, case.key))


def _open_questions(talk: Conversation) -> Sequence[Case]:
    return [case for case in remembered(talk) if case.is_open and case.topic == QUESTION]


async def named(talk: Conversation, case: Case) -> str:
    """What the case is called to the customer: "the return of your Ridge 2 Tent", "the address of order 1044"."""
    number, sku = case.about.get("order_number"), case.about.get("return_item")
    if case.topic == QUESTION:
        return f"your question “{case.title.rstrip(' ?.!')}”"
    if sku and number and (order := (await order_book(talk)).find(number)):
        name = next((item.name for item in order.items if item.sku == sku), None)
        if name:
            return f"the return of your {name}"
    of_order, plain = _OF_ORDER.get(case.topic, (case.title, case.title))
    return of_order.format(number) if number else plain


async def names_of(talk: Conversation, cases: Sequence[Case]) -> Sequence[str]:
    """The same for several, at most three."""
    return [await named(talk, case) for case in cases[:MOST_NAMED]]


async def case_buttons(talk: Conversation, cases: Sequence[Case], intent: str) -> Buttons:
    """One choice a case."""
    names = await names_of(talk, cases)
    pairs = zip(names, cases[:MOST_NAMED], strict=True)
    return [button(_as_title(name), payload(intent, case=case.key)) for name, case in pairs]


def meant(talk: Conversation, cases: Sequence[Case]) -> Sequence[Case]:
    """Those of the cases that the message names: by a button, a product, an order, or what the task is called."""
    heard = talk.heard
    if key := heard.value("case"):
        return [case for case in cases if case.key == key]
    said = {*(heard.value("product") or "").lower().replace("-", " ").split(), heard.value("order_number")} - {None, ""}
    if said:
        by_value = [case for case in cases if said <= set(" ".join(case.about.values()).replace("-", " ").split())]
        if by_value:
            return by_value
    return [case for case in cases if case.task and case.task.called.search(heard.words)]


def _in_dialogue(talk: Conversation) -> Sequence[Case]:
    task = TASKS.get(talk.form or "")
    at_hand = [_of_task(task, talk.slot("case_key"), about_task(talk, task))] if task else []
    return [*at_hand, *(_of_task(each.task, each.case, _telling(each.task, each.given)) for each in waiting(talk))]


def about_task(talk: Conversation, task: Task) -> Mapping[str, str]:
    """What the open task is about, as far as it is known."""
    return _telling(task, {slot: talk.slot(slot) for slot in ("order_number", "return_item")})


def _telling(task: Task, given: Mapping[str, object]) -> Mapping[str, str]:
    slots = [slot for slot in ("order_number", "return_item") if slot in task.values.values()]
    return {slot: str(given[slot]) for slot in slots if given.get(slot)}


def _of_task(task: Task, key: str | None, about: Mapping[str, str]) -> Case:
    return Case(key or task.form, task.topic, about=about)


def _coming_back(talk: Conversation, topic: str, about: Mapping[str, str]) -> str | None:
    same = (case.key for case in remembered(talk) if case.topic == topic and about and dict(case.about) == dict(about))
    return next(same, None)


def _as_title(name: str) -> str:
    plain = name.removeprefix("the ")
    return plain[0].upper() + plain[1:]
