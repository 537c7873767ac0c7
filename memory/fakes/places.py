"""The fake record of what those who wait were told of their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memory.errors import UnknownHandoff
from memory.fakes.person import Person
from memory.fakes.world import World
from memory.model import Author, Cursor, Handoff, HandoffId, HandoffState, Message
from memory.moves import comes_nearer
from memory.rules import storable


class FakePlaces:
    """Places in the line, as customers know them."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def offered(self) -> Sequence[Handoff]:
        """Those who wait and are offered to an agent just now."""
        people = self._world.people.values()
        everybody = [handoff for person in people for handoff in person.handoffs.values()]
        return [handoff for handoff in everybody if handoff.state is HandoffState.OFFERED]

    async def note(self, handoff_id: HandoffId, number: int, text: str | None = None) -> bool:
        """Note the place, and tell it with this text."""
        try:
            person, handoff = self._world.find(handoff_id)
        except UnknownHandoff:
            return False
        if not comes_nearer(handoff, number) or not (text is None or self._tell(person, storable(text))):
            return False
        person.handoffs[handoff.id] = replace(handoff, told_place=number)
        return True

    def _tell(self, person: Person, text: str) -> bool:
        """Send it where they last wrote."""
        world, address, now = self._world, person.last_address, self._world.clock()
        if address is None or address in world.closed or address.channel not in world.ways.sent_to - world.ways.mail:
            return False
        if world.wishes(person).silent_until(now) is not None:
            return False
        person.writes_for = person.side_of.get(address)
        said = Message(person.customer.id, Cursor(0), Author.BOT, address.channel, text, now)
        world.post(person.add(said), address)
        person.writes_for = None
        world.bell.ring([f"customer:{person.customer.id}", "desk"])
        return True
