"""The fake links."""

from __future__ import annotations

from collections.abc import Sequence

from memory.errors import TwoIdentities, UnknownCustomer, UnknownLink
from memory.fakes.merge import merge
from memory.fakes.unlink import unlink
from memory.fakes.world import World
from memory.model import CustomerId, Grounds, Link, LinkId


class FakeLinks:
    """Who was linked with whom."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def of(self, customer_id: CustomerId) -> Sequence[Link]:
        """All links of a customer, the latest first; undone ones too."""
        return self._world.links_of(customer_id)

    async def merge(self, from_id: CustomerId, *, into: CustomerId, on: Grounds) -> Link:
        """Link two customers. Raises UnknownCustomer, TwoIdentities."""
        people = self._world.people
        if from_id == into or from_id not in people or into not in people:
            raise UnknownCustomer
        if people[from_id].customer.subject is not None:
            raise TwoIdentities
        await self._world.until_free(from_id, into)
        merge(self._world, people[from_id], people[into], on)
        return self._world.links_of(into)[0]

    async def undo(self, link_id: LinkId, *, why: str, by: str) -> Link:
        """Give each side its own back. Raises UnknownLink."""
        for tie in self._world.ties:
            if tie.link.id == link_id:
                await self._world.until_free(tie.link.customer_id)
                return unlink(self._world, link_id, why=why, by=by)
        raise UnknownLink
