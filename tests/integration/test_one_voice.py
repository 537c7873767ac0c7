"""The bot is silent from the moment a person has a conversation: a thousand races, injected where it could slip.

A slip is a reply of the bot's that comes to be seen after the agent was told that the conversation is theirs: it
appears in the transcript (the website shows that), or its sending begins.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path

import pytest

from bot.channels.port import Check, unchecked
from bot.desk.hush import Hush
from bot.metrics import Metrics
from bot.outbox import Dispatcher
from memory.errors import OwnerChanged
from memory.fakes import FakeMemory
from memory.model import (
    Address,
    Agent,
    AgentId,
    Author,
    Cursor,
    CustomerId,
    Delivery,
    DeliveryState,
    HandoffReason,
    HandoffState,
    Inbound,
    Outcome,
    Proof,
    Reply,
    RequestHandoff,
    Role,
)
from memory.sql import SqlMemory
from tests.conftest import HandClock
from tests.remembering import fake_memory, open_memory
from tests.sqlite import new_sqlite

RACES = 100
"""In each of five places, on each of two databases and their twin: 1,000 on databases, 500 more on the twin."""
MARA = AgentId("mara")
PLACES = ("while it composes", "while it commits", "before the claim", "while it is claimed", "before it is sent")


class Phone:
    """A channel that waits its turn before it sends, as Telegram's does; in the wait a test may let things happen."""

    name = "telegram"

    def __init__(self, race: Race) -> None:
        self._race = race
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def send(self, delivery: Delivery, check: Check = unchecked) -> None:
        if self.meanwhile is not None:
            await self.meanwhile()
        await check()
        if delivery.message.author is Author.BOT and self._race.is_to_be_silent:
            self._race.slips.append(f"sent: {delivery.message.text}")


