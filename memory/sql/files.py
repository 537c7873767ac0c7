"""Files of customers, kept in the database: so they go with their customer, whichever process is asked.

Their content is base64 text, which every database holds and an export can hand out. Called by channels and the desk.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from memory.errors import TooManyFiles, UnknownCustomer, UnknownFile
from memory.model import Address, Attached, Author, CustomerId, FileId, NewFile
from memory.rules import MOST_FILE_BYTES, MOST_FILES, storable
from memory.sql import tables as t
from memory.sql.engine import Database, Tx

_f, _m, _a = t.files.c, t.messages.c, t.addresses.c
_HELD = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(_f.size), 0)).where(
    _f.customer_id == sa.bindparam("customer_id")
)
_OF_ADDRESS = sa.select(_a.original_customer_id).where(
    _a.customer_id == sa.bindparam("customer_id"),
    _a.channel == sa.bindparam("channel"),
    _a.address_id == sa.bindparam("address_id"),
)
LAST_WRITER = (
    sa.select(_m.original_customer_id)
    .where(_m.customer_id == sa.bindparam("customer_id"), _m.author == Author.CUSTOMER.value)
    .order_by(_m.number.desc())
    .limit(1)
)
"""Whose address an agent writes to."""


class SqlFiles:
    """Files by customer and id."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def keep(self, customer_id: CustomerId, new: NewFile, at: Address | None = None) -> Attached:
        """Keep a file. Raises UnknownCustomer, TooManyFiles."""
        return await self._database.write(lambda tx: _keep(tx, customer_id, new, at))

    async def known(self, customer_id: CustomerId, file_ids: Sequence[FileId]) -> Sequence[Attached]:
        """These files, in this order. Raises UnknownFile."""
        return await self._database.read(lambda tx: known_files(tx, customer_id, file_ids))

    async def content(self, customer_id: CustomerId, file_id: FileId) -> bytes:
        """Raises UnknownFile."""
        return await self._database.read(lambda tx: _content(tx, customer_id, file_id))


def known_files(tx: Tx, customer_id: CustomerId, file_ids: Sequence[FileId]) -> Sequence[Attached]:
    """These files, in this order. Raises UnknownFile."""
    wanted = sa.select(_f.id, _f.name, _f.media_type, _f.size).where(
        _f.customer_id == customer_id, _f.id.in_(list(file_ids))
    )
    found = {row.id: Attached(row.name, row.media_type, row.size, FileId(row.id)) for row in tx.run(wanted)}
    if missing := [file_id for file_id in file_ids if file_id not in found]:
        raise UnknownFile(f"There is no file {missing[0]} of this customer. Send it again.")
    return [found[file_id] for file_id in file_ids]


def _keep(tx: Tx, customer_id: CustomerId, new: NewFile, at: Address | None) -> Attached:
    tx.lock(customer_id)
    customer = tx.first(sa.select(t.customers.c.merged_into).where(t.customers.c.customer_id == customer_id))
    if customer is None or customer.merged_into is not None:
        raise UnknownCustomer
    count, size = tx.first(_HELD, {"customer_id": customer_id})
    if count >= MOST_FILES or size + len(new.content) > MOST_FILE_BYTES:
        raise TooManyFiles
    tx.side = _side(tx, customer_id, at)
    row: dict[str, Any] = {
        "customer_id": customer_id,
        "id": uuid4().hex,
        "name": storable(new.name),
        "media_type": new.media_type,
        "size": len(new.content),
        "content": b64encode(new.content).decode(),
        "at": tx.now,
    }
    tx.run(sa.insert(t.files), row)
    return Attached(row["name"], new.media_type, row["size"], FileId(row["id"]))


def _side(tx: Tx, customer_id: CustomerId, at: Address | None) -> str | None:
    side: str | None = (
        tx.conn.scalar(LAST_WRITER, {"customer_id": customer_id})
        if at is None
        else tx.conn.scalar(_OF_ADDRESS, {"customer_id": customer_id, "channel": at.channel, "address_id": at.id})
    )
    return side


def _content(tx: Tx, customer_id: CustomerId, file_id: FileId) -> bytes:
    row = tx.first(sa.select(_f.content).where(_f.customer_id == customer_id, _f.id == file_id))
    if row is None:
        raise UnknownFile
    return b64decode(row.content)
