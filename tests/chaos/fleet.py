"""The processes of an installation: kills them, and starts them again as a supervisor would."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tests.chaos.books import ARRIVED, ON_THEIR_WAY, Books
from tests.chaos.injector import SIGNAL
from tests.chaos.plan import Plan, Tally
from tests.server import Server

LOOK_AGAIN = 0.05
GLANCE = 0.2
STRIKES_WITHIN = 8.0
"""Seconds after which a process that was told to die at some step, and did not come to it, is killed from outside."""
FROM_OUTSIDE = 0.4
"""The share of kills that come from outside, at any time: while the process starts, works or waits."""
OUTSIDE = "at a random moment"


class Fleet:
    """Processes that share a database."""

    def __init__(self, *, servers: Sequence[Server], books: Books, plan: Plan, tally: Tally) -> None:
        self._servers = servers
        self._books = books
        self._plan = plan
        self._tally = tally
        self._chance = plan.chance("kills")
        self._lives = dict.fromkeys(servers, 0)

    async def begin(self) -> None:
        """Start all at once, as after a power cut, and wait until they answer."""
        for server in self._servers:
            self._start(server)
        await asyncio.gather(*(asyncio.to_thread(server.until_ready) for server in self._servers))

    async def watch(self) -> None:
        """Start again what has died, until cancelled."""
        while True:
            for server in self._servers:
                if (code := server.ended) is not None:
                    await self._bury(server, code)
                    self._start(server)
            await asyncio.sleep(LOOK_AGAIN)

    async def kill(self) -> None:
        """Kill one process after the other, spread over the messages that have arrived, until all kills are made."""
        first, last = self._plan.messages // 50, self._plan.messages * 49 // 50
        for moment in sorted(self._chance.sample(range(first, last), self._plan.kills)):
            while await self._books.number(ARRIVED) < moment:  # noqa: ASYNC110 - of another process
                await asyncio.sleep(GLANCE)
            await self._kill_one()

    async def _kill_one(self) -> None:
        """From outside at any time, or from inside at some step; then wait until it is dead."""
        server = self._chance.choice(self._servers)
        if self._chance.random() < FROM_OUTSIDE:
            await asyncio.sleep(self._chance.uniform(0, 0.2))
        else:
            await asyncio.to_thread(server.until_live)
            if await self._dies_of(SIGNAL, server, STRIKES_WITHIN):
                return
        await self._dies_of(signal.SIGKILL, server, None)

    async def _dies_of(self, number: signal.Signals, server: Server, within: float | None) -> bool:
        """Whether it has died of this signal in so many seconds."""
        life = self._lives[server]
        _signal(server, number)
        try:
            await asyncio.wait_for(_until(lambda: self._lives[server] > life), within)
        except asyncio.TimeoutError:
            return False
        return True

    async def _bury(self, server: Server, code: int) -> None:
        """Note how it died and what it was sending."""
        note = self._note(server)
        how = (note.exists() and note.read_text()) or OUTSIDE
        note.unlink(missing_ok=True)
        self._tally.kills[how] += 1
        if code != -signal.SIGKILL:
            self._tally.faults.append(f"{server.folder.name} ended by itself with {code}: {server.log}")
        rows = await self._books.rows(ON_THEIR_WAY)
        self._tally.half_sent.update((str(customer), int(number)) for customer, number in rows)

    def _start(self, server: Server) -> None:
        self._lives[server] += 1
        server.environ["CHAOS_SEED"] = f"{self._plan.seed} {server.folder.name} {self._lives[server]}"
        server.environ["CHAOS_NOTE"] = str(self._note(server))
        server.environ["CHAOS_DIALOGUE"] = self._plan.dialogue
        server.start(wait=False)

    @staticmethod
    def _note(server: Server) -> Path:
        return server.folder / "died"

    def stop(self) -> None:
        """End all in good order; one that does not end well is a fault."""
        for server in self._servers:
            try:
                server.stop(signal.SIGTERM)
            except AssertionError as exc:
                self._tally.faults.append(str(exc))

    def abandon(self) -> None:
        """End whatever still runs."""
        for server in self._servers:
            server.kill()


def _signal(server: Server, number: signal.Signals) -> None:
    if server.ended is None:
        with suppress(ProcessLookupError):
            os.kill(server.pid, number)


async def _until(is_true: Callable[[], bool]) -> None:
    """Processes tell nobody when they die, so they are looked at."""
    while not is_true():  # noqa: ASYNC110
        await asyncio.sleep(LOOK_AGAIN)
