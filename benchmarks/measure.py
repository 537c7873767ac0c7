"""The stages of a measurement, from outside, over HTTP: the same client for every server.

Called by `benchmarks.compare`. A stage knows a server only by the URL of its REST channel.
"""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from uuid import uuid4

import aiohttp

from benchmarks.conversation import CONVERSATION, Line, line

WINDOW = 4 * len(CONVERSATION)  # messages timed at each point of a long history: whole conversations, same mix
_ANSWER_WITHIN = aiohttp.ClientTimeout(total=180)
_KNOCK_EVERY = 0.1
_KNOCK_LINE = Line("small talk", "hello there")


class NotAnswering(Exception):
    """The server did not answer its first message in time. The end of its log, printed above, says why."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One message: how long its answer took, and whether there was one."""

    kind: str
    ms: float
    answered: bool


@dataclass(frozen=True, slots=True)
class Latency:
    """What a run of messages came to; `by_kind` holds medians."""

    p50_ms: float
    p99_ms: float
    answered: float
    by_kind: dict[str, float]


class Customer:
    """One customer with one keep-alive connection."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url
        self._sender = f"bench-{uuid4().hex}"

    async def say(self, said: Line) -> Timing:
        """Send one message and wait for its replies."""
        body = {"sender": self._sender, "message": said.text, "message_id": uuid4().hex}
        begun = time.perf_counter()
        async with self._http.post(self._url, json=body) as response:
            replies = await response.json() if response.status == 200 else []
        return Timing(said.kind, (time.perf_counter() - begun) * 1000, answered=bool(replies))


def _client() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=_ANSWER_WITHIN)


async def first_answer(url: str, *, begun: float, within: float, is_up: Callable[[], bool]) -> float:
    """Seconds from `begun` (time.perf_counter) to the first answered message. Raises NotAnswering."""
    async with _client() as http:
        while is_up() and time.perf_counter() - begun < within:
            try:
                if (await Customer(http, url).say(_KNOCK_LINE)).answered:
                    return time.perf_counter() - begun
            except aiohttp.ClientError:
                pass  # nothing listens there yet
            await asyncio.sleep(_KNOCK_EVERY)
    raise NotAnswering


async def sequential(url: str, messages: int) -> Latency:
    """One message after the other over one connection, a new customer for each conversation."""
    timings: list[Timing] = []
    async with _client() as http:
        while len(timings) < messages:
            customer = Customer(http, url)
            timings += [await customer.say(said) for said in CONVERSATION]
    return latency(timings[:messages])


async def throughput(url: str, *, customers: int, seconds: float) -> float:
    """Answered messages per second while so many customers talk at once, each waiting for their answers."""
    begun = time.perf_counter()
    deadline = begun + seconds

    async def talk() -> int:
        answered = 0
        async with _client() as http:
            while time.perf_counter() < deadline:
                customer = Customer(http, url)
                for said in CONVERSATION:
                    answered += (await customer.say(said)).answered
        return answered

    answers = await asyncio.gather(*(talk() for _ in range(customers)))
    return sum(answers) / (time.perf_counter() - begun)


async def history(url: str, sizes: Sequence[int]) -> dict[int, Latency]:
    """How fast one customer is answered after so many messages of theirs."""
    measured: dict[int, Latency] = {}
    said = count()
    async with _client() as http:
        customer = Customer(http, url)
        for size in sorted(sizes):
            position = next(said)
            while position < size:
                await customer.say(line(position))
                position = next(said)
            window = [await customer.say(line(position))]
            window += [await customer.say(line(next(said))) for _ in range(WINDOW - 1)]
            measured[size] = latency(window)
    return measured


def latency(timings: Sequence[Timing]) -> Latency:
    """Median and 99th percentile (nearest rank) of some messages."""
    kinds = dict.fromkeys(timing.kind for timing in timings)
    return Latency(
        p50_ms=statistics.median(timing.ms for timing in timings),
        p99_ms=_nearest_rank((timing.ms for timing in timings), 0.99),
        answered=sum(timing.answered for timing in timings) / len(timings),
        by_kind={kind: statistics.median(it.ms for it in timings if it.kind == kind) for kind in kinds},
    )


def _nearest_rank(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1]
