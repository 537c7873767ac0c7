"""What goes wrong at Telegram: a share of all requests, of every kind. Asked by the Bot API double."""

from __future__ import annotations

import random

from tests.chaos.plan import Tally
from tests.doubles.telegram_wire import Fault, Params, Trouble

TO_SENDING: tuple[tuple[str, Trouble, bool], ...] = (
    ("429 with retry_after", 429, False),
    ("500 before delivery", 500, False),
    ("500 after delivery", 500, True),
    ("502 before delivery", 502, False),
    ("502 after delivery", 502, True),
    ("503", 503, False),
    ("time-out before delivery", "timeout", False),
    ("time-out after delivery", "timeout", True),
    ("connection reset before delivery", "reset", False),
    ("connection reset after delivery", "reset", True),
)
TO_POLLING: tuple[tuple[str, Trouble, bool], ...] = (
    ("429 with retry_after", 429, False),
    ("502 before delivery", 502, False),
    ("connection reset before delivery", "reset", False),
)
BROKEN = frozenset({500, 502})
"""Answers after which a message is sent again though it may have arrived; see docs/decisions/0023."""
LONGEST_PAUSE = 3


class Troubles:
    """Draws for each request whether it fails, and how."""

    def __init__(self, *, chance: random.Random, share: float, tally: Tally) -> None:
        self._chance = chance
        self._share = share
        self._tally = tally

    def __call__(self, method: str, params: Params) -> Fault | None:
        """The failure of this request, or None."""
        kinds = {"sendMessage": TO_SENDING, "getUpdates": TO_POLLING}.get(method)
        if kinds is None or self._chance.random() >= self._share:
            return None
        name, kind, after = self._chance.choice(kinds)
        self._tally.troubles[name] += 1
        if after and kind in BROKEN:
            self._tally.in_doubt[str(params["chat_id"]), params.get("text", "")] += 1
        again = self._chance.randint(1, LONGEST_PAUSE) if kind == 429 else None
        return Fault(kind, method, after, again, None)
