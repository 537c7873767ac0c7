from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from bot.channels.port import AddressClosed, Check, PermanentError, TemporaryError, UnknownResult, unchecked
from bot.metrics import Metrics
from bot.outbox import ARRIVE_SECONDS, FINISH_SECONDS, GIVE_UP_AFTER, LONGEST_PAUSE, Dispatcher, back_off
from memory.model import (
    Address,
    Agent,
    AgentId,
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
from memory.ports import Outbox
from tests.conftest import HandClock
from tests.remembering import fake_memory

PATIENCE = 10.0
ANA = Address("telegram", "ana")
BEN = Address("telegram", "ben")
MARA = Agent(AgentId("mara"), "mara@fernhill.example", "Mara", Role.AGENT)


class ToySender:
    """A channel whose provider a test makes fail, or keep silent."""

    name = "telegram"

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.attempts: list[str] = []
        self.failures: list[Exception] = []
        self.silent_to: set[str] = set()
        self.speaks = asyncio.Event()
        self.asked = asyncio.Event()
        self.waits: set[str] = set()
        """Those whose moment never comes, such as a chat's next second."""
        self.waited_in_vain = asyncio.Event()

    async def send(self, delivery: Delivery, check: Check = unchecked) -> None:
        if delivery.address.id in self.waits:
            try:
                await asyncio.Event().wait()
            finally:
                self.waited_in_vain.set()
        await check()
        self.attempts.append(delivery.message.text)
        self.asked.set()
        if delivery.address.id in self.silent_to:
            await self.speaks.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(delivery.message.text)


class Stage:
    """A dispatcher over memory that forgets, with replies to send."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.memory = fake_memory(clock=clock)
        self.sender = ToySender()
        self.metrics = Metrics()
        self.dispatcher = self.dispatcher_over(self.memory.outbox)
        self._ids = iter(range(1000))

    def dispatcher_over(self, outbox: Outbox) -> Dispatcher:
        return Dispatcher(
            outbox=outbox,
            senders={self.sender.name: self.sender},
            doorbell=self.memory.doorbell,
            metrics=self.metrics,
            clock=self.clock,
        )

    async def owes(self, text: str, to: Address = ANA, outcome: Outcome | None = None) -> None:
        """A turn has committed this reply."""
        await self.memory.inbox.accept(Inbound(to, str(next(self._ids)), "what a customer wrote", Proof.PLATFORM))
        async with self.memory.turns.claim() as turn:
            assert turn is not None
            await turn.commit(outcome or Outcome((Reply(text),)))

    def in_doubt(self, why: str) -> float:
        """How many deliveries were made again that may have come to something."""
        return self.metrics.in_doubt.labels(why)._value.get()

    async def send(self) -> None:
        """One round: everything that is due is tried once."""
        await self.dispatcher.send_due()
        await self.dispatcher.drain()

    async def state(self, text: str, of: Address = ANA) -> DeliveryState | None:
        """What became of a reply."""
        customer = await self.memory.identities.customer_for(of, Proof.PLATFORM)
        assert customer is not None
        messages = await self.memory.transcript.before(customer.id, None, 100)
        return next(message.delivery for message in messages if message.text == text)

    async def until(self, holds: Callable[[], bool], to: Address = ANA) -> None:
        """Return once something holds; looks whenever a delivery to this customer has been settled."""
        customer = await self.memory.identities.customer_for(to, Proof.PLATFORM)
        assert customer is not None
        with self.memory.doorbell.listen(f"customer:{customer.id}") as ring:
            while not holds():
                assert await ring.wait(PATIENCE), "what was waited for never came"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """The dispatcher at work beside the test."""
        task = asyncio.create_task(self.dispatcher.run())
        try:
            yield task
        finally:
            self.sender.speaks.set()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def stage(clock: HandClock) -> Stage:
    return Stage(clock)


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[Any]]:
    structlog.reset_defaults()  # other tests may have made it deaf to what is only information
    with capture_logs() as captured:
        yield captured


async def test_a_reply_is_sent_once(stage: Stage) -> None:
    await stage.owes("hello")

    await stage.send()
    await stage.send()

    assert stage.sender.attempts == ["hello"]
    assert await stage.state("hello") is DeliveryState.SENT
    assert b'deliveries_total{channel="telegram",state="sent"} 1.0' in stage.metrics.page()


async def test_a_temporary_failure_is_tried_again_after_a_pause_that_doubles(stage: Stage) -> None:
    await stage.owes("hello")
    stage.sender.failures = [TemporaryError("busy"), TemporaryError("busy")]
    await stage.send()
    await stage.send()
    assert len(stage.sender.attempts) == 1, "it was tried again without a pause"

    stage.clock.advance(seconds=2.5)  # 2 seconds and a quarter of jitter
    await stage.send()
    stage.clock.advance(seconds=2.5)
    await stage.send()
    assert len(stage.sender.attempts) == 2, "the second pause was no longer than the first"
    stage.clock.advance(seconds=2.5)
    await stage.send()

    assert stage.sender.sent == ["hello"]
    assert await stage.state("hello") is DeliveryState.SENT


async def test_the_providers_own_pause_is_kept(stage: Stage) -> None:
    await stage.owes("hello")
    stage.sender.failures = [TemporaryError("flood", retry_after=60)]
    await stage.send()

    stage.clock.advance(seconds=59)
    await stage.send()
    assert stage.sender.sent == []
    stage.clock.advance(seconds=1)
    await stage.send()

    assert stage.sender.sent == ["hello"]


async def test_a_provider_that_stays_away_is_given_up_in_the_end(stage: Stage) -> None:
    await stage.owes("hello")
    stage.sender.failures = [TemporaryError("busy") for _ in range(GIVE_UP_AFTER)]

    for _ in range(GIVE_UP_AFTER):
        assert await stage.state("hello") is DeliveryState.PENDING
        await stage.send()
        stage.clock.advance(seconds=LONGEST_PAUSE * 1.25)

    assert await stage.state("hello") is DeliveryState.FAILED
    await stage.send()
    assert len(stage.sender.attempts) == GIVE_UP_AFTER


async def test_what_a_lead_sends_again_is_tried_once_and_not_again_by_itself(stage: Stage) -> None:
    await stage.owes("hello")
    stage.sender.failures = [PermanentError("chat not found"), TemporaryError("busy")]
    await stage.send()
    (letter,) = await stage.memory.dead_letters.all(10)
    await stage.memory.dead_letters.send_again(letter.id, MARA.id)
    await stage.send()
    stage.clock.advance(hours=1)
    await stage.send()
    assert stage.sender.attempts == ["hello", "hello"]
    (again,) = await stage.memory.dead_letters.all(10)
    assert (again.reason, again.attempts, again.message.delivery) == ("busy", 2, DeliveryState.FAILED)


def test_pauses_grow_and_are_bounded() -> None:
    assert back_off(1) < back_off(2) * 1.25 < back_off(4)
    assert back_off(100) <= LONGEST_PAUSE * 1.25


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (PermanentError("blocked by the user"), DeliveryState.FAILED),
        (UnknownResult("no answer in time"), DeliveryState.UNKNOWN),
        (RuntimeError("a fault of the adapter's own"), DeliveryState.UNKNOWN),
    ],
)
async def test_what_will_never_arrive_or_may_have_arrived_is_not_sent_again(
    stage: Stage, logs: list[Any], failure: Exception, state: DeliveryState
) -> None:
    await stage.owes("hello")
    await stage.owes("and more")
    stage.sender.failures = [failure]

    await stage.send()
    stage.clock.advance(hours=1)
    await stage.send()

    assert await stage.state("hello") is state
    assert stage.sender.sent == ["and more"]
    assert "delivery_lost" in [entry["event"] for entry in logs]


async def test_replies_of_one_customer_arrive_in_order_even_when_the_first_has_to_wait(stage: Stage) -> None:
    await stage.owes("first")
    await stage.owes("second")
    stage.sender.failures = [TemporaryError("busy", retry_after=5)]
    await stage.send()
    await stage.send()
    assert stage.sender.attempts == ["first"]

    stage.clock.advance(seconds=5)
    await stage.send()
    await stage.send()

    assert stage.sender.sent == ["first", "second"]


async def test_one_delivery_that_hangs_holds_up_only_its_own_customer(stage: Stage) -> None:
    stage.sender.silent_to = {ANA.id}
    await stage.owes("to Ana", ANA)

    async with stage.running():
        await asyncio.wait_for(stage.sender.asked.wait(), PATIENCE)
        await stage.owes("more to Ana", ANA)
        await stage.owes("to Ben", BEN)
        await stage.owes("more to Ben", BEN)
        await stage.until(lambda: len(stage.sender.sent) == 2, BEN)
        assert stage.sender.sent == ["to Ben", "more to Ben"]
        stage.sender.speaks.set()
        await stage.until(lambda: "more to Ana" in stage.sender.sent)


async def test_at_the_end_what_is_on_its_way_may_still_arrive(stage: Stage) -> None:
    stage.sender.silent_to = {ANA.id}
    await stage.owes("hello")

    async with stage.running() as task:
        await asyncio.wait_for(stage.sender.asked.wait(), PATIENCE)
        task.cancel()
        stage.sender.speaks.set()
        await asyncio.gather(task, return_exceptions=True)

    assert await stage.state("hello") is DeliveryState.SENT


async def test_what_was_handed_over_may_arrive_longer_than_what_waits_for_its_moment(stage: Stage) -> None:
    stage.sender.silent_to, stage.sender.waits = {ANA.id}, {BEN.id}
    await stage.owes("to Ana", ANA)
    await stage.owes("to Ben", BEN)
    await stage.dispatcher.send_due()
    await asyncio.wait_for(stage.sender.asked.wait(), PATIENCE)

    ending = asyncio.create_task(stage.dispatcher.drain(patience=0, arrival=PATIENCE))
    await stage.sender.waited_in_vain.wait()
    stage.sender.speaks.set()
    await asyncio.wait_for(ending, PATIENCE)

    assert stage.sender.sent == ["to Ana"]
    assert await stage.state("to Ana") is DeliveryState.SENT


async def test_a_delivery_that_hangs_does_not_keep_the_process_and_is_sent_after_the_next_start(stage: Stage) -> None:
    stage.sender.silent_to = {ANA.id}
    await stage.owes("hello")
    await stage.dispatcher.send_due()
    await asyncio.wait_for(stage.sender.asked.wait(), PATIENCE)

    await stage.dispatcher.drain(patience=0, arrival=0)
    assert FINISH_SECONDS + ARRIVE_SECONDS < 10
    assert await stage.state("hello") is DeliveryState.SENDING

    stage.sender.speaks.set()
    stage.dispatcher = stage.dispatcher_over(stage.memory.outbox)
    async with stage.running():
        await stage.until(lambda: stage.sender.sent == ["hello"])


async def test_nothing_of_the_bots_is_sent_while_a_person_owns_the_conversation(stage: Stage) -> None:
    await stage.memory.agents.add(MARA, "no password")
    asked = Outcome((Reply("I'll get someone."),), records=(RequestHandoff(HandoffReason.ASKED_FOR_PERSON),))
    await stage.owes("I'll get someone.", ANA, asked)
    (waiting,) = await stage.memory.handoffs.queue([HandoffState.QUEUED])
    await stage.memory.handoffs.move(waiting.handoff.id, HandoffState.ACCEPTED, MARA.id)
    await stage.memory.handoffs.reply(waiting.handoff.id, MARA.id, "Mara here.")

    await stage.send()
    await stage.send()

    assert stage.sender.attempts == ["Mara here."]
    assert await stage.state("I'll get someone.") is DeliveryState.WITHHELD


async def test_a_database_that_is_away_for_a_moment_ends_nothing(stage: Stage, logs: list[Any]) -> None:
    outbox = _Flaky(stage.memory.outbox, "claim", "settle")
    stage.dispatcher = stage.dispatcher_over(outbox)
    async with stage.running() as task:
        await stage.owes("hello")
        await stage.until(lambda: outbox.settled == 1)
        assert not task.done()

    assert await stage.state("hello") is DeliveryState.SENT
    assert stage.sender.attempts == ["hello"]
    assert [entry["event"] for entry in logs] == ["outbox_unreadable", "delivery_unsettled"]


async def test_what_can_not_be_checked_before_it_goes_is_tried_again(stage: Stage) -> None:
    stage.dispatcher = stage.dispatcher_over(_Flaky(stage.memory.outbox, "may_go"))
    await stage.owes("hello")
    await stage.send()
    assert await stage.state("hello") is DeliveryState.PENDING
    assert stage.sender.attempts == []
    stage.clock.advance(seconds=2.5)
    await stage.send()
    assert await stage.state("hello") is DeliveryState.SENT


async def test_who_blocked_us_is_asked_once(stage: Stage) -> None:
    stage.sender.failures = [AddressClosed("blocked")]
    await stage.owes("hello")
    await stage.owes("hello again")
    await stage.send()
    await stage.send()
    assert stage.sender.attempts == ["hello"]
    assert await stage.state("hello again") is DeliveryState.FAILED


async def test_what_other_processes_left_is_looked_for_every_half_minute(stage: Stage) -> None:
    outbox = _Flaky(stage.memory.outbox)
    stage.dispatcher = stage.dispatcher_over(outbox)
    async with stage.running():
        await stage.owes("hello")
        await stage.until(lambda: outbox.settled == 1)
        assert outbox.adopted == 0
        stage.clock.advance(seconds=31)
        await stage.owes("hello again")
        await stage.until(lambda: outbox.settled == 2)
    assert outbox.adopted == 1


async def test_what_is_given_up_in_doubt_may_have_arrived_and_says_so(stage: Stage) -> None:
    stage.sender.failures = [TemporaryError("it broke", in_doubt=True) for _ in range(GIVE_UP_AFTER)]
    await stage.owes("hello")
    for _ in range(GIVE_UP_AFTER):
        await stage.send()
        stage.clock.advance(seconds=LONGEST_PAUSE * 1.25)
    assert await stage.state("hello") is DeliveryState.UNKNOWN
    assert stage.in_doubt("provider broke") == GIVE_UP_AFTER - 1


async def test_what_a_dead_process_had_in_hand_is_counted_as_in_doubt(stage: Stage) -> None:
    await stage.owes("hello")
    await stage.memory.outbox.claim(["telegram"], 1)  # and then it dies
    async with stage.running():
        await stage.until(lambda: stage.sender.sent == ["hello"])
    assert stage.in_doubt("process died") == 1


async def test_what_a_process_that_never_comes_back_had_in_hand_is_counted_too(stage: Stage) -> None:
    outbox = _Flaky(stage.memory.outbox)
    outbox.left = 1
    stage.dispatcher = stage.dispatcher_over(outbox)
    async with stage.running():
        stage.clock.advance(seconds=31)
        await stage.owes("hello")
        await stage.until(lambda: outbox.settled == 1)
    assert stage.in_doubt("process died") == 1


class _Flaky:
    """An outbox that is away at the first call of these."""

    def __init__(self, outbox: Outbox, *away: str) -> None:
        self._outbox = outbox
        self._away = set(away)
        self.settled = self.adopted = self.left = 0

    async def claim(self, channels: Sequence[str], limit: int) -> Sequence[Delivery]:
        self._fail_once("claim")
        return await self._outbox.claim(channels, limit)

    async def may_go(self, delivery_id: int) -> bool:
        self._fail_once("may_go")
        return await self._outbox.may_go(delivery_id)

    async def settle(
        self,
        delivery_id: int,
        state: DeliveryState,
        reason: str | None = None,
        retry_at: datetime | None = None,
        *,
        closes: bool = False,
    ) -> None:
        self._fail_once("settle")
        await self._outbox.settle(delivery_id, state, reason, retry_at, closes=closes)
        self.settled += 1

    async def recover(self) -> int:
        return await self._outbox.recover()

    async def adopt(self) -> int:
        self.adopted += 1
        return await self._outbox.adopt() + self.left

    def _fail_once(self, what: str) -> None:
        if what in self._away:
            self._away.remove(what)
            raise ConnectionError("the database is away")
