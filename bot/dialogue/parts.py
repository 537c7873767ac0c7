"""The parts of a message that says several things at once: "sorry, wrong window. where is my order".

Used by `bot.dialogue.embedded` for a message that was not understood as a whole, or not by all it says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.nlu.text import readable

HIDDEN_IN: Final[Mapping[str, frozenset[str]]] = {
    "nlu_fallback": frozenset({"order_status", "return_item", "cancel_order", "change_address", "ask_person"}),
    "ask_faq": frozenset({"ask_person"}),
}
"""By the intent of the whole message: what a part may ask for to stand for it. A call for a person is never lost."""

_SURE: Final = 0.7
"""Confidence from which a part counts; higher than for whole messages, since the rest of the words speak against it."""
_MOST: Final = 4
_BREAK: Final = re.compile(r"[.?!;,\n]+(?:\s+|$)")


def parts(text: str) -> Sequence[str]:
    """The clauses of a message, each of two words or more, if there are several."""
    clauses = [clause.strip() for clause in _BREAK.split(readable(text.replace("\n", ". "))) if clause.strip()]
    return [clause for clause in clauses if " " in clause][:_MOST] if len(clauses) > 1 else ()


def clearest_wish(whole: str, understood: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Of parts as they were understood, the one that surely asks for what the whole, by its intent, may hide."""
    intents = [(part, str(part["intent"]["name"]), float(part["intent"]["confidence"])) for part in understood]
    sure = [(part, chance) for part, intent, chance in intents if intent in HIDDEN_IN[whole] and chance >= _SURE]
    return max(sure, key=lambda each: each[1], default=(None, 0.0))[0]
