"""Sends what turns and agents left in the outbox, retries, and gives up by rule. One per gateway process."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.channels.port import AddressClosed, Overtaken, PermanentError, Sender, TemporaryError, UnknownResult
from bot.metrics import Metrics
from memory.model import Delivery, DeliveryState
from memory.ports import Doorbell, Outbox

log = structlog.get_logger()

GIVE_UP_AFTER = 12
"""Attempts; with the back-off below that is about three quarters of an hour, longer than most outages of a provider."""
LONGEST_PAUSE = 900.0
"""Seconds between two attempts at most."""
LOOK_AGAIN = 1.0
"""Seconds after which due retries are looked for without a ring."""
ADOPT_AFTER = timedelta(seconds=30)
"""Between two looks for what other processes left behind; the second look at the same one takes it over."""
AT_ONCE = 20
"""Deliveries on their way side by side; each to another customer."""
FINISH_SECONDS = 2.0
"""How long deliveries may take at the end until they are handed over; the next start sends what was cut off."""
ARRIVE_SECONDS = 6.0
"""How much longer those may take that were handed over, which would arrive twice if they were cut off. Both together
are less than the ten seconds after which supervisors commonly kill."""

_PROVIDER_BROKE, _PROCESS_DIED = "provider broke", "process died"
"""Why a delivery may come twice; nothing else is sent again whose outcome is not known."""


@dataclass(frozen=True, slots=True)
class _End:
    """How an attempt ended: `closes` tells that nothing else will be taken at this address either."""

    state: DeliveryState
    reason: str | None = None
    retry_at: datetime | None = None
    closes: bool = False


_ENDS: Mapping[type[Exception], DeliveryState] = {
    AddressClosed: DeliveryState.FAILED,
    PermanentError: DeliveryState.FAILED,
    UnknownResult: DeliveryState.UNKNOWN,
    Overtaken: DeliveryState.WITHHELD,
}


class Dispatcher:
    """Hands due deliveries to their channel's sender and records what became of them."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        senders: Mapping[str, Sender],
        doorbell: Doorbell,
        metrics: Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._outbox = outbox
        self._senders = senders
        self._doorbell = doorbell
        self._metrics = metrics
        self._clock = clock
        self._on_their_way: set[asyncio.Task[None]] = set()
        self._handed_over: set[asyncio.Task[Any] | None] = set()
        self._adopted_at = clock()

    async def run(self) -> None:
        """Send until cancelled; then let what is on its way arrive, so that nothing has to be sent again."""
        recovered = await self._outbox.recover()
        if recovered:
            log.info("outbox_recovered", rows=recovered)
            self._metrics.in_doubt.labels(_PROCESS_DIED).inc(recovered)
        with self._doorbell.listen("outbox") as bell:
            try:
                while True:
                    if not await self._send_what_can_be_seen():
                        await bell.wait(timeout=LOOK_AGAIN)
            finally:
                await self.drain()

    async def send_due(self) -> bool:
        """Put on their way what is due, as far as there is room; one that hangs holds up only its own customer."""
        room = AT_ONCE - len(self._on_their_way)
        due = await self._outbox.claim(list(self._senders), room) if room and self._senders else ()
        for delivery in due:
            task = asyncio.create_task(self._deliver(delivery))
            self._on_their_way.add(task)
            task.add_done_callback(self._on_their_way.discard)
            task.add_done_callback(self._handed_over.discard)
        return bool(due)

    async def drain(self, patience: float = FINISH_SECONDS, arrival: float = ARRIVE_SECONDS) -> None:
        """Wait for what is on its way, but not for ever: a provider that hangs must not keep the process alive.

        What has not been handed over after `patience` seconds is cut off, all else `arrival` seconds later.
        """
        await _finish(self._on_their_way, patience, spared=self._handed_over)
        await _finish(self._on_their_way, arrival)

    async def _send_what_can_be_seen(self) -> bool:
        """Like `send_due`; a database that is away for a moment is asked again later."""
        try:
            await self._adopt()
            return await self.send_due()
        except Exception:
            log.exception("outbox_unreadable")
            return False

    async def _adopt(self) -> None:
        """Send what a process that is gone for good had in hand, so that nobody waits for it to come back."""
        if self._clock() - self._adopted_at < ADOPT_AFTER:
            return
        self._adopted_at = self._clock()
        if adopted := await self._outbox.adopt():
            log.warning("outbox_adopted", rows=adopted)
            self._metrics.in_doubt.labels(_PROCESS_DIED).inc(adopted)

    async def _deliver(self, delivery: Delivery) -> None:
        end, channel = await self._attempt(delivery), delivery.address.channel
        if end.state in {DeliveryState.FAILED, DeliveryState.UNKNOWN}:
            log.warning("delivery_lost", delivery=delivery.id, channel=channel, state=end.state.value)
        await self._settle(delivery, end)
        self._metrics.deliveries.labels(channel, end.state.value).inc()

    async def _check(self, delivery: Delivery) -> None:
        """Raises Overtaken: between the claim and the moment of sending there may be seconds."""
        try:
            may_go = await self._outbox.may_go(delivery.id)
        except Exception as exc:
            raise TemporaryError("the database could not be asked whether it may go") from exc
        if not may_go:
            raise Overtaken("a person had taken over")
        self._handed_over.add(asyncio.current_task())

    async def _settle(self, delivery: Delivery, end: _End) -> None:
        """Write down what became of it, however long the database is away: forgotten, it would hold up its customer."""
        while True:
            try:
                return await self._outbox.settle(delivery.id, end.state, end.reason, end.retry_at, closes=end.closes)
            except Exception:
                log.exception("delivery_unsettled", delivery=delivery.id)
                await asyncio.sleep(LOOK_AGAIN)

    async def _attempt(self, delivery: Delivery) -> _End:
        """Every way a delivery can end, and what it means for its row."""
        try:
            await self._senders[delivery.address.channel].send(delivery, partial(self._check, delivery))
        except TemporaryError as exc:
            return self._again(delivery, exc)
        except (PermanentError, UnknownResult, Overtaken) as exc:
            return _End(_ENDS[type(exc)], str(exc), closes=isinstance(exc, AddressClosed))
        except Exception as exc:  # a fault of the channel's own: nobody knows how far it got
            log.exception("channel_broke", channel=delivery.address.channel, delivery=delivery.id)
            return _End(DeliveryState.UNKNOWN, f"the channel broke: {exc!r}")
        return _End(DeliveryState.SENT)

    def _again(self, delivery: Delivery, exc: TemporaryError) -> _End:
        """Later, or not at all any more; what may have arrived is not given up as if it had not."""
        given_up = DeliveryState.UNKNOWN if exc.in_doubt else DeliveryState.FAILED
        if delivery.last_try:
            return _End(given_up, str(exc))
        if delivery.attempt >= GIVE_UP_AFTER:
            return _End(given_up, f"given up: {exc}")
        if exc.in_doubt:
            self._metrics.in_doubt.labels(_PROVIDER_BROKE).inc()
        pause = timedelta(seconds=exc.retry_after or back_off(delivery.attempt))
        return _End(DeliveryState.PENDING, str(exc), self._clock() + pause)


async def _finish(tasks: Set[asyncio.Task[None]], seconds: float, spared: Set[object] = frozenset()) -> None:
    """Wait for tasks that long and cut off those that are not through, save some."""
    if tasks:
        _, hanging = await asyncio.wait(tasks, timeout=seconds)
        cut_off = [task for task in hanging if task not in spared]
        for task in cut_off:
            task.cancel()
        await asyncio.gather(*cut_off, return_exceptions=True)


def back_off(attempt: int) -> float:
    """Seconds to wait after a failed attempt (from 1): doubling, bounded, with jitter against herds."""
    return min(LONGEST_PAUSE, 2.0**attempt) * random.uniform(0.75, 1.25)  # noqa: S311 - jitter is no secret
