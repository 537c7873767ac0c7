"""What a changed domain makes of an open task: a model may have lost its form, or something that the form asked for.

Then the task can't go on where it was. The customer is told so, and it starts again, if it is still there. Called by
`bot.dialogue.embedded`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet

from memory.model import DialogueState


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A task that can't go on where it was; `restarts` when the domain still has its form."""

    form: str
    restarts: bool


def interrupted(state: DialogueState, domain: Domain) -> Interrupted | None:
    """The open task, if the domain has lost its form or a slot that it asked for."""
    open_then = {state.task: ()} if state.task else {}  # of a snapshot from before it said what is asked
    for form, slots in json.loads(state.snapshot).get("asks", open_then).items():
        if form not in domain.form_names:
            return Interrupted(form, restarts=False)
        if not set(slots) <= set(domain.required_slots_for_form(form)):
            return Interrupted(form, restarts=True)
    return None


def fresh_start(task: Interrupted, domain: Domain, talk_slots: Sequence[str]) -> Sequence[Event]:
    """Forget what was answered in it, so that its form asks from the beginning; `talk_slots` say how far it was."""
    answers = domain.required_slots_for_form(task.form) if task.restarts else []
    return [SlotSet(slot, None) for slot in ("requested_slot", *talk_slots, *answers)]


def still_possible(waiting: Sequence[Mapping[str, Any]], domain: Domain) -> Sequence[Mapping[str, Any]]:
    """The tasks that wait, without those that this domain can't take up as they were left."""
    slots = {slot.name for slot in domain.slots}
    return [each for each in waiting if each["form"] in domain.form_names and set(each["given"]) <= slots]
