"""Where signs of life hang until their time is over: in each process, from what the doorbell carries.

Used by `memory.sql` and `memory.fakes`. Nothing of it is ever written to a database.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from memory.model import CustomerId, Doing, Sign

_MARK = "sign "


def topic_of(sign: Sign) -> str:
    """The sign as a topic that the doorbell carries to every process."""
    fields = [sign.customer_id, sign.by, sign.name, sign.doing.value, sign.until.isoformat(), sign.window]
    return _MARK + json.dumps(fields)


class Board:
    """The signs that this process has heard of."""

    def __init__(self) -> None:
        self._signs: dict[CustomerId, dict[tuple[str, str], Sign]] = {}

    def hear(self, topic: str) -> None:
        """Take a ring of the doorbell; those that carry no sign are nothing to the board."""
        if not topic.startswith(_MARK):
            return
        customer_id, by, name, doing, until, window = json.loads(topic.removeprefix(_MARK))
        sign = Sign(CustomerId(customer_id), by, name, Doing(doing), datetime.fromisoformat(until), window)
        of_customer = self._signs.setdefault(sign.customer_id, {})
        of_customer[sign.by, sign.window] = sign
        if sign.doing is Doing.GONE:
            del of_customer[sign.by, sign.window]

    def of(self, customer_id: CustomerId, now: datetime) -> Sequence[Sign]:
        """Those that are good still, by who gave them."""
        self._tidy(now)
        return sorted(self._signs.get(customer_id, {}).values(), key=lambda sign: (sign.by, sign.window))

    def _tidy(self, now: datetime) -> None:
        for customer_id, signs in list(self._signs.items()):
            for key in [key for key, sign in signs.items() if sign.until <= now]:
                del signs[key]
            if not signs:
                del self._signs[customer_id]
