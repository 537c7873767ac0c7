"""What goes wrong at Telegram: a share of all requests, of every kind. Asked by the Bot API double."""

from __future__ import annotations

import random
from collections import Counter

from tests.doubles.telegram_wire import Fault, Params, Trouble

TO_SENDING: tuple[tuple[str, Trouble, bool], ...] = (
    ("429 with retry_after", 429, False),
    ("500", 500, False),
    ("502", 502, False),
    ("503", 503, False),
    ("time-out before delivery", "timeout", False),
    ("time-out after delivery", "timeout", True),
    ("connection reset before delivery", "reset", False),
    ("connection reset after delivery", "reset", True),
)
TO_POLLING: tuple[tuple[str, Trouble, bool], ...] = (
    ("429 with retry_after", 429, False),
    ("502", 502, False),
    ("connection reset before delivery", "reset", False),
)
LONGEST_PAUSE = 3


class Troubles:
    """Draws for each request whether it fails, and how."""

    def __init__(self, *, chance: random.Random, share: float, seen: Counter[str]) -> None:
        self._chance = chance
        self._share = share
        self._seen = seen

    def __call__(self, method: str, params: Params) -> Fault | None:
        """The failure of this request, or None."""
        kinds = {"sendMessage": TO_SENDING, "getUpdates": TO_POLLING}.get(method)
        if kinds is None or self._chance.random() >= self._share:
            return None
        name, kind, after = self._chance.choice(kinds)
        self._seen[name] += 1
        again = self._chance.randint(1, LONGEST_PAUSE) if kind == 429 else None
        return Fault(kind, method, after, again, None)
