"""What the gateways of one installation know of each other. Called by channels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from zlib import crc32

import sqlalchemy as sa

from memory.sql import tables as t
from memory.sql.engine import Database, Tx

SENDING = 731_684_521
"""The class of the advisory locks that gateways share for as long as they live, one for each channel they send on."""

Join = Callable[[int, int], Awaitable[None]]
"""Keeps such a lock while this process lives."""

_m = t.channel_marks.c
_KNOWN = sa.select(_m.at).where(_m.channel == sa.bindparam("channel"), _m.mark == sa.bindparam("mark"))
_HOLD_IT = sa.text(
    "SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid = CAST(:of AS oid) AND objid = CAST(:channel AS oid)"
)


class SqlGateways:
    """Marks are rows; who lives is told by locks. `join` is None where there are no others, as on SQLite."""

    def __init__(self, *, database: Database, join: Join | None) -> None:
        self._database = database
        self._join = join

    async def first(self, channel: str, mark: str) -> bool:
        """Whether nobody has ever asked this of the channel."""
        try:
            return await self._database.write(lambda tx: _first(tx, channel, mark))
        except sa.exc.IntegrityError:
            return False  # another process asked at the same moment

    async def sending(self, channel: str) -> int:
        """How many living processes send on the channel, this one from now on among them."""
        if self._join is None:
            return 1
        key = crc32(channel.encode()) & 0x7FFF_FFFF
        await self._join(SENDING, key)
        held = {"of": SENDING, "channel": key}
        return max(1, await self._database.read(lambda tx: int(tx.conn.scalar(_HOLD_IT, held) or 0)))


def _first(tx: Tx, channel: str, mark: str) -> bool:
    if tx.first(_KNOWN, {"channel": channel, "mark": mark}) is not None:
        return False
    tx.run(sa.insert(t.channel_marks), {"channel": channel, "mark": mark, "at": tx.now})
    return True
