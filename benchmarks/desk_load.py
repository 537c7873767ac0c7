"""A day at the desk in minutes: `uv run python -m benchmarks.desk_load`.

Agents with live pages take conversations from the queue, two often the same, and answer every message; customers write
without waiting for them. In the end every message and every reply must be there once and in order, at the desk and with
the customer. Writes docs/desk-load.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import aiohttp

from benchmarks.report import machine
from benchmarks.served import connected, database_url, serving
from bot.bootstrap.given import utc_now
from bot.bootstrap.ways import WAYS
from bot.desk.passwords import Passwords, add_agent, make_agent
from bot.settings import PROJECT
from memory.sql import open_memory

PAGE: Final = PROJECT / "docs" / "desk-load.md"
PASSWORD: Final = "for this measurement only"
CAPACITY: Final = 10
"""Conversations that an agent takes on at once."""
REACTION: Final = 1.0
"""Seconds in which an agent reaches for a conversation, on average."""
LAST: Final = "that is all, thank you"
CALL: Final = "I want to talk to a person"
WITHIN: Final = 600.0


@dataclass(slots=True)
class Tally:
    """What has happened so far."""

    sent_at: dict[str, float] = field(default_factory=dict)
    seen_after: list[float] = field(default_factory=list)
    accepted: int = 0
    too_late: int = 0
    asked_again: int = 0
    most_open: int = 0
    resolved: list[str] = field(default_factory=list)
    """The handoffs that agents have ended."""
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many of everybody, how many messages each customer writes to their agent, and the seconds in which they all
    come; between two messages a customer takes up to twice `pause` seconds.
    """

    agents: int
    handoffs: int
    messages: int
    seconds: float
    pause: float


class Customer:
    """Writes to a person over REST, and keeps what they are told."""

    def __init__(self, http: aiohttp.ClientSession, number: int, plan: Plan, tally: Tally) -> None:
        self._http = http
        self._tally = tally
        self._plan = plan
        self._random = random.Random(number)
        self.sender = f"customer-{number}"
        self.said = [f"message {count} of {self.sender}" for count in range(plan.messages)] + [f"{LAST} {self.sender}"]
        self.heard: list[str] = []
        self.done = asyncio.Event()

    async def live(self) -> None:
        """Call a person, write on, and in the end fetch what was said last."""
        await asyncio.sleep(self._random.uniform(0, self._plan.seconds))
        await self._say(CALL, "call")
        for count, text in enumerate(self.said):
            await asyncio.sleep(self._random.uniform(0, 2 * self._plan.pause))
            await self._say(text, f"m-{count}")
        await self.done.wait()
        await self._say("thanks, bye", "bye")

    async def _say(self, text: str, key: str) -> None:
        self._tally.sent_at[text] = time.perf_counter()
        body = {"sender": self.sender, "message": text, "message_id": key}
        self.heard += [reply["text"] for reply in await self._until_answered(body)]

    async def _until_answered(self, body: dict[str, str]) -> list[dict[str, str]]:
        """Send it again under the same id when the connection ends, which may be just when it is used, and when there
        is no answer yet.
        """
        while True:
            try:
                async with self._http.post("/webhooks/rest/webhook", json=body) as answer:
                    if answer.status == HTTPStatus.GATEWAY_TIMEOUT:
                        self._tally.asked_again += 1
                        continue
                    answer.raise_for_status()
                    replies: list[dict[str, str]] = await answer.json()
                    return replies
            except aiohttp.ClientConnectionError:
                continue