class Race:
    """One customer, whom Mara takes at the very moment at which the bot answers."""

    def __init__(self, memory: SqlMemory | FakeMemory, clock: HandClock, number: int) -> None:
        self.memory = memory
        self.slips: list[str] = []
        self.is_maras = False
        self._at = Address("telegram" if number % 2 else "web", f"{number}")
        self._number = number
        self._ids = count(1)
        self._seen: set[Cursor] = set()
        self._moved = asyncio.Event()
        self._accepting: asyncio.Task[None] | None = None
        self.phone = Phone(self)
        self.dispatcher = Dispatcher(
            outbox=memory.outbox,
            senders={"telegram": self.phone},
            doorbell=memory.doorbell,
            metrics=Metrics(),
            clock=clock,
        )

    @property
    def is_to_be_silent(self) -> bool:
        """Mara was told that it is hers, or has it and the bot could have known when it looked."""
        return self.is_maras or (self._accepting is not None and self._moved.is_set())

    async def run(self, place: str) -> None:
        """They wait for a person, write once more, and Mara comes at that place of the bot's answer."""
        await self._ask_for_person()
        await self._hear("and what does it cost?")
        await self._answer(place)
        if place == "before the claim":
            await self._accept()
        if place == "before it is sent":
            self.phone.meanwhile = self._is_accepted_meanwhile
        sending = self.dispatcher.send_due()
        await (asyncio.gather(sending, self._accept()) if place == "while it is claimed" else sending)
        await self.dispatcher.drain()
        if self._accepting is not None:
            await self._accepting
        if not self.is_maras:  # on the website nothing is sent
            await self._accept()
        while await self.dispatcher.send_due():
            await self.dispatcher.drain()
        await self._look_for_slips()

    async def _ask_for_person(self) -> None:
        self.customer = await self._hear("a person please")
        asked = Outcome((Reply("of course"),), records=(RequestHandoff(HandoffReason.ASKED_FOR_PERSON),))
        async with self.memory.turns.claim() as turn:
            assert turn is not None
            await turn.commit(asked)
        while await self.dispatcher.send_due():
            await self.dispatcher.drain()
        lines = await self.memory.handoffs.queue([HandoffState.QUEUED])
        (self.handoff,) = [line.handoff.id for line in lines if line.handoff.customer_id == self.customer]

    async def _hear(self, text: str) -> CustomerId:
        proof = Proof.PLATFORM if self._at.channel == "telegram" else Proof.NONE
        accepted = await self.memory.inbox.accept(Inbound(self._at, f"{self._number}-{next(self._ids)}", text, proof))
        return accepted.customer_id

    async def _answer(self, place: str) -> None:
        """Take the turn; as in the runner, one that was overtaken is taken again, and then silent."""
        try:
            async with self.memory.turns.claim() as turn:
                assert turn is not None
                if place == "while it composes":
                    await self._accept()
                commit = turn.commit(Outcome((Reply("12 pounds"), Reply("anything else?"))))
                if place == "while it commits":
                    done, _ = await asyncio.gather(commit, self._accept(), return_exceptions=True)
                    if isinstance(done, BaseException):
                        raise done
                else:
                    await commit
        except OwnerChanged:
            async with self.memory.turns.claim() as again:
                assert again is not None
                assert again.thread.handoff is not None
                assert again.thread.handoff.state.owned_by_person
                await again.commit(Outcome())

    async def _accept(self) -> None:
        """As the desk does it, and what the bot had said when Mara was told that it is hers."""
        await self.memory.handoffs.move(self.handoff, HandoffState.ACCEPTED, MARA)
        self._moved.set()
        hush = Hush(transcript=self.memory.transcript, doorbell=self.memory.doorbell)
        assert await hush.falls(self.customer)
        self.is_maras = True
        self._seen = await self._bots_words()

    async def _is_accepted_meanwhile(self) -> None:
        """Mara has taken it, and is told so when what is on its way is settled."""
        if self._accepting is None:
            self._accepting = asyncio.create_task(self._accept())
        await self._moved.wait()

    async def _bots_words(self) -> set[Cursor]:
        said = await self.memory.transcript.after(self.customer, Cursor(0), 100)
        return {message.number for message in said if message.author is Author.BOT}

    async def _look_for_slips(self) -> None:
        self.slips += [f"appeared: message {number}" for number in await self._bots_words() - self._seen]
        said = await self.memory.transcript.after(self.customer, Cursor(0), 100)
        lost = {DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN}
        assert not [message for message in said if message.delivery in lost], "something hangs"


@pytest.fixture(params=["fakes", "sqlite", "postgres"])
async def memory(
    request: pytest.FixtureRequest, clock: HandClock, tmp_path: Path
) -> AsyncIterator[SqlMemory | FakeMemory]:
    """A memory in which Mara works."""
    if request.param == "fakes":
        fake = fake_memory(clock=clock)
        await fake.agents.add(Agent(MARA, "mara@example.com", "Mara", Role.AGENT), "hash")
        yield fake
        return
    sqlite = request.param == "sqlite"
    url = new_sqlite(tmp_path / "memory.db") if sqlite else request.getfixturevalue("postgres_url")
    async with open_memory(url, clock=clock) as opened:
        await opened.agents.add(Agent(MARA, "mara@example.com", "Mara", Role.AGENT), "hash")
        yield opened


@pytest.mark.parametrize("place", PLACES)
async def test_the_bot_never_speaks_once_a_person_has_the_conversation(
    memory: SqlMemory | FakeMemory, clock: HandClock, place: str
) -> None:
    slips: list[str] = []
    for number in range(RACES):
        race = Race(memory, clock, number)
        await race.run(place)
        slips += race.slips
    assert slips == []


async def test_without_the_look_at_the_last_moment_the_bot_would_slip(clock: HandClock) -> None:
    memory = fake_memory(clock=clock)
    await memory.agents.add(Agent(MARA, "mara@example.com", "Mara", Role.AGENT), "hash")
    race = Race(memory, clock, 1)
    send = race.phone.send
    race.phone.send = lambda delivery, check=unchecked: send(delivery)  # type: ignore[method-assign]
    await race.run("before it is sent")
    assert race.slips == ["sent: 12 pounds"]
