"""The fake transcript."""

from __future__ import annotations

from collections.abc import Sequence

from memory.fakes.world import World
from memory.model import Cursor, CustomerId, Message
from memory.rules import LOOKED_THROUGH


class FakeTranscript:
    """Everything that was said."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def after(self, customer_id: CustomerId, cursor: Cursor, limit: int) -> Sequence[Message]:
        """The messages with a number above `cursor`, oldest first, at most `limit`."""
        newer = [message for message in self._all(customer_id) if message.number > cursor]
        return self._world.all_delivered(newer[:limit])

    async def before(self, customer_id: CustomerId, cursor: Cursor | None, limit: int) -> Sequence[Message]:
        """The last `limit` messages below `cursor` (None: the newest), oldest first."""
        older = [message for message in self._all(customer_id) if cursor is None or message.number < cursor]
        return self._world.all_delivered(older[max(0, len(older) - limit) :])

    async def holding(self, customer_id: CustomerId, words: Sequence[str], limit: int) -> Sequence[Message]:
        """The last `limit` messages that hold one of the words, in any case, oldest first."""
        latest = self._all(customer_id)[-LOOKED_THROUGH:]
        found = [message for message in latest if any(word.lower() in message.text.lower() for word in words)]
        return self._world.all_delivered(found[max(0, len(found) - limit) :])

    def _all(self, customer_id: CustomerId) -> list[Message]:
        person = self._world.people.get(customer_id)
        return [] if person is None else person.messages
