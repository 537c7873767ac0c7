"""Signs of life over the database's doorbell. Called by the desk and the website channel."""

from __future__ import annotations

from collections.abc import Sequence

from memory.board import Board, topic_of
from memory.model import CustomerId, Sign
from memory.sql.engine import Clock, Database


class SqlSigns:
    """Rings and hears; writes nothing."""

    def __init__(self, *, database: Database, board: Board, clock: Clock) -> None:
        self._database = database
        self._board = board
        self._clock = clock

    async def give(self, sign: Sign) -> None:
        """Say what somebody is doing."""
        await self._database.mark(lambda tx: tx.ring(topic_of(sign), f"customer:{sign.customer_id}"))

    async def of(self, customer_id: CustomerId) -> Sequence[Sign]:
        """What holds now."""
        return self._board.of(customer_id, self._clock())
