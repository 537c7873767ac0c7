"""What waits while another task is done: set aside for it, or asked for beside it. One line, the next one first.

The line lives in the slot `waiting_tasks`, and so in every snapshot. `actions.form` lines tasks up and takes them from
it; whatever ends a task goes on with the next by `go_on`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from actions.commands import close_case, open_case
from actions.conversation import Conversation
from actions.tasks import ORDER_SLOTS, TASKS, Task, asked_so_far, new_case_key
from actions.wording import listed

MOST_WAITING: Final = 3
_TELLING: Final = ("order_number", "return_item")
"""What tells one run of a task from another of the same kind."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task in the line: what was given for it by slot, the same in words, the questions so far, and its case."""

    form: str
    given: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] | None = None
    asked: tuple[str, ...] = ()
    case: str | None = None

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
    return _line_up(talk, [_as_it_stands(talk, task), *waiting(talk)])


def put_off(talk: Conversation, task: Task, order_number: str | None) -> str | None:
    """Put a task asked for beside the open one at the end of the line; what to say if there is no room."""
    given = {slot: value for entity, slot in task.values.items() if (value := talk.heard.value(entity))}
    if order_number:
        given["order_number"] = order_number
    key, about = new_case_key(), {"order_number": order_number} if order_number else {}
    talk.record(open_case(task.topic, _title(task, order_number), key, about))
    return _line_up(talk, [*waiting(talk), Waiting(task.form, given, case=key)])


def bring_forward(talk: Conversation, case: str) -> None:
    """Let the task of this case, which waits, be the next one; the one at hand waits behind it."""
    line = waiting(talk)
    (wanted,) = (each for each in line if each.case == case)
    task = TASKS.get(talk.form or "")
    at_hand = [_as_it_stands(talk, task)] if task else []
    _keep(talk, [wanted, *at_hand, *(each for each in line if each is not wanted)])
    if task:
        talk.leave_form()
    talk.follow_with(wanted.form)


def take_up(talk: Conversation, task: Task, *, asked_for: bool) -> Waiting | None:
    """Take a task from the line, if it is there; when the message asks for it, not one about another order or thing."""
    line = waiting(talk)
    same = [each for each in line if each.task is task]
    mine = next((each for each in same if not (asked_for and is_about_another(talk, task, each.given))), None)
    if mine is not None:
        _keep(talk, [each for each in line if each is not mine])
    return mine


def drop(talk: Conversation, lost: Sequence[Waiting]) -> None:
    """Strike tasks from the line; their cases end with it."""
    _keep(talk, [each for each in waiting(talk) if each not in lost])
    for each in lost:
        talk.record(close_case(each.task.topic, "abandoned", each.case))


def strike(talk: Conversation, case: str) -> None:
    """Take the task of this case from the line; what becomes of the case is decided elsewhere."""
    _keep(talk, [each for each in waiting(talk) if each.case != case])


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


def _as_it_stands(talk: Conversation, task: Task) -> Waiting:
    slots = (*task.slots, *ORDER_SLOTS)
    given = {slot: talk.slot(slot) for slot in slots if talk.slot(slot) is not None}
    return Waiting(task.form, given, talk.slot("in_words"), tuple(asked_so_far(talk)), talk.slot("case_key"))


def _title(task: Task, order_number: str | None) -> str:
    name = task.name.removeprefix("the ").capitalize()
    return f"{name}, order {order_number}" if order_number else name


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
