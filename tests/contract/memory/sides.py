"""Customers who talk, are linked and parted, and what each of them would have had they been alone all the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from memory.model import (
    Address,
    Author,
    CaseState,
    CloseCase,
    CustomerId,
    EndFact,
    Fact,
    Grounds,
    HandoffReason,
    HandoffState,
    LearnFact,
    Link,
    LinkResult,
    MakePromise,
    Message,
    OpenCase,
    Outcome,
    Proof,
    Record,
    Reply,
    RequestHandoff,
    Thread,
    UndoLink,
)
from tests.contract.memory.talk import ANA, PROOFS, Talk

ADDRESSES: Mapping[str, Sequence[tuple[str, str]]] = {
    "ana": [("web", "v1"), ("rest", "ana-7"), ("web", "v2")],
    "ben": [("telegram", "42")],
    "cem": [("telegram", "43")],
}
"""Ana has logged in, so all of her addresses are hers from the start."""
BY_HAND = Grounds(Proof.OPERATOR, "same person", by="operator")
FORM = "form"
"""A name that any dialogue may have given to a case."""
_REASON = HandoffReason.ASKED_FOR_PERSON


@dataclass(frozen=True)
class Say:
    """A side says something from one of its addresses; `waits`: it is not answered at once."""

    side: str
    address: int = 0
    records: Sequence[Record] = ()
    waits: bool = False
    minutes: int = 1


@dataclass(frozen=True)
class Join:
    """Two sides turn out to be one customer: an operator says so, or the one types the other's code."""

    one: str
    other: str
    by_code: bool = False


@dataclass(frozen=True)
class Part:
    """One of the links that hold is undone, by an operator or in words."""

    which: int
    in_words: bool = False


Step = Say | Join | Part


@dataclass
class Side:
    """What one of them has said, and what came of it."""

    name: str
    said: list[str] = field(default_factory=list)
    told: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # key → value and the words it came from
    ended: set[str] = field(default_factory=set)
    cases: dict[str, tuple[str, bool]] = field(default_factory=dict)  # key → title, whether it is open
    promised: list[str] = field(default_factory=list)
    waits_for_person: bool = False

    def record(self, record: Record, words: str) -> None:
        """The same as memory does, for one who is alone."""
        if isinstance(record, LearnFact):
            self.told.setdefault(record.key, []).append((record.value, words))
            self.ended.discard(record.key)
        elif isinstance(record, EndFact) and record.key in self.told:
            if record.value in {None, self.told[record.key][-1][0]}:
                self.ended.add(record.key)
        elif isinstance(record, OpenCase):
            assert record.key is not None
            self.cases[record.key] = (record.title, True)
        elif isinstance(record, CloseCase) and record.key in self.cases:
            self.cases[record.key] = (self.cases[record.key][0], False)
        elif isinstance(record, MakePromise):
            self.promised.append(record.text)
        elif isinstance(record, RequestHandoff):
            self.waits_for_person = True

    @property
    def known(self) -> Mapping[str, str]:
        """What holds now."""
        return {key: told[-1][0] for key, told in self.told.items() if key not in self.ended}


