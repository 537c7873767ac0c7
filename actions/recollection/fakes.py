"""The twin of `bot.recollection`: what was said is handed in, and words are compared as they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from memory.model import CustomerId, Exchange


class FakeRecollection:
    """Exchanges, the oldest first."""

    def __init__(self, exchanges: Sequence[Exchange] = ()) -> None:
        self._exchanges = exchanges

    async def last_time(self, customer_id: CustomerId, now: datetime) -> Exchange | None:
        """The last one before today."""
        earlier = [each for each in self._of(customer_id) if each.asked.at.date() < now.date()]
        return earlier[-1] if earlier else None

    async def about(self, customer_id: CustomerId, topic: str) -> Exchange | None:
        """The last one with the last word of the topic in it."""
        word = topic.lower().split()[-1]
        found = [each for each in self._of(customer_id) if word in each.asked.text.lower()]
        return found[-1] if found else None

    def _of(self, customer_id: CustomerId) -> Sequence[Exchange]:
        return [each for each in self._exchanges if each.asked.customer_id == customer_id]
