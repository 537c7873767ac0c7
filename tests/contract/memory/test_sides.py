"""Linked at any moment and parted at any later one: each side has what it would have had alone, and while they are
linked it is one thread. Over random histories of three customers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from memory.model import CaseState, CloseCase, EndFact, HandoffReason, LearnFact, MakePromise, OpenCase, RequestHandoff
from tests.conftest import HandClock
from tests.contract.memory.sides import ADDRESSES, Join, Part, Say, Sides, Step
from tests.contract.memory.talk import Talk
from tests.remembering import fake_memory, open_memory
from tests.sqlite import new_sqlite

EXAMPLES = {"fakes": 100, "sqlite": 8, "postgres": 6}
_SHARED = Path("/dev/shm")
IN_MEMORY = _SHARED if _SHARED.is_dir() else None

keys = st.sampled_from(["shoe_size", "colour", "contact_channel", "allergy:wool"])
values = st.sampled_from(["telegram", "web", "42"])
cases = st.sampled_from(["tent", "stove"])
sides = st.sampled_from(sorted(ADDRESSES))
records = st.one_of(
    st.builds(LearnFact, key=keys, value=values),
    st.builds(EndFact, key=keys, value=st.one_of(st.none(), values)),
    st.builds(OpenCase, st.just("return_item"), st.just(""), cases),
    st.builds(CloseCase, st.just("return_item"), st.just(CaseState.SOLVED), cases),
    st.just(MakePromise("", HandClock().now)),
    st.just(RequestHandoff(HandoffReason.ASKED_FOR_PERSON)),
)
says = st.builds(
    Say, sides, st.integers(0, 2), st.lists(records, max_size=2), waits=st.booleans(), minutes=st.integers(1, 9)
)
joins = st.builds(Join, sides, sides, st.booleans())
parts = st.builds(Part, st.integers(0, 1), st.booleans())
talks = st.lists(says, max_size=4)


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Talk, and between it two links or three, and at some time one undone: what is left is undone at the end."""
    turning_points = draw(st.permutations([draw(joins), draw(joins), draw(joins), draw(parts), draw(parts)]))
    steps: list[Step] = [*draw(talks)]
    for point in turning_points:
        steps += [point, *draw(talks)]
    return steps


Open = Callable[[HandClock], AbstractAsyncContextManager[Talk]]


@pytest.fixture(params=[*EXAMPLES])
def memories(request: pytest.FixtureRequest) -> tuple[int, Open]:
    """How many histories to try, and how to open a memory with nothing in it for each."""
    kind: str = request.param
    if kind == "postgres":
        server = request.getfixturevalue("postgres")

    @asynccontextmanager
    async def opened(clock: HandClock) -> AsyncIterator[Talk]:
        if kind == "fakes":
            yield Talk(fake_memory(clock=clock), clock)
            return
        with TemporaryDirectory(dir=IN_MEMORY) as folder:
            url = server.emptied() if kind == "postgres" else new_sqlite(Path(folder) / "memory.db")
            async with open_memory(url, clock=clock) as memory:
                yield Talk(memory, clock)

    return EXAMPLES[kind], opened


def test_whoever_is_linked_and_parted_again_has_what_they_would_have_alone(memories: tuple[int, Open]) -> None:
    examples, opened = memories

    async def live(steps: list[Step]) -> None:
        async with opened(HandClock()) as talk:
            them = Sides(talk)
            await them.begin()
            for step in steps:
                await them.play(step)
            await them.end()

    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(histories())
    def whatever_happens(steps: list[Step]) -> None:
        for step in steps:
            note(repr(step))
        asyncio.run(asyncio.wait_for(live(steps), timeout=30))

    whatever_happens()
