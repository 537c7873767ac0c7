"""The fake identities."""

from __future__ import annotations

import secrets
from datetime import datetime

from memory.errors import UnknownCustomer
from memory.fakes.world import World
from memory.model import Address, Customer, CustomerId, Identity, Proof
from memory.rules import Scope, hash_of, scope_of, storable


class FakeIdentities:
    """Who is who."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def customer_for(self, address: Address, proof: Proof, identity: Identity | None = None) -> CustomerId | None:
        """The customer who writes from here, or None if nobody has yet."""
        address = Address(address.channel, storable(address.id))
        if identity is not None:
            known = self._world.owner(Scope.SUBJECT, Address("", storable(identity.subject)))
            if known is not None:
                return known.customer.id
        owner = self._world.owner(scope_of(proof), address)
        if owner is None or (identity is not None and owner.customer.subject is not None):
            return None
        return owner.customer.id

    async def customer(self, customer_id: CustomerId) -> Customer:
        """Raises UnknownCustomer."""
        if customer_id not in self._world.people:
            raise UnknownCustomer
        return self._world.people[customer_id].customer

    async def issue_code(self, customer_id: CustomerId, expires_at: datetime) -> str:
        """A new single-use code. Raises UnknownCustomer."""
        await self.customer(customer_id)
        code = secrets.token_urlsafe(18)
        self._world.codes[hash_of(code)] = (customer_id, expires_at)
        return code
