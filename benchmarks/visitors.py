"""Visitors of a website for some minutes: `uv run python -m benchmarks.visitors`.

All of them have the chat open, as the widget has it: a stream of events each. Messages come at a steady rate, whether
or not the server keeps up, and each counts from the moment it was due. In the end every message must have come back in
its visitor's stream once, in order and answered. By one server over SQLite, then by workers over PostgreSQL: some 13
minutes. A full run writes docs/visitors-load.md; for a short one: `--workers 0 --visitors 50 --rate 10 --seconds 30`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import aiohttp
import yaml

from benchmarks.served import Served, connected, serving
from benchmarks.visitors_page import Plan, Run, Tally, missed, report
from bot.settings import PROJECT

PAGE: Final = PROJECT / "docs" / "visitors-load.md"
QUESTIONS: Final = PROJECT / "nlu_data" / "faq"
FULL: Final = Plan(visitors=500, rate=50, seconds=300)
SAMPLES: Final = 50
"""How often the memory is looked at."""
LEFT_OVER: Final = 60.0
"""Seconds for what is still on its way when the last message was due."""
_NEVER: Final = aiohttp.ClientTimeout(total=None)


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
        self.sent: list[str] = []
        self.seen: list[str] = []
        self.open = asyncio.Event()
        """Set from when the chat is open for the first time."""
        self.content = asyncio.Event()
        self.content.set()
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
            self.open.set()
            event = b""
            async for line in stream.content:
                if line.startswith(b"event: "):
                    event = line[7:].strip()
                elif line.startswith(b"data: ") and event == b"message":
                    self._take(json.loads(line[6:]))

    def _take(self, message: Mapping[str, Any]) -> None:
        if message["number"] <= self._last:
            self._tally.doubled += 1
            return
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

    def count(self) -> None:
        """Add to the tally what is missing, doubled or out of order."""
        came = dict.fromkeys(self.seen)
        self._tally.lost += len((set(self.sent) - set(came)) | set(self._due))
        self._tally.doubled += len(self.seen) - len(came)
        self._tally.disordered += list(came) != [each for each in self.sent if each in came]


async def measured(folder: Path, plan: Plan) -> Tally:
    """Have the visitors come, talk and be answered."""
    tally = Tally()
    async with serving(folder, workers=plan.workers) as server, connected(server.base) as http:
        asked = questions()
        visitors = [Visitor(http, number, tally, asked) for number in range(plan.visitors)]
        await asyncio.gather(*(each.arrive() for each in visitors))
        begun = time.perf_counter()
        lines = [asyncio.create_task(each.listen()) for each in visitors]
        await asyncio.gather(*(each.open.wait() for each in visitors))
        tally.opened = time.perf_counter() - begun
        watch = asyncio.create_task(_watch(server, plan, tally))
        await _talk_until_answered(server, visitors, plan, tally)
        for task in (watch, *lines):
            task.cancel()
        await asyncio.gather(watch, *lines, return_exceptions=True)
    for each in visitors:
        each.count()
    return tally


async def _talk_until_answered(server: Served, visitors: Sequence[Visitor], plan: Plan, tally: Tally) -> None:
    cpu, here, begun = server.cpu_seconds(), time.process_time(), time.perf_counter()
    await _talk(visitors, plan)
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.gather(*(each.content.wait() for each in visitors)), LEFT_OVER)
    tally.took = time.perf_counter() - begun
    tally.cpu, tally.cpu_here = server.cpu_seconds() - cpu, time.process_time() - here


async def _talk(visitors: Sequence[Visitor], plan: Plan) -> None:
    """Have each message sent when it is due, by one visitor after the other; nobody waits for answers."""
    begun, sending = time.perf_counter(), []
    for count in range(plan.messages):
        due = begun + count / plan.rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        sending.append(asyncio.create_task(visitors[count % len(visitors)].say(due)))
    await asyncio.gather(*sending)


async def _watch(server: Served, plan: Plan, tally: Tally) -> None:
    """Look at the memory from time to time, and say how it goes."""
    begun = time.perf_counter()
    for count in range(SAMPLES + 1):
        await asyncio.sleep(max(0.0, begun + count * plan.seconds / SAMPLES - time.perf_counter()))
        tally.memory.append(await asyncio.to_thread(server.memory_mb))
        if count % (SAMPLES // 5) == 0:
            print(
                f"{plan.set_up}, {time.perf_counter() - begun:4.0f} s: {len(tally.received):,} received, "
                f"{len(tally.answered):,} answered, p99 {tally.at(99):,.0f} ms, {tally.memory[-1]:,.0f} MB",
                flush=True,
            )


def questions() -> Sequence[str]:
    """One for each entry of the FAQ, so that nobody asks the same twice within a run of some minutes."""
    files = sorted(QUESTIONS.glob("*.yml"))
    return [entry["question"] for file in files for entry in yaml.safe_load(file.read_text("utf-8"))["faq"]]


async def main() -> None:
    """Run it, check it, write the page."""
    parser = argparse.ArgumentParser(prog="benchmarks.visitors", description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, default=FULL.visitors)
    parser.add_argument("--rate", type=float, default=FULL.rate, help="messages a second, of all visitors together")
    parser.add_argument("--seconds", type=float, default=FULL.seconds)
    parser.add_argument(
        "--workers", type=int, nargs="+", default=[0, 2], help="beside a gateway, over PostgreSQL; 0: one server"
    )
    parser.add_argument("--page", type=Path, help="where to write it; a full run writes docs/visitors-load.md")
    given = parser.parse_args()
    runs: list[Run] = []
    for workers in given.workers:
        plan = Plan(given.visitors, given.rate, given.seconds, workers)
        with tempfile.TemporaryDirectory() as folder:
            runs.append((plan, await measured(Path(folder), plan)))
    page = report(runs)
    print(page)
    is_full = replace(runs[0][0], workers=0) == FULL
    if where := given.page or (PAGE if is_full else None):
        where.write_text(page, "utf-8")
    if all(missed(tally) for _, tally in runs):
        raise SystemExit(1)


if __name__ == "__main__":
    asyncio.run(main())
