"""What a message that was said to a person gives for a task. Handed to the dialogue by `bot.bootstrap`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from actions.heard import Heard
from actions.tasks import TASKS
from actions.wording import REASONS, RESOLUTIONS

_TITLES: Final[Mapping[str, Mapping[str, str]]] = {"return_reason": REASONS, "return_resolution": RESOLUTIONS}


def values_for(form: str, message: Mapping[str, Any]) -> tuple[Mapping[str, str], bool]:
    """Slot → value, and whether the message takes something back; nothing from what is asked."""
    task, heard = TASKS.get(form), Heard.of(message)
    if task is None or heard.is_question:
        return {}, False
    named = {slot: value for entity, slot in task.values.items() if (value := heard.value(entity)) is not None}
    titled = {slot: value for slot in task.slots if (value := _titled(slot, heard)) is not None}
    return {**titled, **named}, heard.is_correction


def _titled(slot: str, heard: Heard) -> str | None:
    """The only value whose button says what the message says."""
    said = [
        value
        for value, title in _TITLES.get(slot, {}).items()
        if re.search(rf"(?<!not )\b{title.lower()}\b", heard.words)
    ]
    return said[0] if len(said) == 1 else None