class Agent:
    """A page that is open at the desk, with somebody quick in front of it."""

    def __init__(self, http: aiohttp.ClientSession, tally: Tally, customers: dict[str, Customer]) -> None:
        self._http = http
        self._tally = tally
        self._customers = customers
        self._mine: dict[str, set[int]] = {}
        self._seen: set[str] = set()
        self._busy: set[str] = set()
        self._work: set[asyncio.Task[None]] = set()
        self._missed: set[str] = set()
        self._taken: dict[str, dict[str, Any]] = {}
        self._queue: dict[str, dict[str, Any]] = {}

    async def live(self) -> None:
        """Follow the queue and do what it asks for."""
        async with self._http.get("/api/desk/events", timeout=aiohttp.ClientTimeout(total=None)) as stream:
            event = ""
            async for line in stream.content:
                text = line.decode().rstrip("\r\n")
                if text.startswith("event: "):
                    event = text[7:]
                elif text.startswith("data: ") and event in ("queue", "lines"):
                    self._renew(json.loads(text[6:]))
                    self._look()

    def _renew(self, news: Any) -> None:
        """The whole queue, or what has changed in it."""
        lines = news if isinstance(news, list) else news["changed"]
        known = self._queue | {entry["id"]: entry for entry in lines}
        order = [entry["id"] for entry in news] if isinstance(news, list) else news["order"]
        self._queue = known if order is None else {handoff: known[handoff] for handoff in order}

    def _look(self) -> None:
        now, queue = time.perf_counter(), self._queue.values()
        self._tally.most_open = max(self._tally.most_open, sum(entry["agent"] is not None for entry in queue))
        for entry in queue:
            last = (entry["last_message"] or {}).get("text")
            if entry["id"] in self._mine and last in self._tally.sent_at and last not in self._seen:
                self._seen.add(last)
                self._tally.seen_after.append((now - self._tally.sent_at[last]) * 1000)
        waiting = [entry["id"] for entry in queue if entry["agent"] is None]
        for handoff in random.sample(waiting, max(0, min(len(waiting), CAPACITY - len(self._mine)))):
            self._begin(handoff, self._accept(handoff))
        for entry in queue:
            if entry["id"] in self._mine and self._is_new(entry):
                self._begin(entry["id"], self._answer(entry["id"]))

    def _is_new(self, entry: dict[str, Any]) -> bool:
        """Whether the customer said something last that is not answered; a line may be older than the answer."""
        last = entry["last_message"]
        return last is not None and last["author"] == "customer" and last["number"] not in self._mine[entry["id"]]

    def _begin(self, handoff: str, work: Any) -> None:
        """One thing at a time in each conversation."""
        if handoff in self._busy:
            self._missed.add(handoff)
            work.close()
            return
        self._busy.add(handoff)
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(lambda done: self._done(done, handoff))

    def _done(self, task: asyncio.Task[None], handoff: str) -> None:
        """Look again: something may have been said meanwhile."""
        self._work.discard(task)
        self._busy.discard(handoff)
        if task.cancelled() or task.exception():
            self._tally.broken.append(repr(task))
        elif handoff in self._missed:
            self._missed.discard(handoff)
            self._look()

    async def _accept(self, handoff: str) -> None:
        """Reach for it, as fast as a person does, if it is still there by then."""
        await asyncio.sleep(random.uniform(0.3, 2 * REACTION))
        line = self._queue.get(handoff)
        if line is None or line["agent"] is not None or line is self._taken.get(handoff) or len(self._mine) >= CAPACITY:
            return
        async with self._http.post(f"/api/desk/handoffs/{handoff}/accept") as answer:
            if answer.status == 409:
                self._tally.too_late += 1
                self._taken[handoff] = line  # until the queue says something else of it
                return
            answer.raise_for_status()
            self._tally.accepted += 1
            self._mine[handoff] = set()
            await self._answer_all(handoff, await answer.json())

    async def _answer(self, handoff: str) -> None:
        async with self._http.get(f"/api/desk/handoffs/{handoff}") as answer:
            answer.raise_for_status()
            await self._answer_all(handoff, await answer.json())

    async def _answer_all(self, handoff: str, view: dict[str, Any]) -> None:
        """Reply to what is not replied to yet, until nothing more has come meanwhile; end it after the last word."""
        answered, ended = self._mine[handoff], False
        while new := [
            said
            for said in view["messages"]
            if said["author"] == "customer"
            and said["number"] > view["requested_number"]
            and said["number"] not in answered
        ]:
            for said in new:
                answered.add(said["number"])
                view = await self._post(handoff, "reply", {"text": f"reply to: {said['text']}"})
                ended = ended or said["text"].startswith(LAST)
        if ended:
            await self._post(handoff, "resolve", {})
            del self._mine[handoff]
            self._tally.resolved.append(handoff)
            self._customers[self._name(view)].done.set()

    @staticmethod
    def _name(view: dict[str, Any]) -> str:
        last = next(said for said in reversed(view["messages"]) if said["author"] == "customer")
        return str(last["text"]).split()[-1]

    async def _post(self, handoff: str, what: str, body: dict[str, str]) -> dict[str, Any]:
        async with self._http.post(f"/api/desk/handoffs/{handoff}/{what}", json=body) as answer:
            answer.raise_for_status()
            view: dict[str, Any] = await answer.json()
            return view


async def main() -> None:
    """Run it, check it, write the page."""
    parser = argparse.ArgumentParser(prog="benchmarks.desk_load", description=__doc__.splitlines()[0])
    parser.add_argument("--agents", type=int, default=20)
    parser.add_argument("--handoffs", type=int, default=500)
    parser.add_argument("--messages", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=240.0, help="over which the customers come")
    parser.add_argument("--pause", type=float, default=12.0, help="seconds between a customer's messages, on average")
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    plan = Plan(given.agents, given.handoffs, given.messages, given.seconds, given.pause)
    with tempfile.TemporaryDirectory() as folder:
        tally, faults, took, memory = await measured(Path(folder), plan)
    page = report(plan, tally, faults, took, memory)
    given.page.write_text(page, "utf-8")
    print(page)
    if faults:
        raise SystemExit(1)


