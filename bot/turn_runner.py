"""Takes the turns of waiting messages, several customers side by side. Runs in every process that answers."""

from __future__ import annotations

import asyncio

import structlog

from bot.metrics import Metrics
from bot.turn import TurnHandler
from memory.errors import MemoryUnavailable, OwnerChanged
from memory.model import HandoffReason, Outcome, RequestHandoff, Thread
from memory.ports import Doorbell, Turns

log = structlog.get_logger()

AT_ONCE = 8
"""Turns that one process runs side by side; each of another customer."""
LOOK_AGAIN = 2.0
"""Seconds after which the inbox is looked at without a ring: for a turn given back, a lost ring, a database back up."""
FINISH_SECONDS = 2.0
"""How long the turns under way may take at the end; one that was cut off is taken up again by the next start."""


class TurnRunner:
    """Claims waiting messages and handles them until cancelled; then it lets the running turns finish."""

    def __init__(self, *, turns: Turns, handler: TurnHandler, doorbell: Doorbell, metrics: Metrics) -> None:
        self._turns = turns
        self._handler = handler
        self._doorbell = doorbell
        self._metrics = metrics
        self._running: set[asyncio.Task[None]] = set()
        self._ending = False

    async def run(self) -> None:
        """Answer messages, several customers side by side, one claim after the other."""
        free = asyncio.Semaphore(AT_ONCE)
        with self._doorbell.listen("inbox") as bell:
            try:
                while True:
                    await free.acquire()
                    if not await self._begin(free):
                        await bell.wait(timeout=LOOK_AGAIN)
            finally:
                await self._finish()

    async def _finish(self) -> None:
        self._ending = True
        if not self._running:
            return
        _, hanging = await asyncio.wait(self._running, timeout=FINISH_SECONDS)
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)

    async def _begin(self, free: asyncio.Semaphore) -> bool:
        """Start taking turns in a task of its own; whether there was a message to take."""
        found: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._work(found))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _: free.release())
        return await asyncio.shield(found)  # the turn begun goes on to its end, even if this loop is cancelled

    async def _work(self, found: asyncio.Future[bool]) -> None:
        """Take turns until none is left: what a customer sent during their turn is free only after it."""
        while await self._take(found) and not self._ending:
            pass

    async def _take(self, found: asyncio.Future[bool]) -> bool:
        taken = False
        try:
            async with self._turns.claim() as turn:
                taken = turn is not None
                _tell(found, taken)
                if turn is not None:
                    with self._metrics.turn_seconds.time():
                        outcome = await self._handler.handle(turn)
                    self._count(turn.thread, outcome)
        except OwnerChanged:
            log.info("turn_overtaken_by_person")
        except MemoryUnavailable as exc:
            log.warning("memory_unavailable", reason=exc.reason)
            await asyncio.sleep(LOOK_AGAIN)
        except Exception:
            self._metrics.turns_failed.inc()
            log.exception("turn_failed")
        finally:
            _tell(found, False)
        return taken

    def _count(self, thread: Thread, outcome: Outcome) -> None:
        """Count what a turn has asked a person for.

        While one is awaited anyway, asking again opens nothing. Only that a promise was broken counts then, too: mostly
        it is broken to those who wait.
        """
        asked = [record.reason for record in outcome.records if isinstance(record, RequestHandoff)]
        if asked and (thread.handoff is None or asked[0] is HandoffReason.BROKEN_PROMISE):
            self._metrics.handoffs_requested.labels(asked[0].value).inc()


def _tell(found: asyncio.Future[bool], whether: bool) -> None:
    if not found.done():
        found.set_result(whether)
