"""The fake notices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from memory.errors import UnknownCustomer
from memory.fakes.person import Person, Told
from memory.fakes.world import World
from memory.model import Address, Author, Cursor, CustomerId, Message, Notice, NoticeState, Reply, Topic
from memory.rules import Scope, key_of, storable


class FakeNotices:
    """Tells customers things."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def post(self, customer_id: CustomerId, topic: Topic, text: str, key: str) -> Notice:
        """Tell a customer something, on the channel they chose or last used. Raises UnknownCustomer."""
        return self.tell(customer_id, topic, Reply(text), key)

    async def reached_at(self, customer_id: CustomerId) -> Sequence[Address]:
        """Where they can be written to first, one address a channel, the last used first."""
        person = self._world.people.get(customer_id)
        return () if person is None else self._reached_at(person)

    def tell(
        self, customer_id: CustomerId, topic: Topic, said: Reply, key: str, *, channel: str | None = None
    ) -> Notice:
        """The same, with what can be answered, and where they have chosen to hear of it."""
        person, now = self._world.people.get(customer_id), self._world.clock()
        if person is None:
            raise UnknownCustomer
        wishes, address = self._world.wishes(person), self._address(person, topic, channel)
        if address is None:
            return Notice(NoticeState.UNREACHABLE)
        if key_of(storable(key)) in person.notices:
            return Notice(NoticeState.POSTED, channel=address.channel)
        if topic in wishes.unwanted:
            return Notice(NoticeState.UNWANTED)
        last = max((told.at for told in person.notices.values()), default=None)
        if last and wishes.at_most_every and last + wishes.at_most_every > now:
            return Notice(NoticeState.TOO_OFTEN, until=last + wishes.at_most_every)
        person.writes_for = person.side_of.get(address)
        blank = Message(customer_id, Cursor(0), Author.BOT, address.channel, storable(said.text), now)
        message = person.add(replace(blank, buttons=tuple(said.buttons)))
        person.notices[key_of(storable(key))] = Told(message.number, now)
        person.writes_for = None
        self._world.post(message, address, topic)
        self._world.bell.ring([f"customer:{customer_id}"])
        until = wishes.silent_until(now) if address.channel in self._world.ways.sent_to else None
        return Notice(NoticeState.HELD if until else NoticeState.POSTED, channel=address.channel, until=until)

    def _reached_at(self, person: Person) -> Sequence[Address]:
        begun = [address for address in person.addresses if address.channel in self._world.ways.may_begin]
        known = [address for address in begun if address not in self._world.closed]
        known.sort(key=lambda address: person.addresses[address], reverse=True)
        latest: dict[str, Address] = {}
        for address in (*known, *self._proved_mail(person)):
            latest.setdefault(address.channel, address)
        return tuple(latest.values())

    def _proved_mail(self, person: Person) -> Iterator[Address]:
        customer = person.customer
        if customer.subject is None or not customer.email:
            return
        for channel in sorted(self._world.ways.mail & self._world.ways.may_begin):
            address = Address(channel, customer.email.strip().casefold())
            if self._world.routes.get((Scope.PROVED, address)) in {None, customer.id}:
                yield address

    def _address(self, person: Person, topic: Topic, channel: str | None) -> Address | None:
        """Where they are told, if anywhere. The question how it was may wait for their next message."""
        ways, chosen = self._world.ways, self._world.wishes(person).channel or channel
        address = self._latest(person, ways.may_begin, chosen)
        waits = address is None and topic is Topic.FEEDBACK
        return self._latest(person, ways.answers_only, chosen) if waits else address

    def _latest(self, person: Person, channels: Collection[str], chosen: str | None) -> Address | None:
        open_to_us = {address: at for address, at in person.addresses.items() if address not in self._world.closed}
        reached = [used for used in open_to_us.items() if used[0].channel in channels]
        best = max(reached, key=lambda used: (used[0].channel == chosen, used[1]), default=None)
        return best[0] if best else None
