"""Our own limits, on a clock that only moves when somebody waits."""

from __future__ import annotations

import asyncio
import heapq
import random

import pytest

from bot.channels.telegram.pace import Pace, TooSoon
from bot.outbox import AT_ONCE
from tests.doubles.telegram_rules import Limits


class Clock:
    """Time for tests: sleepers wake in order, and the clock jumps to each."""

    def __init__(self) -> None:
        self.time = 0.0
        self._number = 0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._number += 1
        heapq.heappush(self._sleepers, (self.time + seconds, self._number, woken))
        await woken.wait()

    async def run(self, *work: asyncio.Task[None]) -> None:
        while not all(task.done() for task in work):
            for _ in range(5):  # let everybody run until they sleep
                await asyncio.sleep(0)
            if self._sleepers:
                self.time, _, woken = heapq.heappop(self._sleepers)
                woken.set()
        await asyncio.gather(*work)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(now=clock.now, sleep=clock.sleep)


async def send_all(clock: Clock, pace: Pace, chats: list[int], takes: float = 0.0) -> list[tuple[int, float]]:
    """Send one message to each of these chats, all at once; returns when each reached Telegram.

    A request takes up to `takes` seconds, and the message arrives at some point of it.
    """
    arrived, chance = [], random.Random(7)

    async def one(chat: int) -> None:
        async with pace.turn(chat):
            way = chance.uniform(0, takes)
            await clock.sleep(way)
            arrived.append((chat, clock.time))
            await clock.sleep(takes - way)

    await clock.run(*[asyncio.create_task(one(chat)) for chat in chats])
    return arrived


async def test_one_chat_gets_a_message_a_second_and_the_first_at_once(clock: Clock, pace: Pace) -> None:
    assert [at for _, at in await send_all(clock, pace, [7] * 4)] == [0.0, 1.0, 2.0, 3.0]


@pytest.mark.parametrize("takes", [0.0, 0.05, 2.0])
async def test_a_thousand_chats_are_served_without_one_refusal(clock: Clock, pace: Pace, takes: float) -> None:
    arrived = await send_all(clock, pace, list(range(1000)), takes)
    assert clock.time < 1000 / 29 * (1 + takes), "slower than it need be"
    limits = Limits(clock.now)
    for chat, at in arrived:
        clock.time = at
        limits.take(chat)  # raises as the real server would


async def test_messages_waiting_for_their_own_chat_do_not_hold_up_others(clock: Clock, pace: Pace) -> None:
    sent = await send_all(clock, pace, [1] * 50 + [2])
    assert dict(reversed(sent))[2] == 0.0, "the other chat waited behind a busy one"


async def test_a_chat_that_telegram_closed_is_refused_until_its_time_and_others_go_on(clock: Clock, pace: Pace) -> None:
    pace.close(1, 30.0)
    with pytest.raises(TooSoon) as refusal:
        await send_all(clock, pace, [1])
    assert refusal.value.seconds == 30.0
    assert await send_all(clock, pace, [2]) == [(2, 0.0)]
    clock.time = 30.0
    assert await send_all(clock, pace, [1]) == [(1, 30.0)]


async def test_a_send_that_is_cancelled_gives_its_turn_back(clock: Clock, pace: Pace) -> None:
    async def hang() -> None:
        async with pace.turn(1):
            await asyncio.Event().wait()

    hanging = asyncio.create_task(hang())
    await asyncio.sleep(0)
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
    assert await send_all(clock, pace, [1]) == [(1, 1.0)]


class Together:
    """Processes that send side by side, each as many at once as its dispatcher does."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.number = 0
        self.arrived: list[tuple[int, float]] = []

    async def sends(self, chats: range, *, after: float = 0.0) -> None:
        """One more process sends to these chats."""
        await self.clock.sleep(after)
        self.number += 1
        pace, room = Pace(among=self._how_many, now=self.clock.now, sleep=self.clock.sleep), asyncio.Semaphore(AT_ONCE)

        async def one(chat: int) -> None:
            async with room, pace.turn(chat):
                self.arrived.append((chat, self.clock.time))

        await asyncio.gather(*(one(chat) for chat in chats))
        self.number -= 1

    async def _how_many(self) -> int:
        return self.number


async def test_two_processes_keep_together_to_what_telegram_takes_whenever_the_second_begins(clock: Clock) -> None:
    together = Together(clock)
    work = (together.sends(range(300)), together.sends(range(300, 500), after=3.5))
    await clock.run(*(asyncio.create_task(each) for each in work))
    assert {chat for chat, _ in together.arrived} == set(range(500))
    limits = Limits(clock.now)
    for chat, at in sorted(together.arrived, key=lambda each: each[1]):
        clock.time = at
        limits.take(chat)  # raises as the real server would
    assert max(at for _, at in together.arrived) < 24.0, "slower than it need be"


async def test_a_pace_that_can_not_ask_goes_on_as_before(clock: Clock) -> None:
    async def broken() -> int:
        raise OSError("the database is away")

    sent = await send_all(clock, Pace(among=broken, now=clock.now, sleep=clock.sleep), list(range(60)))
    assert max(at for _, at in sent) == 1.0
