"""What those who wait are told of their place in the line. Called by the desk's line news and the website's streams."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from memory.errors import UnknownHandoff
from memory.model import Address, Author, Handoff, HandoffId, HandoffState, Ways
from memory.moves import comes_nearer
from memory.rules import storable
from memory.sql import tables as t
from memory.sql.casework import note_place
from memory.sql.commit import outbox_row
from memory.sql.engine import Database, Tx
from memory.sql.handoff_rows import HANDOFFS, handoff_from
from memory.sql.handoffs import found_handoff, written
from memory.sql.notices import wishes_of
from memory.sql.people import take_number

_h, _c = t.handoffs.c, t.customers.c
_OFFERED = HANDOFFS.where(_h.state == HandoffState.OFFERED.value)
_LAST_USED = sa.select(_c.last_channel, _c.last_address_id).where(_c.customer_id == sa.bindparam("customer_id"))
_SIDE = sa.select(t.addresses.c.original_customer_id).where(
    t.addresses.c.customer_id == sa.bindparam("customer_id"),
    t.addresses.c.channel == sa.bindparam("channel"),
    t.addresses.c.address_id == sa.bindparam("address_id"),
    t.addresses.c.closed_why.is_(None),
)


class SqlPlaces:
    """Places in the line, as customers know them."""

    def __init__(self, *, database: Database, ways: Ways) -> None:
        self._database = database
        self._ways = ways

    async def offered(self) -> Sequence[Handoff]:
        """Those who wait and are offered to an agent just now."""
        return await self._database.read(lambda tx: [handoff_from(row) for row in tx.run(_OFFERED)])

    async def note(self, handoff_id: HandoffId, number: int, text: str | None = None) -> bool:
        """Note the place, and tell it with this text."""
        try:
            return await written(self._database, lambda tx: self._note(tx, handoff_id, number, text))
        except UnknownHandoff:
            return False  # their customer was erased meanwhile

    def _note(self, tx: Tx, handoff_id: HandoffId, number: int, text: str | None) -> bool:
        handoff = found_handoff(tx, handoff_id, numbering=True)
        if not comes_nearer(handoff, number) or not (text is None or self._tell(tx, handoff, storable(text))):
            return False
        note_place(tx, handoff, number)
        return True

    def _tell(self, tx: Tx, handoff: Handoff, text: str) -> bool:
        """Send it where they last wrote; it goes as the bot's words, and so not once a person has them."""
        customer_id = handoff.customer_id
        row = tx.first(_LAST_USED, {"customer_id": customer_id})
        address = Address(row.last_channel or "", row.last_address_id or "")
        at = {"customer_id": customer_id, "channel": address.channel, "address_id": address.id}
        side = tx.first(_SIDE, at)
        is_sent = address.channel in self._ways.sent_to - self._ways.mail
        if not is_sent or side is None or wishes_of(tx, customer_id).silent_until(tx.now) is not None:
            return False
        tx.side, said = side.original_customer_id, take_number(tx, customer_id)
        place = {"customer_id": customer_id, "number": said, "channel": address.channel}
        tx.run(sa.insert(t.messages), {**place, "author": Author.BOT.value, "text": text, "at": tx.now})
        tx.run(sa.insert(t.outbox), outbox_row(tx, customer_id, address, Author.BOT, (tx.ids(t.outbox)[0], said)))
        tx.ring(f"customer:{customer_id}", "outbox", "desk")
        return True
