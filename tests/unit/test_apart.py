"""A part of the bot in another process: called, failing, dying, and never left behind."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.apart import PATIENCE, Apart, PartEnded, RaisedThere
from bot.beside import ended
from bot.settings import PROJECT
from tests.power import GLANCE

MODULE = "tests.unit.apart_part"


@dataclass
class Lives:
    """How a part was opened, and when it ended."""

    given: list[str]
    patience: float = PATIENCE
    apart: Apart = field(init=False)
    opened: int = 0
    ended: int = 0

    def __post_init__(self) -> None:
        self.apart = Apart(MODULE, lambda: self.given[-1], patience=self.patience)

    @asynccontextmanager
    async def going(self) -> AsyncIterator[Apart]:
        """Keep it going within this block."""
        running = asyncio.create_task(self.apart.run(opened=self._opened, ended=self._ended))
        try:
            yield self.apart
        finally:
            await ended(running)

    def _opened(self) -> None:
        self.opened += 1

    def _ended(self) -> None:
        self.ended += 1


async def test_calls_are_answered_side_by_side() -> None:
    async with Lives(["the model"]).going() as part:
        waiting = asyncio.create_task(part.call("wait"))
        assert await part.call("given") == "the model"
        assert not waiting.done()
        await part.call("go_on")
        assert await waiting == "went on"


async def test_large_messages_travel_whole_both_ways() -> None:
    large = ["word " * 1_000 for _ in range(400)]
    async with Lives(["the model"]).going() as part:
        echoes = await asyncio.gather(*(part.call("echo", large) for _ in range(3)))
    assert echoes == [large] * 3


async def test_what_a_call_raises_is_raised_here_with_where_it_was_raised() -> None:
    async with Lives(["the model"]).going() as part:
        with pytest.raises(ValueError, match="that was no value") as raised:
            await part.call("fail")
        assert isinstance(raised.value.__cause__, RaisedThere)
        assert "in fail\n" in str(raised.value.__cause__)
        with pytest.raises(RuntimeError, match="HereOnly: only here"):
            await part.call("fail_strangely")
        with pytest.raises(AttributeError):
            await part.call("no_such_call")
        with pytest.raises((AttributeError, pickle.PicklingError)):
            await part.call("echo", lambda: "can't be handed over")
        assert await part.call("given") == "the model"  # it goes on


async def test_a_part_that_dies_is_started_again_with_what_is_given_then() -> None:
    lives = Lives(["the model"])
    async with lives.going() as part:
        waiting = asyncio.create_task(part.call("wait"))
        first = await part.call("pid")
        lives.given.append("a newer model")
        with pytest.raises(PartEnded):
            await part.call("die")
        with pytest.raises(PartEnded):
            await waiting
        assert await part.call("given") == "a newer model"
        assert await part.call("pid") != first
    assert (lives.opened, lives.ended) == (2, 1)


async def test_a_part_that_hangs_is_ended_and_started_again() -> None:
    lives = Lives(["the model"], patience=2.0)
    async with lives.going() as part:
        first = await part.call("pid")
        with pytest.raises(PartEnded):
            await part.call("hang")
        assert await part.call("pid") != first
    assert (lives.opened, lives.ended) == (2, 1)


async def test_a_part_that_cannot_be_opened_again_is_tried_until_it_can() -> None:
    lives = Lives(["the model"])
    async with lives.going() as part:
        assert await part.call("given") == "the model"
        lives.given.append("nothing")
        with pytest.raises(PartEnded):
            await part.call("die")
        given = asyncio.create_task(part.call("given"))
        while lives.ended < 2:  # noqa: ASYNC110 - of another process
            await asyncio.sleep(GLANCE)
        lives.given.append("a model again")
        assert await given == "a model again"
    assert lives.opened == 2


async def test_a_part_that_cannot_be_opened_says_why() -> None:
    lives = Lives(["nothing"])
    with pytest.raises(LookupError, match="there is nothing to open"):
        await lives.apart.run(opened=lives._opened, ended=lives._ended)
    assert (lives.opened, lives.ended) == (0, 0)


async def test_signals_meant_for_the_first_process_do_not_end_the_other() -> None:
    async with Lives(["the model"]).going() as part:
        pid = await part.call("pid")
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(pid, number)
        assert await part.call("pid") == pid


def test_it_ends_when_the_first_process_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-m", MODULE], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert int(first.stdout.readline()) != first.pid
        first.kill()
        assert first.stdout.read() == ""  # the end of the pipe, which the other process holds open while it lives
