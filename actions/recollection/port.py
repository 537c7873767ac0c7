"""What the actions may ask of the past. The bot's `bot.recollection` and the twin in `fakes` answer it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from memory.model import CustomerId, Exchange


class Recollection(Protocol):
    """One customer's own past; nobody else's is ever looked at."""

    async def last_time(self, customer_id: CustomerId, now: datetime) -> Exchange | None:
        """The last thing of the visit before this one; None when this is the first."""

    async def about(self, customer_id: CustomerId, topic: str) -> Exchange | None:
        """What was said that comes nearest to these words in meaning, the latest of equals; None for nothing near."""
