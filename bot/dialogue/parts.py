"""The parts of a message that says several things at once: "sorry, wrong window. where is my order".

Used by `bot.dialogue.embedded` for a message that could not be understood as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.nlu.text import readable

WISHES: Final = frozenset({"order_status", "return_item", "cancel_order", "change_address", "ask_person"})
"""What a part must ask for, to stand for the whole message: what the bot can do, or a person."""

_SURE: Final = 0.7
"""Confidence from which a part counts; higher than for whole messages, since the rest of the words speak against it."""
_MOST: Final = 4
_BREAK: Final = re.compile(r"[.?!;,\n]+(?:\s+|$)")


def parts(text: str) -> Sequence[str]:
    """The clauses of a message, each of two words or more, if there are several."""
    clauses = [clause.strip() for clause in _BREAK.split(readable(text.replace("\n", ". "))) if clause.strip()]
    return [clause for clause in clauses if " " in clause][:_MOST] if len(clauses) > 1 else ()


def clearest_wish(understood: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Of parts as they were understood, the one that surely asks for something."""
    sure = [part for part in understood if part["intent"]["name"] in WISHES and part["intent"]["confidence"] >= _SURE]
    return max(sure, key=lambda part: float(part["intent"]["confidence"]), default=None)
