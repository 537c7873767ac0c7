"""The fake inbox."""

from __future__ import annotations

from collections.abc import Sequence

from memory.bell import arrivals
from memory.fakes.merge import merge
from memory.fakes.person import Arrival, Person
from memory.fakes.world import World
from memory.model import Accepted, Address, CodeUse, Grounds, Inbound, InboxId, LinkResult, Message, Proof
from memory.rules import Joining, Scope, cleaned, named, plan_link, scope_of


class FakeInbox:
    """What arrived, in order."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def accept(self, inbound: Inbound) -> Accepted:
        """Store a message and find its customer; the same one again gets the first receipt."""
        inbound = cleaned(inbound)
        while True:
            involved = [person.customer.id for person in self._involved(inbound)]
            if self._world.busy.isdisjoint(involved) or len(involved) < 2:
                return self._accept(inbound)
            await self._world.until_free(*involved)

    async def replies(self, inbox_id: InboxId) -> Sequence[Message] | None:
        """What the turn of this message answered; None while the turn is not committed."""
        arrival = self._world.arrivals.get(inbox_id)
        if arrival is None or not arrival.handled:
            return None
        person = self._world.people[arrival.customer_id]
        answers = [message for message in person.messages if person.reply_to.get(message.number) == inbox_id]
        return self._world.all_delivered(answers)

    def _involved(self, inbound: Inbound) -> list[Person]:
        """Who might be merged by this message."""
        found = [
            self._world.owner(scope_of(inbound.proof), inbound.address),
            self._subject(inbound),
            self._code_owner(inbound),
        ]
        return [person for person in {id(person): person for person in found}.values() if person is not None]

    def _accept(self, inbound: Inbound) -> Accepted:
        owner, subject = self._world.owner(scope_of(inbound.proof), inbound.address), self._subject(inbound)
        seen = self._seen(inbound, [person for person in (subject, owner) if person is not None])
        if seen is not None:
            return seen
        writer = self._signed_in(inbound, subject, owner) if inbound.identity else owner
        writer, link = self._linked(inbound, writer)
        if writer is None:
            writer = self._world.create()
            self._world.routes[scope_of(inbound.proof), inbound.address] = writer.customer.id
        writer.customer = named(writer.customer, inbound)
        key = scope_of(inbound.proof), inbound.address
        side = writer.customer.id if inbound.identity else self._world.side(*key)
        writer.addresses[inbound.address] = self._world.clock()
        self._world.closed.pop(inbound.address, None)
        writer.side_of.setdefault(inbound.address, side)
        arrival_id = InboxId(next(self._world.ids))
        arrival = Arrival(arrival_id, writer.customer.id, inbound, self._world.clock(), link, side)
        self._world.arrivals[arrival.id] = arrival
        topics = arrivals(inbound.address, inbound.identity.subject if inbound.identity else None)
        self._world.bell.ring(["inbox", *topics])
        return _receipt(arrival, writer, inbound.text)

    def _subject(self, inbound: Inbound) -> Person | None:
        if inbound.identity is None:
            return None
        return self._world.owner(Scope.SUBJECT, Address("", inbound.identity.subject))

    def _seen(self, inbound: Inbound, candidates: Sequence[Person]) -> Accepted | None:
        writers = {person.customer.id: person for person in candidates}
        for arrival in self._world.arrivals.values():
            same = (arrival.inbound.address, arrival.inbound.provider_id) == (inbound.address, inbound.provider_id)
            if same and arrival.customer_id in writers:
                return _receipt(arrival, writers[arrival.customer_id], inbound.text, duplicate=True)
        return None

    def _signed_in(self, inbound: Inbound, subject: Person | None, owner: Person | None) -> Person:
        assert inbound.identity is not None
        person = subject or self._world.create(inbound.identity.subject)
        if owner is not None and owner.customer.subject is None:
            proof = inbound.proof if inbound.proof is Proof.EMAIL_CODE else Proof.SIGNED_TOKEN
            person = merge(self._world, owner, person, Grounds(proof, "signed in", address=inbound.address))
        if scope_of(inbound.proof) is Scope.PROVED and owner is None:
            self._world.routes[Scope.PROVED, inbound.address] = person.customer.id
        return person

    def _code_owner(self, inbound: Inbound) -> Person | None:
        return self._world.owner_of_code(inbound.link_code or "", CodeUse.LINK)

    def _linked(self, inbound: Inbound, writer: Person | None) -> tuple[Person | None, LinkResult | None]:
        if inbound.link_code is None:
            return writer, None
        plan = self._plan(inbound, writer)
        if isinstance(plan, LinkResult):
            return writer, plan
        self._world.codes[inbound.link_code].used = True
        keep = self._world.people[plan.keep.id]
        if plan.absorb is not None or plan.anew:
            absorb = self._world.people[plan.absorb.id] if plan.absorb else self._apart(inbound)
            on = Grounds(Proof.ONE_TIME_CODE, "one-time code", address=inbound.address)
            keep = merge(self._world, absorb, keep, on)
        return keep, LinkResult.LINKED

    def _plan(self, inbound: Inbound, writer: Person | None) -> Joining | LinkResult:
        if self._world.is_guessing(inbound.address, inbound.link_code or ""):
            return LinkResult.TOO_MANY
        code_owner = self._code_owner(inbound)
        if code_owner is None:
            self._world.wrong_codes.append((self._world.clock(), inbound.address))
            return LinkResult.REFUSED
        return plan_link(inbound, writer.customer if writer else None, code_owner.customer)

    def _apart(self, inbound: Inbound) -> Person:
        """A customer of its own for the address that the code came from."""
        person, key = self._world.create(), (scope_of(inbound.proof), inbound.address)
        self._world.routes[key] = person.customer.id
        self._world.route_sides.pop(key, None)
        person.addresses[inbound.address] = self._world.clock()
        return person


def _receipt(arrival: Arrival, writer: Person, text: str, *, duplicate: bool = False) -> Accepted:
    customer = writer.customer
    return Accepted(arrival.id, customer.id, duplicate=duplicate, text=text, renumbered=customer.renumbered)
