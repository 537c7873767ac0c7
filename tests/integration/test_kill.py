"""Power cuts in the middle of everything: what was accepted is answered exactly once. One process over SQLite."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx

from bot.bootstrap.given import utc_now
from memory.model import Identity
from tests.callers import Caller
from tests.power import Power, seen
from tests.remembering import open_memory
from tests.server import Server

ANA = Identity("c-101", "Ana Novak", "ana.novak@example.com")
SMALL_TALK = ("hello", "do you ship to Ireland?", "thanks", "how long do I have to return something?")
OTHERS = 4
REGISTERED = "SELECT 1 FROM returns WHERE sku = 'ridge-2-tent' AND order_number = '1031'"


class Chatter:
    """Other customers who write all the time."""

    def __init__(self, client: httpx.AsyncClient, power: Power) -> None:
        self.callers = [Caller(client, power=power.on) for _ in range(OTHERS)]
        self._answered = asyncio.Condition()
        self._answers = 0

    async def goes_on(self, done: asyncio.Event) -> None:
        """Until `done`."""
        await asyncio.gather(*(self._chat(caller, done) for caller in self.callers))

    async def hears(self, answers: int) -> None:
        """Return when so many more messages have been answered."""
        async with self._answered:
            wanted = self._answers + answers
            await self._answered.wait_for(lambda: self._answers >= wanted)

    async def _chat(self, caller: Caller, done: asyncio.Event) -> None:
        while not done.is_set():
            for text in SMALL_TALK:
                assert await caller.says(text), f"{text!r} got no answer"
                async with self._answered:
                    self._answers += 1
                    self._answered.notify_all()


async def test_a_return_is_made_once_and_nothing_is_asked_twice_through_five_power_cuts(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
            power, done = Power(server), asyncio.Event()
            others = Chatter(client, power)
            ana = Caller(client, identity=ANA, power=power.on)
            chatting = asyncio.create_task(others.goes_on(done))

            assert await ana.says("hello")
            assert "which item" in (await ana.says("I'd like to send something back")).lower()
            reason, _ = await asyncio.gather(ana.says("the tent"), power.is_cut_twice(others.hears(1)))
            assert "reason" in reason.lower()
            resolution = await ana.says("too small")
            assert "refund or an exchange" in resolution.lower()
            summary, _ = await asyncio.gather(ana.says("refund"), power.is_cut(others.hears(2)))
            assert "Ridge 2 Tent" in summary
            registered = seen(REGISTERED, tmp_path / "shop.sqlite")  # at the shop, but not yet in the bot's memory
            label, _ = await asyncio.gather(ana.says("yes please"), power.is_cut_twice(registered))
            assert "R-" in label
            assert "1042" in await ana.says("where is my order?")

            done.set()
            await chatting
            for caller in (ana, *others.callers):
                await caller.repeats_everything()
    assert power.cuts == 5
    assert ana.cut_off + sum(caller.cut_off for caller in others.callers) >= power.cuts

    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as shop:
        made = shop.execute("SELECT order_number, sku, reason, resolution FROM returns WHERE order_number = '1031'")
        assert made.fetchall() == [("1031", "ridge-2-tent", "too_small", "refund")]
    async with open_memory(f"sqlite:///{tmp_path / 'memory.sqlite'}", clock=utc_now) as memory:
        for caller in (ana, *others.callers):
            await caller.is_in_the_transcript_once(memory.identities, memory.transcript)
    heard = [text for exchange in ana.exchanges for text in exchange.texts[1:]]
    assert len(set(heard)) == len(heard), f"Ana was told or asked something twice: {heard}"
    printed = server.log.read_text()
    assert "warning" not in printed.lower()
    assert "Traceback" not in printed
