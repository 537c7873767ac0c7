"""The fake identities."""

from __future__ import annotations

from datetime import datetime

from memory.codes import CODES_A_CUSTOMER, WINDOW, long_code, short_code
from memory.errors import TooManyCodes, UnknownCustomer
from memory.fakes.person import Code
from memory.fakes.world import World
from memory.model import Address, CodeUse, Customer, CustomerId, Identity, Proof
from memory.rules import Scope, scope_of, storable


class FakeIdentities:
    """Who is who."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def customer_for(self, address: Address, proof: Proof, identity: Identity | None = None) -> Customer | None:
        """The customer who writes from here, or None if nobody has yet."""
        address = Address(address.channel, storable(address.id))
        if identity is not None:
            known = self._world.owner(Scope.SUBJECT, Address("", storable(identity.subject)))
            if known is not None:
                return known.customer
        owner = self._world.owner(scope_of(proof), address)
        if owner is None or (identity is not None and owner.customer.subject is not None):
            return None
        return owner.customer

    async def customer(self, customer_id: CustomerId) -> Customer:
        """Raises UnknownCustomer."""
        if customer_id not in self._world.people:
            raise UnknownCustomer
        return self._world.people[customer_id].customer

    async def identified_by_email(self, email: str) -> Customer | None:
        """The one identified customer whose proved e-mail this is."""
        customers = [person.customer for person in self._world.people.values() if person.customer.subject]
        key = email.strip().casefold()
        found = [customer for customer in customers if customer.email and customer.email.casefold() == key]
        return found[0] if len(found) == 1 else None

    async def issue_code(
        self, customer_id: CustomerId, expires_at: datetime, *, short: bool = False, use: CodeUse = CodeUse.LINK
    ) -> str:
        """A new single-use code. Raises UnknownCustomer, TooManyCodes."""
        await self.customer(customer_id)
        now = self._world.clock()
        mine = [code for code in self._world.codes.values() if code.customer_id == customer_id]
        if sum(code.issued_at > now - WINDOW for code in mine) >= CODES_A_CUSTOMER:
            raise TooManyCodes
        code = short_code() if short else long_code()
        self._world.codes[code] = Code(customer_id, now, expires_at, use)
        return code

    async def sign_in(self, address: Address, code: str) -> Customer | None:
        """Use up a code that was made for signing in: whose it is, or None."""
        if self._world.is_guessing(address, code):
            return None
        owner = self._world.owner_of_code(code, CodeUse.SIGN_IN)
        if owner is None:
            self._world.wrong_codes.append((self._world.clock(), address))
            return None
        self._world.codes[code].used = True
        return owner.customer
