"""A gateway and two workers over one PostgreSQL: customers are served in order, whoever of the workers dies."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.bootstrap.given import utc_now
from memory.model import Proof
from tests.callers import WEBHOOK, Caller
from tests.postgres import PostgresServer
from tests.remembering import open_memory
from tests.server import Server

API_TOKEN = "the shop's own token"
CUSTOMERS = 20
TALK = ("hello", "I want to return something", "never mind", "do you ship to Ireland?")
GATEWAY_CPU_SECONDS = 10.0
"""A few seconds, with room for slow processors; TensorFlow alone would take more."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """The processes of one installation and their database."""

    database: str
    gateway: Server
    workers: tuple[Server, Server]
    gateway_cpu: float


@pytest.fixture(scope="module")
def deployment(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    shop = tmp_path_factory.mktemp("shop") / "shop.sqlite"
    with ExitStack() as stack:
        database = stack.enter_context(postgres.database())
        common = {"DATABASE_URL": database, "SHOP_PATH": str(shop), "API_TOKEN": API_TOKEN}

        def started(role: str) -> Server:
            process = Server(tmp_path_factory.mktemp(role), {**common, "ROLE": role})
            stack.callback(process.stop, signal.SIGTERM)
            process.start(wait=False)
            return process

        # All at once, as after a power cut: they share the making of the schema, the first agent and the shop.
        gateway, one, two = started("gateway"), started("worker"), started("worker")
        gateway.until_ready()
        cpu = cpu_seconds(gateway.pid)
        one.until_ready()
        two.until_ready()
        yield Deployment(database, gateway, (one, two), cpu)


@pytest.fixture
async def client(deployment: Deployment) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {API_TOKEN}"}
    async with httpx.AsyncClient(base_url=deployment.gateway.url, headers=headers, timeout=60) as client:
        yield client


def test_the_gateway_is_up_in_seconds_because_it_leaves_tensorflow_alone(deployment: Deployment) -> None:
    assert loaded(deployment.workers[0].thinker) == {"tensorflow", "onnxruntime"}
    assert loaded(deployment.workers[0].pid) == loaded(deployment.gateway.pid) == set()
    assert deployment.gateway_cpu < GATEWAY_CPU_SECONDS


async def test_with_an_api_token_callers_must_show_it(deployment: Deployment) -> None:
    async with httpx.AsyncClient(base_url=deployment.gateway.url, timeout=60) as client:
        body = {"sender": "a", "message": "hello"}
        without = await client.post(WEBHOOK, json=body)
        wrong = await client.post(WEBHOOK, json=body, headers={"Authorization": "Bearer wrong"})
        right = await client.post(WEBHOOK, json=body, headers={"Authorization": f"Bearer {API_TOKEN}"})

    assert (without.status_code, wrong.status_code, right.status_code) == (401, 401, 200)
    assert without.json()["error"]["code"] == "unauthorized"


async def test_twenty_customers_at_once_are_answered_in_order_by_both_workers(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    callers = [Caller(client) for _ in range(CUSTOMERS)]

    await asyncio.gather(*(talk(caller) for caller in callers))

    await are_in_the_transcript_once(deployment, callers)
    assert all([await turns_of(worker) > 0 for worker in deployment.workers])


async def test_what_a_killed_worker_had_in_hand_is_answered_by_the_other_exactly_once(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    callers = [Caller(client) for _ in range(CUSTOMERS)]
    talking = asyncio.gather(*(talk(caller) for caller in callers))
    handled = await turns_of(deployment.workers[0])
    while await turns_of(deployment.workers[0]) < handled + CUSTOMERS // 2:
        assert not talking.done(), "the worker had nothing in hand when it was to be killed"

    deployment.workers[0].kill()
    await talking

    await are_in_the_transcript_once(deployment, callers)
    for caller in callers:
        await caller.repeats_everything()


async def test_a_gateway_ends_in_time_though_a_visitor_is_listening(deployment: Deployment) -> None:
    async with httpx.AsyncClient(base_url=deployment.gateway.url, timeout=60) as client:
        visitor = (await client.post("/api/visitor", json={})).json()["token"]
        headers = {"Authorization": f"Bearer {visitor}"}
        await client.post("/api/visitor/messages", json={"client_id": "1", "text": "hello"}, headers=headers)
        async with client.stream("GET", "/api/visitor/events", headers=headers) as stream:
            lines = stream.aiter_lines()
            assert "thread" in await anext(lines)

            await asyncio.to_thread(deployment.gateway.stop, signal.SIGTERM)

            async for _ in lines:
                pass  # what was under way still arrives, then the stream is at its end
    printed = deployment.gateway.log.read_text()
    assert printed.strip().endswith("/docs"), f"something was printed beside the welcome: {printed}"


async def talk(caller: Caller) -> None:
    for text in TALK:
        assert await caller.says(text), f"{text!r} got no answer"
    assert "6.95" in caller.exchanges[-1].texts[1], "the answer to another message came"


async def are_in_the_transcript_once(deployment: Deployment, callers: list[Caller]) -> None:
    async with open_memory(deployment.database, clock=utc_now) as memory:
        for caller in callers:
            await caller.is_in_the_transcript_once(memory.identities, memory.transcript, Proof.TRUSTED_CALLER)


async def turns_of(worker: Server) -> float:
    """How many turns a worker has finished."""
    async with httpx.AsyncClient() as client:
        page = (await client.get(f"{worker.url}/metrics")).text
    found = re.search(r"^threadkeeper_turn_seconds_count (\S+)$", page, re.MULTILINE)
    assert found is not None
    return float(found[1])


def loaded(pid: int) -> set[str]:
    """Which of the heavy libraries a process has in memory."""
    mapped = Path(f"/proc/{pid}/maps").read_text()
    return {library for library in ("tensorflow", "onnxruntime") if f"/{library}/" in mapped}


def cpu_seconds(pid: int) -> float:
    """Processor time a process has used, in all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
