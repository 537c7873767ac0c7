"""Who is who. Asked by the web channel (whose transcript is this?) and for one-time codes."""

from __future__ import annotations

from datetime import datetime

from memory.codes import long_code, sealed, short_code
from memory.errors import UnknownCustomer
from memory.model import Address, CodeUse, Customer, CustomerId, Identity, Proof
from memory.rules import Scope, scope_of, storable
from memory.sql.codes import NewCode, issue, sign_in
from memory.sql.engine import Database, MergedMeanwhile, Tx
from memory.sql.people import find_customer, identified_by_email, owner_of, subject_address


class SqlIdentities:
    """Customers by their addresses."""

    def __init__(self, *, database: Database, code_key: bytes) -> None:
        self._database = database
        self._code_key = code_key

    async def customer_for(self, address: Address, proof: Proof, identity: Identity | None = None) -> Customer | None:
        """The customer who writes from here, or None if nobody has yet."""
        return await self._database.glance(lambda tx: _customer_for(tx, address, proof, identity))

    async def customer(self, customer_id: CustomerId) -> Customer:
        """Raises UnknownCustomer."""
        found = await self._database.glance(lambda tx: find_customer(tx, customer_id))
        if found is None:
            raise UnknownCustomer
        return found

    async def identified_by_email(self, email: str) -> Customer | None:
        """The one identified customer whose proved e-mail this is."""
        return await self._database.read(lambda tx: identified_by_email(tx, storable(email)))

    async def issue_code(
        self, customer_id: CustomerId, expires_at: datetime, *, short: bool = False, use: CodeUse = CodeUse.LINK
    ) -> str:
        """A new single-use code; only its seal is stored. Raises UnknownCustomer, TooManyCodes."""
        code = short_code() if short else long_code()
        new = NewCode(customer_id, sealed(code, self._code_key), use, expires_at)
        try:
            await self._database.write(lambda tx: issue(tx, new))
        except MergedMeanwhile as exc:
            raise UnknownCustomer from exc
        return code

    async def sign_in(self, address: Address, code: str) -> Customer | None:
        """Use up a code that was made for signing in: whose it is, or None."""
        address = Address(address.channel, storable(address.id))
        return await self._database.write(lambda tx: sign_in(tx, address, code, self._code_key))


def _customer_for(tx: Tx, address: Address, proof: Proof, identity: Identity | None) -> Customer | None:
    address = Address(address.channel, storable(address.id))
    owner = None
    if identity is not None:
        owner = owner_of(tx, Scope.SUBJECT, subject_address(storable(identity.subject)))
    if owner is None:
        owner = owner_of(tx, scope_of(proof), address)
        if identity is not None and owner is not None and owner.subject is not None:
            return None  # this address is somebody else's
    return owner