async def measured(folder: Path, plan: Plan) -> tuple[Tally, list[str], float, float]:
    """The tally, what was lost, doubled or out of order, seconds, and the server's memory in MB at the end."""
    await hire(database_url(folder), plan.agents)
    async with serving(folder) as server:
        tally = Tally()
        async with connected(server.base) as http:
            customers = {each.sender: each for each in (Customer(http, n, plan, tally) for n in range(plan.handoffs))}
            async with agents_at(server.base, plan.agents) as pages:
                work = [asyncio.create_task(Agent(page, tally, customers).live()) for page in pages]
                begun = time.perf_counter()
                await asyncio.wait_for(asyncio.gather(*(each.live() for each in customers.values())), WITHIN)
                took = time.perf_counter() - begun
                faults = tally.broken + await check(pages[0], customers, tally.resolved)
                for task in work:
                    task.cancel()
                await asyncio.gather(*work, return_exceptions=True)
        return tally, faults, took, server.memory_mb()


async def hire(url: str, agents: int) -> None:
    """Add the agents to an empty memory."""
    async with open_memory(url, clock=utc_now, ways=WAYS) as memory:
        for number in range(agents):
            agent = make_agent(email=email_of(number), name=f"Agent {number}")
            await add_agent(memory.agents, Passwords(), agent, PASSWORD)


def email_of(number: int) -> str:
    """Where an agent logs in."""
    return f"agent-{number}@example.com"


@asynccontextmanager
async def agents_at(base: str, number: int) -> AsyncIterator[Sequence[aiohttp.ClientSession]]:
    """So many agents, each logged in."""
    pages = []
    try:
        for count in range(number):
            pages.append(connected(base))
            body = {"email": email_of(count), "password": PASSWORD}
            async with pages[-1].post("/api/desk/login", json=body) as answer:
                answer.raise_for_status()
                token = (await answer.json())["token"]
            pages[-1].headers["Authorization"] = f"Bearer {token}"
        yield pages
    finally:
        for page in pages:
            await page.close()


async def check(page: aiohttp.ClientSession, customers: dict[str, Customer], resolved: Sequence[str]) -> list[str]:
    """What is missing, doubled or out of order: at the desk, and in what the customers were told."""
    faults = []
    for handoff in resolved:
        async with page.get(f"/api/desk/handoffs/{handoff}") as answer:
            messages = (await answer.json())["messages"]
        said = [each["text"] for each in messages if each["author"] == "customer"]
        replied = [each["text"] for each in messages if each["author"] == "agent"]
        customer = customers.pop(next(text for text in said if text.startswith(LAST)).split()[-1])
        expected = [f"reply to: {text}" for text in customer.said]
        if said != [CALL, *customer.said, "thanks, bye"]:
            faults.append(f"{customer.sender} said {said}")
        if replied != expected:
            faults.append(f"{customer.sender} was replied to with {replied}")
        if [text for text in customer.heard if text.startswith("reply to: ")] != expected:
            faults.append(f"{customer.sender} heard {customer.heard}")
    return faults + [f"{name} was never resolved" for name in customers]


def report(plan: Plan, tally: Tally, faults: Sequence[str], took: float, memory: float) -> str:
    """The page."""
    seen = sorted(tally.seen_after)
    p50, p95 = statistics.median(seen), seen[int(len(seen) * 0.95)]
    messages = plan.handoffs * (plan.messages + 3)
    lost = "\n".join(f"- {fault}" for fault in faults[:20]) or "Nothing was lost, doubled or out of order."
    there = machine()
    return f"""# A day at the desk, in minutes

{plan.agents} agents with their pages open, {plan.handoffs} conversations, customers who write on without waiting.
Written by `uv run python -m benchmarks.desk_load`; run it yourself, the figures depend on the machine.

Measured on {there["measured_on"]}: {there["processor"]}, {there["cores"]} cores for the server, the agents and the
customers together; SQLite, one server.

| | |
|---|---:|
| customers' messages | {messages:,} |
| agents' replies | {plan.handoffs * (plan.messages + 1):,} |
| accepted / came too late for one that a colleague had | {tally.accepted} / {tally.too_late} |
| seconds between two messages of a customer, on average | {plan.pause:.0f} |
| turns that took longer than a request may (30 s) | {tally.asked_again} |
| most conversations with an agent at once | {tally.most_open} |
| from a customer's sending to their agent's page, p50 / p95 | {p50:.0f} / {p95:.0f} ms |
| customers' messages a second | {messages / took:.0f} |
| took | {took:.0f} s |
| server's memory at the end | {memory:.0f} MB |

{lost}

## How it is measured

Every agent hears the whole queue live, takes at random from it as long as they have fewer than {CAPACITY}, and answers
each message with a reply that names it. In the end each transcript is read at the desk and held against what its
customer sent and what they were told over REST.
"""


if __name__ == "__main__":
    asyncio.run(main())
