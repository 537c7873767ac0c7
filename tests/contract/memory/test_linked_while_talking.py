"""Customers are linked while they talk, on several channels at once: nothing is lost, and nothing said twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from memory.model import Address, Author, CustomerId, LearnFact, LinkResult, Message, Outcome, Proof, Reply
from tests.contract.memory.talk import ANA, Talk

WEB, PAGE, CHAT, OTHER_CHAT = ("web", "v1"), ("rest", "ana-7"), ("telegram", "42"), ("telegram", "43")
HERS, THEIRS = (WEB, PAGE), (CHAT, OTHER_CHAT)
TASKS = 50
WORKERS = 4
PLACES = (*HERS, *THEIRS)


class Crowd:
    """Fifty tasks that each write one message, in step at the moment when one of them brings a code."""

    def __init__(self, talk: Talk, codes: dict[tuple[str, str], str]) -> None:
        self.talk = talk
        self._codes = codes
        self.begun = {at: asyncio.Event() for at in PLACES}
        self._to_come = TASKS
        self.written = asyncio.Event()
        self.answered = 0
        self.links: list[LinkResult] = []
        self._before: dict[tuple[str, str], asyncio.Event] = {}

    async def write(self, number: int) -> None:
        """The message of one task. At one address each waits for the one before it, as a person's phone does."""
        at, turn = PLACES[number % len(PLACES)], asyncio.Event()
        before, self._before[at] = self._before.get(at), turn
        if before is not None:
            await before.wait()
        more = {"link_code": self._codes[at]} if at in self._codes and number // len(PLACES) == 5 else {}
        if more:  # in the middle: everybody is talking
            await asyncio.gather(*(begun.wait() for begun in self.begun.values()))
        who = {"identity": ANA} if at in HERS else {}
        await self.talk.hear(f"{at[1]} {number // len(PLACES)}", at, provider_id=f"n{number}", **who, **more)
        self.begun[at].set()
        turn.set()
        self._to_come -= 1
        if not self._to_come:
            self.written.set()

    async def work(self) -> None:
        """Answer what waits until all has been written and answered."""
        with self.talk.memory.doorbell.listen("inbox") as ring:
            while self.answered < TASKS:
                async with self.talk.memory.turns.claim() as turn:
                    if turn is not None:
                        await asyncio.sleep(0)
                        words, place = turn.inbound.text, turn.inbound.address.id
                        records = [LearnFact(f"said_at:{place}", words)]
                        await turn.commit(Outcome(replies=[Reply(f"re {words}")], records=records))
                        self.answered += 1
                        if turn.thread.link is not None:
                            self.links.append(turn.thread.link)
                        continue
                await ring.wait(0.05)

    async def talk_at_once(self) -> None:
        """Everybody writes, and all is answered."""
        everybody = [*map(self.write, range(TASKS)), *(self.work() for _ in range(WORKERS))]
        await asyncio.wait_for(asyncio.gather(*everybody), timeout=90)


async def code_for(talk: Talk, customer_id: CustomerId) -> str:
    """A code that can be typed."""
    return await talk.memory.identities.issue_code(customer_id, talk.clock.now + timedelta(minutes=10), short=True)


async def owner_of(talk: Talk, at: tuple[str, str]) -> CustomerId:
    """Whom an address leads to."""
    found = await talk.memory.identities.customer_for(Address(*at), Proof.PLATFORM)
    assert found is not None
    return found.id


def check_thread(messages: Sequence[Message], places: Sequence[tuple[str, str]]) -> None:
    """All that was said at these addresses, once, each with its answer, and at each in the order of writing."""
    first = messages[0].number
    assert [message.number for message in messages] == list(range(first, first + len(messages)))
    asked = [message.text for message in messages if message.author is Author.CUSTOMER]
    assert [message.text for message in messages] == [text for words in asked for text in (words, f"re {words}")]
    written = {at: len(range(PLACES.index(at), TASKS, len(PLACES))) for at in places}
    assert len(asked) == sum(written.values())
    for (_, name), count in written.items():
        assert [text for text in asked if text.split()[0] == name] == [f"{name} {n}" for n in range(count)]


async def test_two_chats_that_are_linked_to_a_customer_while_all_are_talking_lose_nothing(talk: Talk) -> None:
    ana = (await talk.hear("hello", WEB, identity=ANA)).customer_id
    await talk.answer()
    crowd = Crowd(talk, {at: await code_for(talk, ana) for at in THEIRS})
    await crowd.talk_at_once()

    assert crowd.links == [LinkResult.LINKED, LinkResult.LINKED]
    assert {await owner_of(talk, at) for at in THEIRS} == {ana}
    check_thread((await talk.said(ana))[1:], PLACES)
    assert {f.key for f in await talk.memory.facts.history(ana)} == {f"said_at:{name}" for _, name in PLACES}
    async with talk.memory.turns.claim() as turn:
        assert turn is None, "answered once, and not again"


async def test_undone_while_all_are_talking_each_has_what_was_said_at_its_addresses(talk: Talk) -> None:
    ana = (await talk.hear("hello", WEB, identity=ANA)).customer_id
    await talk.answer()
    crowd = Crowd(talk, {CHAT: await code_for(talk, ana)})

    async def undo() -> None:
        """As soon as there is something to be undone."""
        with talk.memory.doorbell.listen(f"customer:{ana}") as ring:
            while not (links := await talk.memory.links.of(ana)):
                await ring.wait(0.05)
        await talk.memory.links.undo(links[0].id, why="not mine", by="operator")

    await asyncio.gather(crowd.talk_at_once(), undo())
    chat, other = await owner_of(talk, CHAT), await owner_of(talk, OTHER_CHAT)
    assert len({ana, chat, other}) == 3
    check_thread((await talk.said(ana))[1:], HERS)
    check_thread(await talk.said(chat), [CHAT])
    check_thread(await talk.said(other), [OTHER_CHAT])
    assert {f.key for f in await talk.memory.facts.history(chat)} == {f"said_at:{CHAT[1]}"}
    assert {f.key for f in await talk.memory.facts.history(ana)} == {f"said_at:{name}" for _, name in HERS}
