"""Waits for the bot to fall silent: what it was sending at the very moment at which an agent took over.

A reply that was checked before the agent came can't be called back. It arrives first; then the agent is told that the
conversation is theirs, so that nothing of the bot's comes after that.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from memory.model import Author, CustomerId, DeliveryState
from memory.ports import Doorbell, Transcript

LONGEST: Final = 2.0
"""Seconds that an agent waits at most: a provider that hangs is no reason to keep them."""
_LATEST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Hush:
    """Knows what is on its way to a customer."""

    transcript: Transcript
    doorbell: Doorbell

    async def falls(self, customer_id: CustomerId) -> bool:
        """Whether the bot has fallen silent, as soon as it has."""
        clock = asyncio.get_running_loop().time
        end = clock() + LONGEST
        with self.doorbell.listen(f"customer:{customer_id}") as ring:
            while await self._is_speaking(customer_id):
                if not await ring.wait(max(0.0, end - clock())):
                    return False
        return True

    async def _is_speaking(self, customer_id: CustomerId) -> bool:
        latest = await self.transcript.before(customer_id, None, _LATEST)
        return any(said.author is Author.BOT and said.delivery is DeliveryState.SENDING for said in latest)