class Sides:
    """Plays steps, and compares."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.sides = {name: Side(name) for name in ADDRESSES}
        self.ids: dict[CustomerId, str] = {}
        self._planned: dict[str, tuple[str, Sequence[Record]]] = {}
        self._accepted: dict[str, datetime] = {}

    async def begin(self) -> None:
        """Everybody says hello."""
        for name in self.sides:
            await self.say(Say(name, records=[OpenCase("return_item", "", FORM)]))
            self.ids[await self.customer_at(name)] = name

    async def play(self, step: Step) -> None:
        """Let it happen, and see that nobody has lost a word."""
        if isinstance(step, Say):
            await self.say(step)
        elif isinstance(step, Join):
            await self.join(step)
        else:
            await self.part(step)
        await self.check_threads()

    async def say(self, step: Say, **more: object) -> None:
        """A side writes; unless it is to wait, all that waits is answered."""
        self.talk.clock.advance(minutes=step.minutes)
        words = f"{step.side} {len(self._planned)}"
        self._planned[words] = (step.side, [self._own(record, step.side, words) for record in step.records])
        self._accepted[words] = self.talk.clock.now
        place = ADDRESSES[step.side]
        who = {"identity": ANA} if step.side == "ana" else {}
        await self.talk.hear(words, place[step.address % len(place)], **who, **more)
        if not step.waits:
            await self.answer()

    def _own(self, record: Record, side: str, words: str) -> Record:
        """Cases are a side's own, save for the name of the one that each begins with."""
        if isinstance(record, OpenCase | CloseCase):
            key = FORM if record.key == FORM else f"{side}'s {record.key}"
            if isinstance(record, CloseCase):
                return CloseCase(record.topic, record.state, key)
            return OpenCase(record.topic, words, key)
        return MakePromise(words, record.due_at) if isinstance(record, MakePromise) else record

    async def answer(self) -> Thread | None:
        """All that waits is answered in order of arrival; returns what the last turn knew."""
        thread = None
        while True:
            async with self.talk.memory.turns.claim() as turn:
                if turn is None:
                    return thread
                words, thread = turn.inbound.text, turn.thread
                side, records = self._planned[words]
                await turn.commit(Outcome(replies=[Reply(f"re {words}")], records=records))
                self.sides[side].said += [words, f"re {words}"]
                for record in records:
                    self.sides[side].record(record, words)

    async def join(self, step: Join) -> None:
        """Link two sides, unless they are one already; what both knew of facts is known then, the younger first."""
        one, other = await self.customer_at(step.one), await self.customer_at(step.other)
        if one == other:
            return
        apart = [*await self.talk.memory.facts.history(one), *await self.talk.memory.facts.history(other)]
        if step.by_code:
            until = self.talk.clock.now + timedelta(minutes=10)
            code = await self.talk.memory.identities.issue_code(other, until, short=True)
            await self.say(Say(step.one, waits=True), link_code=code)
            assert await self.customer_at(step.one) == await self.customer_at(step.other)
            self._check_united(apart, await self.talk.memory.facts.history(await self.customer_at(step.one)))
            thread = await self.answer()
            assert thread is not None
            assert thread.link is LinkResult.LINKED
            return
        if (await self.talk.memory.identities.customer(one)).subject is not None:
            one, other = other, one
        await self.talk.memory.links.merge(one, into=other, on=BY_HAND)
        self._check_united(apart, await self.talk.memory.facts.history(other))

    @staticmethod
    def _check_united(apart: Sequence[Fact], together: Sequence[Fact]) -> None:
        assert Counter((f.key, f.value, f.said) for f in apart) == Counter((f.key, f.value, f.said) for f in together)
        youngest = {f.key: (f.value, f.at) for f in sorted(apart, key=lambda f: f.at) if f.valid_until is None}
        assert {f.key: (f.value, f.at) for f in together if f.valid_until is None} == youngest

    async def part(self, step: Part) -> None:
        """Undo a link."""
        links = await self.links()
        if not links:
            return
        link = links[step.which % len(links)]
        if not step.in_words:
            await self.talk.memory.links.undo(link.id, why="not mine", by="operator")
            return
        asks = next(name for customer_id, name in self.ids.items() if customer_id == link.absorbed)
        await self.answer()
        await self.say(Say(asks, records=[UndoLink(link.id)]))

    async def links(self) -> Sequence[Link]:
        """Those that hold."""
        owners = {await self.customer_at(name) for name in self.sides}
        found = [link for owner in owners for link in await self.talk.memory.links.of(owner) if link.holds]
        return sorted(found, key=lambda link: link.id)

    async def customer_at(self, side: str) -> CustomerId:
        """Who writes from a side's addresses."""
        who = ANA if side == "ana" else None
        found = [
            await self.talk.memory.identities.customer_for(Address(*place), PROOFS[place[0]], who)
            for place in ADDRESSES[side]
        ]
        (customer_id,) = {customer.id for customer in found if customer is not None}
        return customer_id

    async def threads(self) -> Mapping[CustomerId, frozenset[str]]:
        """Which sides are one customer now."""
        together: dict[CustomerId, set[str]] = {}
        for name in self.sides:
            together.setdefault(await self.customer_at(name), set()).add(name)
        return {customer_id: frozenset(names) for customer_id, names in together.items()}

    async def check_threads(self) -> None:
        """Who is linked is one, and nobody else is; each thread has all that its sides said, and no other word."""
        threads = await self.threads()
        assert set(threads.values()) == self._connected(await self.links())
        for customer_id, names in threads.items():
            messages = await self.talk.said(customer_id)
            assert [message.number for message in messages] == list(range(1, len(messages) + 1))
            assert {message.customer_id for message in messages} <= {customer_id}
            assert (await self.talk.memory.identities.customer(customer_id)).last_number == len(messages)
            self._check_order(messages, names)

    def _connected(self, links: Sequence[Link]) -> set[frozenset[str]]:
        """The sides that links make one."""
        groups = [{name} for name in self.sides]
        for link in links:
            ends = {self.ids[link.absorbed], self.ids[link.into]}
            touched = [group for group in groups if group & ends]
            groups = [group for group in groups if not group & ends] + [set().union(*touched)]
        return {frozenset(group) for group in groups}

    def _check_order(self, messages: Sequence[Message], names: Collection[str]) -> None:
        """All is there once; to each its answer; in the order in which it was accepted."""
        texts = [message.text for message in messages]
        assert len(texts) == sum(len(self.sides[name].said) for name in names)
        for name in names:
            assert [text for text in texts if self._speaker(text) == name] == self.sides[name].said
        asked = [message.text for message in messages if message.author is Author.CUSTOMER]
        assert texts == [text for words in asked for text in (words, f"re {words}")]
        accepted = [self._accepted[words] for words in asked]
        assert accepted == sorted(accepted)

    @staticmethod
    def _speaker(text: str) -> str:
        return text.removeprefix("re ").split()[0]

    async def end(self) -> None:
        """Everybody is parted from everybody, and has what they would have if they had always been alone."""
        await self.answer()
        while await self.links():
            await self.part(Part(0))
        await self.check_threads()
        for name, side in self.sides.items():
            await self._check_facts(side)
            await self._check_cases(side)
            await self._check_promises(side, self._id_of(name))

    def _id_of(self, side: str) -> CustomerId:
        return next(customer_id for customer_id, name in self.ids.items() if name == side)

    async def _check_facts(self, side: Side) -> None:
        customer_id = await self.customer_at(side.name)
        assert customer_id == self._id_of(side.name)
        history = await self.talk.memory.facts.history(customer_id)
        assert {fact.key: fact.value for fact in history if fact.valid_until is None} == side.known
        for key in {*side.told, *(fact.key for fact in history)}:
            told, facts = side.told.get(key, []), [fact for fact in history if fact.key == key]
            assert _changes(fact.value for fact in facts) == _changes(value for value, _ in told)
            assert {(fact.value, fact.said) for fact in facts} <= set(told), "a fact points to who else said it"
            numbers = [fact.number for fact in facts]
            assert all(fact.superseded_by in {None, *numbers} for fact in facts)

    async def _check_cases(self, side: Side) -> None:
        await self.say(Say(side.name, waits=True))
        thread = await self.answer()
        assert thread is not None
        cases = {case.key: (case.title, case.state is not CaseState.SOLVED) for case in thread.cases}
        assert cases == side.cases
        assert thread.links == ()
        assert (thread.handoff is not None) == side.waits_for_person
        if not side.waits_for_person:
            assert CaseState.HANDED_OVER not in {case.state for case in thread.cases}, "handed over, and to nobody"

    async def _check_promises(self, side: Side, customer_id: CustomerId) -> None:
        if not side.waits_for_person:
            await self.say(Say(side.name, records=[RequestHandoff(reason=_REASON)]))
        queue = await self.talk.memory.handoffs.queue([HandoffState.QUEUED])
        (mine,) = (line.handoff for line in queue if line.handoff.customer_id == customer_id)
        brief = (await self.talk.memory.handoffs.view(mine.id)).brief
        assert [promise.text for promise in brief.promises] == side.promised


def _changes(values: object) -> list[str]:
    """The values without repetitions."""
    return [value for value, _ in groupby(values)]  # type: ignore[call-overload]
