"""The fake's undoing of a link, by the same rules as `memory.sql.unlink`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from memory.errors import UnknownLink
from memory.fakes.merge import settled
from memory.fakes.person import Learnt, Person, Tie, Told
from memory.fakes.renumber import renumbered
from memory.fakes.world import World
from memory.model import (
    BOT,
    Author,
    CaseState,
    Cursor,
    Customer,
    CustomerId,
    HandoffMove,
    Link,
    LinkId,
    Promise,
)
from memory.moves import PARTED
from memory.weaving import Numbering


def unlink(world: World, link_id: LinkId, *, why: str, by: str) -> Link:
    """Give each side its own back. Raises UnknownLink."""
    tie = next((tie for tie in world.ties if tie.link.id == link_id and tie.link.holds), None)
    if tie is None:
        raise UnknownLink
    whole = world.people[tie.link.customer_id]
    sides = _with_all_merged_into(world, tie.link)
    halves = (
        _Half(world, whole, whole.customer, lambda side: side not in sides),
        _Half(world, whole, world.absorbed.pop(tie.link.absorbed), lambda side: side in sides),
    )
    tie.link = replace(tie.link, undone_at=world.clock(), undone_by=by, undone_why=why)
    people = [half.person() for half in halves]
    for half, other, person in zip(halves, halves[::-1], people, strict=True):
        _part_dialogue(person, half, other, tie)
        world.people[person.customer.id] = person
    _share_out(world, whole, halves)
    _part_customers(world, tie, people)
    for person in people:
        _reopen(world, person)
    world.bell.ring([*(f"customer:{person.customer.id}" for person in people), "desk", "inbox", "outbox"])
    return next(link for link in world.links_of(tie.link.customer_id) if link.id == link_id)


def _with_all_merged_into(world: World, link: Link) -> set[CustomerId]:
    held = [tie.link for tie in world.ties if tie.link.holds and tie.link.customer_id == link.customer_id]
    sides, grown = {link.absorbed}, True
    while grown:
        more = {each.absorbed for each in held if each.into in sides} - sides
        sides, grown = sides | more, bool(more)
    return sides


@dataclass
class _Half:
    """What of a customer belongs to some of those who were linked."""

    world: World
    whole: Person
    customer: Customer
    owns: Callable[[CustomerId], bool]

    def __post_init__(self) -> None:
        self.numbers = [number for number, side in sorted(self.whole.sides.items()) if self.owns(side)]

    def person(self) -> Person:
        """They as a customer of their own."""
        whole, renumbered = self.whole, self.customer.renumbered + 1
        person = Person(replace(self.customer, last_number=Cursor(0), renumbered=renumbered))
        for number in self.numbers:
            person.writes_for = whole.sides[number]
            said = replace(whole.messages[number - 1], customer_id=self.customer.id)
            person.add(said, whole.reply_to.get(number))
        person.writes_for = None
        person.side_of = {key: side for key, side in whole.side_of.items() if self.owns(side)}
        person.addresses = {address: at for address, at in whole.addresses.items() if address in person.side_of}
        person.cases = {key: case for key, case in whole.cases.items() if key in person.side_of}
        person.handed_over = {key: handoff for key, handoff in whole.handed_over.items() if key in person.side_of}
        person.files = {key: stored for key, stored in whole.files.items() if self.owns(stored.side)}
        person.given = [
            replace(given, number=self.rank(given.number)) for given in whole.given if self.has(given.number)
        ]
        person.promises = [self._promise(promise) for promise in whole.promises if promise.id in person.side_of]
        person.attempts = [
            (at, replace(attempt, number=self.rank(attempt.number)))
            for at, attempt in whole.attempts
            if self.has(attempt.number)
        ]
        person.notices = {
            key: Told(self.rank(told.number), told.at) for key, told in whole.notices.items() if self.has(told.number)
        }
        self._facts(person)
        self._handoffs(person)
        return person

    def _promise(self, promise: Promise) -> Promise:
        return replace(
            promise,
            customer_id=self.customer.id,
            number=self.maybe_rank(promise.number),
            kept_in=self.maybe_rank(promise.kept_in),
            told_in=self.maybe_rank(promise.told_in),
        )

    def maybe_rank(self, number: Cursor | None) -> Cursor | None:
        """The new number, if there is one."""
        return None if number is None else self.rank(number)

    def has(self, number: int) -> bool:
        """Whether a message is theirs."""
        return self.owns(self.whole.sides[number])

    def rank(self, number: int) -> Cursor:
        """The new number of a message of theirs."""
        return Cursor(Numbering.by_rank(self.numbers)(number))

    def spoke_after(self, number: int) -> bool:
        """Whether they have said something since."""
        return any(self.whole.messages[n - 1].author is Author.CUSTOMER for n in self.numbers if n > number)

    def _facts(self, person: Person) -> None:
        """What the other side's had superseded or ended counts again, if nothing of their own came since."""
        mine = [learnt for learnt in self.whole.facts if self.owns(learnt.side)]
        person.facts = settled([self._mended(place, mine) for place in range(len(mine))], self.world.clock())

    def _mended(self, place: int, mine: Sequence[Learnt]) -> Learnt:
        learnt, ids = mine[place], {each.id for each in mine}
        fact = replace(learnt.fact, number=self.rank(learnt.fact.number))
        superseded = learnt.by is not None and learnt.by not in ids
        ended = learnt.ended_by is not None and not self.owns(learnt.ended_by)
        if not superseded and not ended:
            return replace(learnt, fact=fact)
        after = next((each for each in mine[place + 1 :] if each.fact.key == fact.key), None)
        until = after.fact.at if after else None
        return replace(learnt, fact=replace(fact, valid_until=until), by=after.id if after else None, ended_by=None)

    def _handoffs(self, person: Person) -> None:
        for key, handoff in self.whole.handoffs.items():
            if self.has(handoff.requested_number):
                number = self.rank(handoff.requested_number)
                awaiting = handoff.awaiting
                person.handoffs[key] = replace(
                    handoff,
                    customer_id=self.customer.id,
                    requested_number=number,
                    feedback=renumbered(handoff.feedback, self.rank),
                    awaiting=awaiting and replace(awaiting, said_in=self.rank(awaiting.said_in)),
                )
        person.ended_handoffs = [
            (replace(was, customer_id=self.customer.id, requested_number=self.rank(was.requested_number)), favoured)
            for was, favoured in self.whole.ended_handoffs
            if self.has(was.requested_number)
        ]


