"""The fake ledger of promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from memory.errors import UnknownMessage, UnknownPromise
from memory.fakes.notices import FakeNotices
from memory.fakes.person import Person
from memory.fakes.world import World
from memory.model import (
    AgentId,
    Author,
    Closing,
    Cursor,
    DeliveryState,
    HandoffId,
    NewPromise,
    Notice,
    Owed,
    Promise,
    PromiseId,
    PromiseState,
    Reply,
    Topic,
)
from memory.promises import MOST_OWED, closed, is_shown, is_to_tell, key_of_promise, lapsed, owned_up, put_off, told
from memory.rules import storable


class FakePromises:
    """Promises, as agents see them."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def listed(self, states: Sequence[PromiseState], owner: AgentId | None = None) -> Sequence[Owed]:
        """Promises in these states (of this owner), the earliest due first."""
        found = [
            Owed(named(self._world, promise), person.customer, _latest_handoff(person))
            for person, promise in everything(self._world)
            if promise.state in states and owner in {None, promise.owner}
        ]
        return sorted(found, key=lambda owed: (owed.promise.due_at, owed.promise.id))[:MOST_OWED]

    async def find(self, promise_id: PromiseId) -> Promise:
        """Raises UnknownPromise."""
        return named(self._world, found(self._world, promise_id)[1])

    async def record(self, handoff_id: HandoffId, by: AgentId, new: NewPromise) -> Promise:
        """Note what an agent has promised. Raises UnknownHandoff, UnknownMessage."""
        person, _ = self._world.find(handoff_id)
        said = person.messages[new.number - 1] if 0 < new.number <= len(person.messages) else None
        if said is None or said.author is not Author.AGENT:
            raise UnknownMessage
        for promise in person.promises:
            if (promise.text, promise.due_at, promise.number) == (storable(new.text), new.due_at, new.number):
                return named(self._world, promise)
        person.mark()
        person.writes_for = person.sides[new.number]
        promise = add_promise(self._world, person, new, by)
        person.mark()
        person.writes_for = None
        return named(self._world, promise)

    async def close(self, promise_id: PromiseId, closing: Closing) -> Promise:
        """End it. Raises UnknownPromise, IllegalPromiseMove, UnknownMessage."""
        person, promise = found(self._world, promise_id)
        if closing.number is not None and not 0 < closing.number <= len(person.messages):
            raise UnknownMessage
        return named(self._world, end_promise(self._world, person, promise, closing))


class FakePromiseTimes:
    """Promises whose times come."""

    def __init__(self, world: World, notices: FakeNotices) -> None:
        self._world = world
        self._notices = notices

    async def lapse(self, remind_before: timedelta) -> Sequence[Promise]:
        """Note what is to be reminded of, and what was broken."""
        made = []
        for person, promise in everything(self._world):
            if (after := lapsed(promise, self._world.clock(), remind_before)) is not None:
                made.append(named(self._world, store_promise(self._world, person, after)))
        return made

    async def untold(self) -> Sequence[Promise]:
        """The broken promises of which the customer is to be told now."""
        now = self._world.clock()
        return [named(self._world, promise) for _, promise in everything(self._world) if is_to_tell(promise, now)]

    async def tell(self, promise_id: PromiseId, text: str) -> Notice | None:
        """Tell the customer that it was broken, unless they were told or it was kept meanwhile."""
        try:
            person, promise = found(self._world, promise_id)
        except UnknownPromise:
            return None
        now = self._world.clock()
        if not is_to_tell(promise, now):
            return None
        if person.open_handoff is not None and person.open_handoff.state.owned_by_person:
            store_promise(self._world, person, put_off(promise, now))
            return None
        key = key_of_promise(promise)
        news = Reply(text)
        notice = self._notices.tell(person.customer.id, Topic.PROMISES, news, key, channel=promise.channel)
        number = person.notices[key].number if key in person.notices else None
        store_promise(self._world, person, told(promise, notice, number))
        return notice


def everything(world: World) -> Iterator[tuple[Person, Promise]]:
    """All promises, with whom they were made to."""
    for person in list(world.people.values()):
        for promise in list(person.promises):
            yield person, promise


def found(world: World, promise_id: PromiseId) -> tuple[Person, Promise]:
    """A promise and whose it is. Raises UnknownPromise."""
    for person, promise in everything(world):
        if promise.id == promise_id:
            return person, promise
    raise UnknownPromise


def named(world: World, promise: Promise) -> Promise:
    """With the name of its owner, if that is an agent."""
    name = world.agents[promise.owner][0].name if promise.owner in world.agents else None
    return replace(promise, owner_name=name)


def add_promise(world: World, person: Person, new: NewPromise, owner: AgentId, *, by_reply: bool = False) -> Promise:
    """Write down what was promised; the list of the desk hears of it."""
    promise = Promise(
        id=PromiseId(next(world.ids)),
        customer_id=person.customer.id,
        text=storable(new.text),
        due_at=new.due_at,
        made_at=world.clock(),
        number=new.number,
        owner=owner,
        by_reply=by_reply,
    )
    person.promises.append(promise)
    world.bell.ring([f"customer:{person.customer.id}", "desk"])
    return promise


def shown_promises(world: World, person: Person) -> Sequence[Promise]:
    """What a brief shows of them, the earliest due first."""
    shown = [named(world, promise) for promise in person.promises if is_shown(promise, world.clock())]
    return sorted(shown, key=lambda promise: (promise.due_at, promise.id))


def keep_by_reply(world: World, person: Person, number: Cursor) -> None:
    """An agent has written: what the bot had promised of that is kept, and this message is the evidence."""
    for promise in list(person.promises):
        if promise.by_reply and promise.state.is_owed:
            end_promise(world, person, promise, Closing(number=number))


def drop_by_reply(world: World, person: Person, why: str, number: Cursor) -> None:
    """The customer wants nobody any more, as they say in this message: nobody owes them a reply."""
    for promise in list(person.promises):
        if promise.by_reply and promise.state.is_owed:
            end_promise(world, person, promise, Closing(cancelled=True, number=number, why=why))


def turn_to(world: World, person: Person, channel: str) -> None:
    """The customer has chosen where they want to hear what the bot had promised."""
    for promise in list(person.promises):
        if promise.by_reply and promise.state.is_owed:
            store_promise(world, person, replace(promise, channel=channel))


def own_up(world: World, person: Person, number: Cursor) -> None:
    """The bot has admitted in this message what was broken: it needs no news of its own any more."""
    for promise in list(person.promises):
        if (after := owned_up(promise, number, world.clock())) is not None:
            store_promise(world, person, after)


def end_promise(world: World, person: Person, promise: Promise, closing: Closing) -> Promise:
    """Close it; what was to tell of its being broken goes out no more. Raises IllegalPromiseMove."""
    after = store_promise(world, person, closed(promise, closing, world.clock()))
    for posting in world.postings.values():
        same = (posting.customer_id, posting.number) == (person.customer.id, after.told_in)
        if same and posting.state in {DeliveryState.PENDING, DeliveryState.HELD}:
            posting.state = DeliveryState.WITHHELD
    return after


def store_promise(world: World, person: Person, promise: Promise) -> Promise:
    """Put it in the place of what it was."""
    person.promises = [promise if one.id == promise.id else one for one in person.promises]
    world.bell.ring([f"customer:{person.customer.id}", "desk"])
    return promise


def _latest_handoff(person: Person) -> HandoffId | None:
    last = max(person.handoffs.values(), key=lambda handoff: handoff.requested_at, default=None)
    return last.id if last else None
