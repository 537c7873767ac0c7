"""How an operator wants reasons to call a person dealt with, read from one setting. Used by `settings`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from memory.model import USUAL, Handling, HandoffReason

_KEPT_OR_OFF: Final = frozenset({HandoffReason.BROKEN_PROMISE})
"""What is said honestly and dealt with, or left alone: an offer would be another promise."""

Escalation = Mapping[HandoffReason, Handling]


def read_escalation(text: str) -> Escalation:
    """Read "press=off, misunderstood=at_once". Raises ValueError, naming what is wrong."""
    return dict(_decision(part) for part in text.split(",") if part.strip())


def _decision(part: str) -> tuple[HandoffReason, Handling]:
    name, equals, wanted = (piece.strip() for piece in part.partition("="))
    reason = next((known for known in USUAL if known.value == name), None)
    if reason is None or not equals:
        raise ValueError(f"“{part.strip()}” names none of {', '.join(known.value for known in USUAL)}")
    possible = [each for each in Handling if reason not in _KEPT_OR_OFF or each is not Handling.OFFER]
    handling = next((each for each in possible if each.value == wanted), None)
    if handling is None:
        raise ValueError(f"{name} can be {' or '.join(each.value for each in possible)}, not “{wanted}”")
    return reason, handling
