"""Visitors of a website for some minutes: `uv run python -m benchmarks.visitors`.

All of them have the chat open, as the widget has it: a stream of events each. Messages come at a steady rate, whether
or not the server keeps up, and each counts from the moment it was due. In the end every message must have come back in
its visitor's stream once, in order and answered. Writes docs/visitors-load.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import yaml

from benchmarks.report import machine
from benchmarks.served import Served, connected, serving
from bot.settings import PROJECT

PAGE: Final = PROJECT / "docs" / "visitors-load.md"
QUESTIONS: Final = PROJECT / "nlu_data" / "faq"
MOST_P99_MS: Final = 1_000.0
MOST_GROWTH: Final = 0.05
"""By how much of itself the memory may have grown from the second fifth of the time to the last."""
LEFT_OVER: Final = 60.0
"""Seconds for what is still on its way when the last message was due."""
_NEVER: Final = aiohttp.ClientTimeout(total=None)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many visitors, how many messages a second of all of them, for how many seconds; by how many workers they
    are answered beside a gateway, or 0 for one process that does everything.
    """

    visitors: int
    rate: float
    seconds: float
    workers: int = 0

    @property
    def messages(self) -> int:
        """How many there are altogether."""
        return round(self.rate * self.seconds)


@dataclass(slots=True)
class Tally:
    """What was measured; times in milliseconds, each from when its message was due."""

    received: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    """MB, taken at equal distances."""
    reconnects: int = 0
    broken: list[str] = field(default_factory=list)


class Visitor:
    """A browser with the chat open."""

    def __init__(self, http: aiohttp.ClientSession, number: int, tally: Tally, questions: Sequence[str]) -> None:
        self._http = http
        self._tally = tally
        self._questions = random.Random(number).sample(questions, len(questions))
        self._headers: dict[str, str] = {}
        self._due: dict[str, float] = {}
        self._unanswered: list[str] = []
        self._last = 0
        self.name = f"visitor-{number}"
        self.sent: list[str] = []
        self.seen: list[str] = []
        self.content = asyncio.Event()
        """Set while all that was sent has come back and was answered."""

    async def arrive(self) -> None:
        """Get a token."""
        async with self._http.post("/api/visitor", json={}) as answer:
            answer.raise_for_status()
            self._headers["Authorization"] = f"Bearer {(await answer.json())['token']}"

    async def listen(self) -> None:
        """Follow the conversation for good, and come back after the last message seen when the line ends."""
        while True:
            with suppress(aiohttp.ClientError):
                await self._follow()
            self._tally.reconnects += 1

    async def _follow(self) -> None:
        address = f"/api/visitor/events?after={self._last}"
        async with self._http.get(address, headers=self._headers, timeout=_NEVER) as stream:
            stream.raise_for_status()
            event = b""
            async for line in stream.content:
                if line.startswith(b"event: "):
                    event = line[7:].strip()
                elif line.startswith(b"data: ") and event == b"message":
                    self._take(json.loads(line[6:]))

    def _take(self, message: Mapping[str, Any]) -> None:
        if message["number"] <= self._last:
            self._tally.broken.append(f"{self.name} got message {message['number']} after {self._last}")
        self._last = message["number"]
        if message["author"] == "customer":
            self.seen.append(message["client_id"])
            self._unanswered.append(message["client_id"])
        elif self._unanswered:
            now = time.perf_counter()
            self._tally.answered += [(now - self._due.pop(each)) * 1000 for each in self._unanswered]
            self._unanswered.clear()
            if not self._due:
                self.content.set()

    async def say(self, due: float) -> None:
        """Send the next message; again under the same id while the connection fails, as the widget does."""
        client_id = f"m-{len(self.sent)}"
        text = self._questions[len(self.sent) % len(self._questions)]
        self.sent.append(client_id)
        self._due[client_id] = due
        self.content.clear()
        body = {"client_id": client_id, "text": text}
        while True:
            try:
                async with self._http.post("/api/visitor/messages", json=body, headers=self._headers) as answer:
                    answer.raise_for_status()
                    self._tally.received.append((time.perf_counter() - due) * 1000)
                    return
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                continue

    def faults(self) -> list[str]:
        """What is missing, doubled or out of order."""
        found = [] if self.seen == self.sent else [f"{self.name} sent {self.sent} and saw {self.seen}"]
        return found + [f"{self.name} was never answered to {each}" for each in self._due]


