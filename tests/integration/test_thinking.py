"""The process in which the dialogue thinks dies: customers wait a little, and nothing else happens."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from pathlib import Path

import httpx

from memory.model import Identity
from tests.callers import Caller
from tests.power import GLANCE, WAITING, seen
from tests.server import START_SECONDS, Server

ANA = Identity("c-101", "Ana Novak", "ana.novak@example.com")


async def test_a_return_goes_on_when_the_dialogue_dies_over_it(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
            ana = Caller(client, identity=ANA)
            assert "which item" in (await ana.says("I'd like to send something back")).lower()
            thinker = server.thinker
            os.kill(thinker, signal.SIGSTOP)  # it is asked, and does not get to answer
            answer = asyncio.create_task(ana.says("the tent"))
            await seen(f"{WAITING} AND attempts > 0", tmp_path / "memory.sqlite")
            os.kill(thinker, signal.SIGKILL)
            await unready(client)
            assert "reason" in (await answer).lower()
            assert server.thinker != thinker
            assert (await client.get("/health/ready")).status_code == httpx.codes.OK
            assert "refund or an exchange" in (await ana.says("too small")).lower()
            assert "how long" not in (await ana.says("do you ship to Ireland?")).lower()  # with its FAQ
            await ana.repeats_everything()
            assert "threadkeeper_dialogue_ended_total 1.0" in (await client.get("/metrics")).text


async def test_the_dialogue_ends_with_the_server(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        thinker = server.thinker
        server.kill()
        await gone(thinker)
        server.start()
        thinker = server.thinker
        server.stop(signal.SIGTERM)
        await gone(thinker)


async def unready(client: httpx.AsyncClient) -> None:
    """Return once the server says that it does not answer just now."""
    deadline = time.monotonic() + START_SECONDS
    while (await client.get("/health/ready")).status_code == httpx.codes.OK:
        assert time.monotonic() < deadline, "it says that it is ready"
        await asyncio.sleep(GLANCE)


async def gone(pid: int) -> None:
    """Return once a process is no more, or only waits to be looked at."""
    deadline = time.monotonic() + START_SECONDS
    while "thinker" in _command_of(pid):
        assert time.monotonic() < deadline, "it lives on"
        await asyncio.sleep(GLANCE)


def _command_of(pid: int) -> str:
    return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
