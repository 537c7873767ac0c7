"""Who is who. Asked by the web channel (whose transcript is this?) and for one-time codes."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa

from memory.errors import UnknownCustomer
from memory.model import Address, Customer, CustomerId, Identity, Proof
from memory.rules import Scope, hash_of, scope_of, storable
from memory.sql import tables as t
from memory.sql.engine import Database, Tx
from memory.sql.people import find_customer, owner_of, subject_address

CODE_BYTES = 18
"""144 bits: nobody guesses one, and it fits a Telegram deep link."""


class SqlIdentities:
    """Customers by their addresses."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def customer_for(self, address: Address, proof: Proof, identity: Identity | None = None) -> CustomerId | None:
        """The customer who writes from here, or None if nobody has yet."""
        return await self._database.read(lambda tx: _customer_for(tx, address, proof, identity))

    async def customer(self, customer_id: CustomerId) -> Customer:
        """Raises UnknownCustomer."""
        found = await self._database.read(lambda tx: find_customer(tx, customer_id))
        if found is None:
            raise UnknownCustomer
        return found

    async def issue_code(self, customer_id: CustomerId, expires_at: datetime) -> str:
        """A new single-use code; only its hash is stored. Raises UnknownCustomer."""
        code = secrets.token_urlsafe(CODE_BYTES)
        await self._database.write(lambda tx: _issue(tx, customer_id, hash_of(code), expires_at))
        return code


def _customer_for(tx: Tx, address: Address, proof: Proof, identity: Identity | None) -> CustomerId | None:
    address = Address(address.channel, storable(address.id))
    owner = None
    if identity is not None:
        owner = owner_of(tx, Scope.SUBJECT, subject_address(storable(identity.subject)))
    if owner is None:
        owner = owner_of(tx, scope_of(proof), address)
        if identity is not None and owner is not None and owner.subject is not None:
            return None  # this address is somebody else's
    return None if owner is None else owner.id


def _issue(tx: Tx, customer_id: CustomerId, code_hash: str, expires_at: datetime) -> None:
    if find_customer(tx, customer_id) is None:
        raise UnknownCustomer
    tx.stay(customer_id)
    row = {"code_hash": code_hash, "customer_id": customer_id, "issued_at": tx.now, "expires_at": expires_at}
    tx.run(sa.insert(t.link_codes), row)