async def measured(folder: Path, plan: Plan) -> tuple[Tally, list[str]]:
    """The tally, and what was lost, doubled, out of order or not answered."""
    tally = Tally()
    async with serving(folder, workers=plan.workers) as server, connected(server.base) as http:
        asked = questions()
        visitors = [Visitor(http, number, tally, asked) for number in range(plan.visitors)]
        await asyncio.gather(*(each.arrive() for each in visitors))
        lines = [asyncio.create_task(each.listen()) for each in visitors]
        watch = asyncio.create_task(_watch(server, plan, tally))
        await _talk(visitors, plan)
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.gather(*(each.content.wait() for each in visitors)), LEFT_OVER)
        for task in (watch, *lines):
            task.cancel()
        await asyncio.gather(watch, *lines, return_exceptions=True)
        return tally, tally.broken + [fault for each in visitors for fault in each.faults()]


async def _talk(visitors: Sequence[Visitor], plan: Plan) -> None:
    """Have each message sent when it is due, by one visitor after the other; nobody waits for answers."""
    begun, sending = time.perf_counter(), []
    for count in range(plan.messages):
        due = begun + count / plan.rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        sending.append(asyncio.create_task(visitors[count % len(visitors)].say(due)))
    await asyncio.gather(*sending)


async def _watch(server: Served, plan: Plan, tally: Tally) -> None:
    while True:
        tally.memory.append(await asyncio.to_thread(server.memory_mb))
        await asyncio.sleep(plan.seconds / 50)


def questions() -> Sequence[str]:
    """One for each entry of the FAQ, so that nobody asks the same twice within a run of some minutes."""
    files = sorted(QUESTIONS.glob("*.yml"))
    return [entry["question"] for file in files for entry in yaml.safe_load(file.read_text("utf-8"))["faq"]]


def growth(memory: Sequence[float]) -> float:
    """By how much of itself it grew from the second fifth of the time, when all is warm, to the last."""
    fifth = max(1, len(memory) // 5)
    warm, late = statistics.median(memory[fifth : 2 * fifth] or memory), statistics.median(memory[-fifth:])
    return late / warm - 1


def missed(tally: Tally, faults: Sequence[str]) -> list[str]:
    """Which bars were not met."""
    return [
        *faults[:20],
        *([f"p99 is {_part(tally.answered, 99):.0f} ms"] if _part(tally.answered, 99) >= MOST_P99_MS else []),
        *([f"memory grew by {growth(tally.memory):.1%}"] if growth(tally.memory) > MOST_GROWTH else []),
    ]


def _part(times: Sequence[float], percent: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else float("inf")


def _processes(plan: Plan) -> str:
    return f"PostgreSQL, a gateway and {plan.workers} workers" if plan.workers else "SQLite, one process"


def report(plan: Plan, tally: Tally, faults: Sequence[str]) -> str:
    """The page."""
    there = machine()
    rows = "\n".join(
        f"| {what} | {' | '.join(f'{_part(times, part):,.0f}' for part in (50, 95, 99, 100))} |"
        for what, times in (("received", tally.received), ("answered in its stream", tally.answered))
    )
    not_met = "\n".join(f"- {bar}" for bar in missed(tally, faults)) or (
        "Nothing was lost, doubled or out of order, p99 stayed under a second and the memory flat."
    )
    return f"""# Visitors of a website

{plan.visitors:,} visitors with the chat open, {plan.rate:g} messages a second for {plan.seconds:g} seconds.
Written by `uv run python -m benchmarks.visitors`; run it yourself, the figures depend on the machine.

Measured on {there["measured_on"]}: {there["processor"]}, {there["cores"]} cores for the server and the visitors
together; {_processes(plan)}.

| milliseconds from when a message was due until it was | p50 | p95 | p99 | most |
|---|---:|---:|---:|---:|
{rows}

| | |
|---|---:|
| messages sent and answered | {len(tally.received):,} / {len(tally.answered):,} |
| lines that ended and were taken up again | {tally.reconnects:,} |
| server's memory at the beginning / at the end | {tally.memory[0]:,.0f} / {tally.memory[-1]:,.0f} MB |
| growth from the second fifth of the time to the last | {growth(tally.memory):.1%} |

{not_met}

## How it is measured

Messages are due at a steady rate and are sent then, whether or not the server keeps up: who is late counts as late.
Each is a question of the FAQ that its visitor has not asked yet. Answers come by Server-Sent Events, as the widget has
them; in the end each visitor's stream is held against what they sent.
"""


async def main() -> None:
    """Run it, check it, write the page."""
    parser = argparse.ArgumentParser(prog="benchmarks.visitors", description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, default=500)
    parser.add_argument("--rate", type=float, default=50.0, help="messages a second, of all visitors together")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--workers", type=int, default=2, help="beside a gateway, over PostgreSQL; 0: one process")
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    plan = Plan(given.visitors, given.rate, given.seconds, given.workers)
    with tempfile.TemporaryDirectory() as folder:
        tally, faults = await measured(Path(folder), plan)
    page = report(plan, tally, faults)
    given.page.write_text(page, "utf-8")
    print(page)
    if missed(tally, faults):
        raise SystemExit(1)


if __name__ == "__main__":
    asyncio.run(main())
