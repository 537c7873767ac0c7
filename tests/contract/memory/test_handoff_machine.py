"""Whatever happens in whatever order, and however often the process is killed: one owner, none lost, times come once.

Hypothesis makes up the histories; a few lines beside memory say what must have come of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Verbosity, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from memory.errors import IllegalMove, NotYours
from memory.fakes import FakeMemory
from memory.model import (
    BOT,
    HANDOFF_MOVES,
    TIMER,
    AgentId,
    Aim,
    HandoffId,
    HandoffReason,
    HandoffState,
    RequestHandoff,
)
from memory.sql import SqlMemory
from tests.conftest import HandClock
from tests.contract.memory.talk import Talk
from tests.postgres import PostgresServer
from tests.remembering import fake_memory, start_memory

S = HandoffState
T = TypeVar("T")
NAMES = ("Mara", "Tom", "Ola")
AGENTS = tuple(AgentId(name.lower()) for name in NAMES)
OPEN_STATES = tuple(state for state in S if state.is_open)
Opens = Callable[[HandClock], Awaitable[SqlMemory | FakeMemory]]


@dataclass(frozen=True)
class Known:
    """What must be true of a handoff, by what was done."""

    id: HandoffId
    customer: int
    state: HandoffState = S.QUEUED
    owner: AgentId | None = None
    offered_to: AgentId | None = None
    until: datetime | None = None
    patience: timedelta | None = None
    leaves_at: datetime | None = None
    moves: int = 2
    lapses: int = 0

    def is_due(self, now: datetime) -> bool:
        """Whether a time has come."""
        return any(time is not None and time <= now for time in (self.until, self.leaves_at))

    def refuses(self, to: HandoffState, by: AgentId) -> type[Exception] | None:
        """How memory must refuse a move."""
        if self.state.owned_by_person and by != self.owner:
            return NotYours
        if self.offered_to is not None and to is S.QUEUED and by not in {self.offered_to, BOT, TIMER}:
            return NotYours
        return None if to in HANDOFF_MOVES[self.state] else IllegalMove

    def after(self, to: HandoffState, by: AgentId, aim: Aim | None = None) -> Known:
        """What a legal move makes of it."""
        made = replace(self, state=to, offered_to=None, until=None, moves=self.moves + 1)
        if to is S.ACCEPTED:
            return replace(made, owner=by, leaves_at=None)
        if to is S.OFFERED and aim is not None:
            return replace(made, owner=None, offered_to=aim.agent_id, until=aim.until)
        if to is S.QUEUED:
            return replace(made, owner=None)
        return made if to.is_open else replace(made, leaves_at=None)


class HandoffMachine(RuleBasedStateMachine):
    """Customers ask, agents take, decline and pass on, time goes by, the process is killed."""

    handoffs = Bundle("handoffs")

    def __init__(self, opens: Opens) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = HandClock()
        self.opens = opens
        self.left_behind: list[SqlMemory | FakeMemory] = []
        self.talk = Talk(self.run(opens(self.clock)), self.clock)
        self.known: dict[HandoffId, Known] = {}
        for name in NAMES:
            self.run(self.talk.agent(name))

    def run(self, work: Awaitable[T]) -> T:
        """Await something."""

        async def awaited() -> T:
            return await work

        return self.loop.run_until_complete(awaited())

    def teardown(self) -> None:
        """Let go of every store, also of those that were left behind."""
        for memory in [*self.left_behind, self.talk.memory]:
            self.run(memory.close())
        self.loop.close()

    @rule(target=handoffs, customer=st.integers(0, 3), patience=st.sampled_from([None, 90, 600]))
    def a_customer_asks(self, customer: int, patience: int | None) -> Any:
        """For a person; while they have a handoff already, it is only a word more."""
        if any(each.customer == customer and each.state.is_open for each in self.known.values()):
            self.a_customer_writes(customer)
            return multiple()
        waits = None if patience is None else timedelta(seconds=patience)
        wanted = RequestHandoff(HandoffReason.ASKED_FOR_PERSON, patience=waits)
        asked = self.run(self.talk.ask_for_person(("telegram", f"{customer}"), wanted=wanted))
        leaves_at = self.clock.now + waits if waits else None
        self.known[asked.id] = Known(asked.id, customer, patience=waits, leaves_at=leaves_at)
        return asked.id

    @rule(customer=st.integers(0, 3))
    def a_customer_writes(self, customer: int) -> None:
        """Their patience begins anew."""
        self.run(self._write(customer))
        for each in list(self.known.values()):
            if each.customer == customer and each.leaves_at is not None and each.patience is not None:
                self.known[each.id] = replace(each, leaves_at=self.clock.now + each.patience)

    async def _write(self, customer: int) -> None:
        await self.talk.hear("hello?", ("telegram", f"{customer}"))
        await self.talk.answer()

    @rule(handoff=handoffs, to=st.sampled_from(S), by=st.sampled_from([*AGENTS, BOT]), whom=st.sampled_from(AGENTS))
    def somebody_moves_it(self, handoff: HandoffId, to: HandoffState, by: AgentId, whom: AgentId) -> None:
        """Whoever, whereto; what is refused must change nothing, which the invariants see."""
        known = self.known[handoff]
        aim = Aim(whom, self.clock.now + timedelta(seconds=60)) if to is S.OFFERED else None
        refused = known.refuses(to, by)
        moving = self.talk.memory.handoffs.move(handoff, to, by, "a reason", aim=aim)
        if refused is None:
            self.run(moving)
            self.known[handoff] = known.after(to, by, aim)
        else:
            with pytest.raises(refused):
                self.run(moving)

    @rule(
        handoff=handoffs,
        to=st.sampled_from([S.OFFERED, S.ACCEPTED, S.QUEUED, S.RETURNED]),
        whom=st.sampled_from(AGENTS),
    )
    def it_goes_on(self, handoff: HandoffId, to: HandoffState, whom: AgentId) -> None:
        """Whoever may do so moves it, if it can go there: most that is made up at random is refused."""
        known = self.known[handoff]
        by = whom if to is S.ACCEPTED else known.owner if known.state.owned_by_person and known.owner else BOT
        if known.refuses(to, by) is None:
            self.somebody_moves_it(handoff, to, by, whom)

    @rule(handoff=handoffs)
    def all_accept_at_once(self, handoff: HandoffId) -> None:
        """Exactly one wins if anybody can, and the others hear who."""
        known = self.known[handoff]
        tries = [self.talk.memory.handoffs.move(handoff, S.ACCEPTED, agent) for agent in AGENTS]
        results = self.run(_all(tries))
        won = [result for result in results if not isinstance(result, BaseException)]
        if S.ACCEPTED not in HANDOFF_MOVES[known.state]:
            assert not won
            return
        (winner,) = won
        assert winner.agent_id is not None
        names = [result.holder for result in results if isinstance(result, NotYours)]
        assert names == [winner.agent_name] * 2
        self.known[handoff] = known.after(S.ACCEPTED, winner.agent_id)

    @rule(handoff=handoffs, by=st.sampled_from(AGENTS))
    def an_agent_replies(self, handoff: HandoffId, by: AgentId) -> None:
        """Only the owner can."""
        known = self.known[handoff]
        saying = self.talk.memory.handoffs.reply(handoff, by, "Hello")
        if not known.state.owned_by_person or known.owner != by:
            with pytest.raises((NotYours, IllegalMove)):
                self.run(saying)
            return
        self.run(saying)
        if known.state is S.ACCEPTED:
            self.known[handoff] = known.after(S.ACTIVE, by)

    @rule(seconds=st.sampled_from([1, 30, 60, 90, 700]))
    def time_goes_by(self, seconds: int) -> None:
        """Nothing happens by itself: somebody has to look."""
        self.clock.advance(seconds=seconds)

    @rule(looks=st.integers(1, 3))
    def times_come(self, looks: int) -> None:
        """However many look at once, each time comes once."""
        found = self.run(_all([self.talk.memory.offers.lapse() for _ in range(looks)]))
        assert sorted(each.id for batch in found for each in batch) == sorted(self._let_times_come())

    @rule()
    def the_process_is_killed(self) -> None:
        """The store is opened anew on what is there; nobody had closed the old one."""
        self.left_behind.append(self.talk.memory)
        self.talk.memory = self.run(self.opens(self.clock))

    @rule()
    def the_process_is_killed_while_times_come(self) -> None:
        """What it had got done stays done, and the rest is done by the next one."""
        self.run(_cut_off(self.talk.memory.offers.lapse()))
        self.the_process_is_killed()
        self.run(self.left_behind.pop().close())  # whatever was on its way to the disk has got there, or never will
        self.run(self.talk.memory.offers.lapse())
        self._let_times_come()

    def _let_times_come(self) -> list[HandoffId]:
        due = [known for known in self.known.values() if known.is_due(self.clock.now)]
        for known in due:
            leaves = known.leaves_at is not None and known.leaves_at <= self.clock.now
            after = known.after(S.ABANDONED if leaves else S.QUEUED, TIMER)
            self.known[known.id] = replace(after, lapses=known.lapses + 1)
        return [known.id for known in due]

    @invariant()
    def every_handoff_is_where_it_must_be(self) -> None:
        """State, owner and offer; and its history is a way through the table, step by step."""
        for known in self.known.values():
            view = self.run(self.talk.memory.handoffs.view(known.id))
            handoff, moves = view.handoff, view.moves
            offer = (handoff.offer.agent_id, handoff.offer.until) if handoff.offer else (None, None)
            assert (handoff.state, handoff.waits_until) == (known.state, known.leaves_at)
            assert offer == (known.offered_to, known.until)
            if known.state.is_open:
                assert handoff.agent_id == known.owner
            assert (len(moves), sum(move.by == TIMER for move in moves)) == (known.moves, known.lapses)
            assert [move.after for move in moves[:-1]] == [move.before for move in moves[1:]]
            assert all(move.after in HANDOFF_MOVES[move.before] for move in moves if move.before)

    @invariant()
    def none_is_lost_and_none_is_doubled(self) -> None:
        """All that are open are in the queue, one a customer; agents have what they have."""
        lines = self.run(self.talk.memory.handoffs.queue(OPEN_STATES))
        open_ones = [known for known in self.known.values() if known.state.is_open]
        assert sorted(line.handoff.id for line in lines) == sorted(known.id for known in open_ones)
        assert len({known.customer for known in open_ones}) == len(open_ones)
        waiting = self.run(self.talk.memory.offers.waiting())
        queued = [known.id for known in open_ones if known.state is S.QUEUED]
        assert sorted(each.handoff.id for each in waiting) == sorted(queued)
        for colleague in self.run(self.talk.memory.team.all()):
            mine = [known for known in open_ones if known.owner == colleague.agent.id]
            offers = [known for known in open_ones if known.offered_to == colleague.agent.id]
            assert (colleague.load, colleague.offers) == (len(mine), len(offers))

    @invariant()
    def the_next_time_is_known(self) -> None:
        """So that whoever waits for it sleeps until then."""
        times = [time for known in self.known.values() for time in (known.until, known.leaves_at) if time is not None]
        assert self.run(self.talk.memory.offers.next_due()) == min(times, default=None)


async def _all(works: list[Coroutine[Any, Any, T]]) -> list[T | BaseException]:
    return await asyncio.gather(*works, return_exceptions=True)


async def _cut_off(work: Coroutine[Any, Any, T]) -> None:
    """Begin something and let it go no further than the first time it has to wait for something else."""
    task = asyncio.ensure_future(work)
    await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _play(opens: Callable[[], Opens], *, examples: int, steps: int) -> None:
    quiet = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=False,
        database=None,
        verbosity=Verbosity.normal,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: HandoffMachine(opens()), settings=quiet)


def test_in_the_fakes() -> None:
    def opens() -> Opens:
        kept: list[FakeMemory] = []

        async def reopened(clock: HandClock) -> FakeMemory:
            kept[:] = kept or [fake_memory(clock=clock)]  # they live in the process: a kill is nothing to them
            return kept[0]

        return reopened

    _play(opens, examples=150, steps=40)


def test_in_sqlite(tmp_path: Path) -> None:
    numbers = count()

    def opens() -> Opens:
        path = tmp_path / f"{next(numbers)}.db"
        return lambda clock: start_memory(f"sqlite:///{path}", clock=clock)

    _play(opens, examples=10, steps=30)


def test_in_postgres(postgres: PostgresServer) -> None:
    def opens() -> Opens:
        url = postgres.emptied()
        return lambda clock: start_memory(url, clock=clock)

    _play(opens, examples=4, steps=20)
