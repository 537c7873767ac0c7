"""What waits while another task is done: set aside for it, or asked for beside it. One line, the next one first.

The line lives in the slot `waiting_tasks`, and so in every snapshot. `actions.form` lines tasks up and takes them from
it; whatever ends a task goes on with the next by `go_on`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from actions.commands import close_case
from actions.conversation import Conversation
from actions.tasks import ORDER_SLOTS, TASKS, Task, asked_so_far
from actions.wording import listed

MOST_WAITING: Final = 3
_TELLING: Final = ("order_number", "return_item")
"""What tells one run of a task from another of the same kind."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task in the line: what was given for it by slot, the same in words, and the questions asked so far."""

    form: str
    given: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] | None = None
    asked: tuple[str, ...] = ()

    @property
    def task(self) -> Task:
        """Its row in the table."""
        return TASKS[self.form]

    @property
    def has_begun(self) -> bool:
        """Whether it was set aside in the middle; otherwise nothing has been asked for it yet."""
        return bool(self.asked)


def waiting(talk: Conversation) -> Sequence[Waiting]:
    """The line. A task that this version no longer has is passed over."""
    return [_read(each) for each in talk.slot("waiting_tasks") or () if each["form"] in TASKS]


def set_aside(talk: Conversation, task: Task) -> str | None:
    """Put the open task, as it stands, at the head of the line; what to say of one that had to make room."""
    slots = (*task.slots, *ORDER_SLOTS)
    given = {slot: talk.slot(slot) for slot in slots if talk.slot(slot) is not None}
    kept = Waiting(task.form, given, talk.slot("in_words"), tuple(asked_so_far(talk)))
    return _line_up(talk, [kept, *waiting(talk)])


def put_off(talk: Conversation, task: Task, order_number: str | None) -> str | None:
    """Put a task asked for beside the open one at the end of the line; what to say if there is no room."""
    given = {slot: value for entity, slot in task.values.items() if (value := talk.heard.value(entity))}
    if order_number:
        given["order_number"] = order_number
    return _line_up(talk, [*waiting(talk), Waiting(task.form, given)])


def take_up(talk: Conversation, task: Task, *, asked_for: bool) -> Waiting | None:
    """Take a task from the line, if it is there; when the message asks for it, not one about another order or thing."""
    line = waiting(talk)
    same = [each for each in line if each.task is task]
    mine = next((each for each in same if not (asked_for and is_about_another(talk, task, each.given))), None)
    if mine is not None:
        _keep(talk, [each for each in line if each is not mine])
    return mine


def drop(talk: Conversation, lost: Sequence[Waiting]) -> None:
    """Strike tasks from the line; the case of one that had begun ends with it."""
    kept = [each for each in waiting(talk) if each not in lost]
    _keep(talk, kept)
    open_now = [TASKS[talk.form].topic] if talk.form else []
    open_still = {*open_now, *(each.task.topic for each in kept)}
    for topic in dict.fromkeys(each.task.topic for each in lost if each.has_begun):
        if topic not in open_still:
            talk.record(close_case(topic, "abandoned"))


def is_about_another(talk: Conversation, task: Task, given: Mapping[str, Any]) -> bool:
    """Whether the message names another order or thing than was given for a task."""
    named = {slot: talk.heard.value(entity) for entity, slot in task.values.items() if slot in _TELLING}
    return any(value and given.get(slot) and not _same(value, str(given[slot])) for slot, value in named.items())


def go_on(talk: Conversation) -> None:
    """After a task: the next one that waits, else the customer's next message."""
    line = waiting(talk)
    talk.follow_with(line[0].form if line else "action_listen")


def spoken_of(talk: Conversation, *, besides: Task) -> Sequence[Waiting]:
    """The tasks in the line that the message calls by name: "forget the return"; none if it may mean the open one."""
    words = talk.heard.words
    return [] if besides.called.search(words) else [each for each in waiting(talk) if each.task.called.search(words)]


def _read(raw: Mapping[str, Any]) -> Waiting:
    return Waiting(**{**raw, "asked": tuple(raw["asked"])})


def _same(said: str, held: str) -> bool:
    """ "1042" and "1042"; "tent" and "ridge-2-tent"."""
    return set(said.lower().replace("-", " ").split()) <= set(held.lower().replace("-", " ").split())


def _line_up(talk: Conversation, line: Sequence[Waiting]) -> str | None:
    lost = line[MOST_WAITING:]
    _keep(talk, line)
    drop(talk, lost)
    if not lost:
        return None
    names = listed([each.task.name for each in lost])
    return f"I can’t keep more than three things waiting, so please ask me for {names} again later."


def _keep(talk: Conversation, line: Sequence[Waiting]) -> None:
    talk.set("waiting_tasks", [asdict(each) for each in line] or None)
