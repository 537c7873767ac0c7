"""A conversation as a story that Rasa can train on and test with (end-to-end stories). Used by `bot customer events`.

What was typed stands there as words, what was pressed as the intent of its button, what Fern said as the bot's words.
https://legacy-docs-oss.rasa.com/docs/rasa/training-data-format#end-to-end-training
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

import yaml

from memory.model import Author, Message

_PAYLOAD: Final = re.compile(r"/([a-z_]+)(\{.*\})?", re.DOTALL)


def as_story(name: str, messages: Iterable[Message]) -> str:
    """The messages as one story in YAML. What agents said is left out: it is nobody's training."""
    steps = [step for message in messages if (step := _step(message)) is not None]
    story = {"version": "3.1", "stories": [{"story": name, "steps": steps}]}
    return yaml.safe_dump(story, sort_keys=False, allow_unicode=True, width=120)


def _step(message: Message) -> dict[str, Any] | None:
    if message.author is Author.AGENT or not (message.text or message.payload):
        return None
    if message.author is Author.BOT:
        return {"bot": message.text}
    return _pressed(message.payload or "") or {"user": message.text}


def _pressed(payload: str) -> dict[str, Any] | None:
    """The intent and values of a button; None for what only looks like one."""
    found = _PAYLOAD.fullmatch(payload)
    if found is None:
        return None
    try:
        values = json.loads(found[2] or "{}")
    except ValueError:
        return None
    entities = [{name: value} for name, value in values.items()]
    return {"intent": found[1], "entities": entities} if entities else {"intent": found[1]}