def _share_out(world: World, whole: Person, halves: tuple[_Half, _Half]) -> None:
    """What is kept beside the customers: what is on its way, what arrived, addresses, codes and links."""
    stays, leaves = halves
    for posting in world.postings.values():
        if posting.customer_id == whole.customer.id:
            half = leaves if leaves.has(posting.number) else stays
            posting.customer_id, posting.number = half.customer.id, half.rank(posting.number)
    for arrival in world.arrivals.values():
        if arrival.customer_id == whole.customer.id:
            half = leaves if leaves.owns(arrival.side) else stays
            arrival.customer_id, arrival.given_up = half.customer.id, half.maybe_rank(arrival.given_up)
    for code in world.codes.values():
        code.used = code.used or code.customer_id == whole.customer.id
    for tie in world.ties:
        if tie.link.customer_id == whole.customer.id:
            half = leaves if leaves.owns(tie.link.into) else stays
            tie.link = replace(tie.link, customer_id=half.customer.id)
            tie.last_number = half.rank(tie.last_number)
    _share_routes(world, leaves)


def _share_routes(world: World, leaves: _Half) -> None:
    """Addresses lead to their own side again, unless somebody new has begun to write from there."""
    for key, side in [*world.closed_routes.items()]:
        if leaves.owns(side):
            del world.closed_routes[key]
            if key not in world.routes:
                world.routes[key], world.route_sides[key] = leaves.customer.id, side
    for key, side in world.route_sides.items():
        if leaves.owns(side):
            world.routes[key] = leaves.customer.id


def _part_dialogue(person: Person, half: _Half, other: _Half, tie: Tie) -> None:
    """The live one, where nobody else went on with it; else the one from before, if they have not spoken since."""
    whole, link_id = half.whole, tie.link.id
    spoke, other_spoke = half.spoke_after(tie.last_number), other.spoke_after(tie.last_number)
    kept = [each for each in whole.kept_dialogues if half.owns(each.side)]
    before = next((each for each in kept if each.link_id == link_id and each.side == person.customer.id), None)
    if whole.dialogue is not None and half.owns(whole.dialogue_is_of or whole.customer.id) and not other_spoke:
        person.dialogue, person.dialogue_at = whole.dialogue, whole.dialogue_at
        person.task_ended_by_person, person.dialogue_is_of = whole.task_ended_by_person, whole.dialogue_is_of
        person.heard, person.given_back_from = half.maybe_rank(whole.heard), whole.given_back_from
    elif before is not None and not spoke:
        person.dialogue, person.dialogue_at = before.state, before.at
        person.task_ended_by_person = before.ended_by_person
        person.heard, person.given_back_from = half.maybe_rank(before.heard), before.given_back_from
    person.kept_dialogues = [each for each in kept if each.link_id < link_id or not other_spoke]
    person.kept_dialogues = [each for each in person.kept_dialogues if each.link_id != link_id]


def _part_customers(world: World, tie: Tie, people: Sequence[Person]) -> None:
    for person in people:
        mine = [each for each in world.arrivals.values() if each.customer_id == person.customer.id and each.handled]
        person.last_contact_at = mine[-1].received_at if mine else None
        person.last_address = mine[-1].inbound.address if mine else None
        if person.customer.id in {tie.link.customer_id, tie.link.into}:
            person.customer = _without(person.customer, tie.lent)
    if tie.link.into in world.absorbed:
        world.absorbed[tie.link.into] = _without(world.absorbed[tie.link.into], tie.lent)


def _without(customer: Customer, lent: Mapping[str, str]) -> Customer:
    """The customer without what the other had lent them."""
    name = None if lent.get("name") == customer.name else customer.name
    email = None if lent.get("email") == customer.email else customer.email
    return replace(customer, name=name, email=email)


def _reopen(world: World, person: Person) -> None:
    """Who waited for a person waits again, unless the handoff in whose favour theirs ended has been dealt with."""
    ended = {was.id for each in world.people.values() for was, _ in each.ended_handoffs}
    for was, favoured in list(person.ended_handoffs):
        if favoured in person.handoffs:
            continue  # still one customer
        other = next((each.handoffs[favoured] for each in world.people.values() if favoured in each.handoffs), None)
        goes_on = other is not None and (other.closed_at is None or favoured in ended)
        if goes_on and person.open_handoff is None:
            to, before = was.offer.agent_id if was.offer else None, person.handoffs.get(was.id)
            again = HandoffMove(before.state if before else None, was.state, BOT, world.clock(), PARTED, to)
            world.moves.setdefault(was.id, []).append(again)
            person.handoffs[was.id] = was
            person.handed_over = {key: was.id if to == favoured else to for key, to in person.handed_over.items()}
        person.ended_handoffs.remove((was, favoured))
    for key, case in list(person.cases.items()):
        if case.state is CaseState.HANDED_OVER and person.handed_over.get(key) not in person.handoffs:
            world.move_case(person, key, CaseState.OPEN)
