"""How the process begins and ends when something is amiss: one line that helps, and no waiting."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from bot.settings import PROJECT
from tests.callers import WEBHOOK
from tests.chaos.books import ARRIVED, PostgresBooks
from tests.postgres import PostgresServer
from tests.server import END_SECONDS, LOOK_AGAIN, Server


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_still_loading_its_model_ends_at_once(tmp_path: Path, how: signal.Signals) -> None:
    server = Server(tmp_path)
    server.start(wait=False)
    server.until_live()

    server.stop(how)

    assert server.log.read_text().strip() == "· loading the model"


async def test_who_waits_when_a_gateway_ends_is_told_to_ask_again_and_is_answered_then(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    body = {"sender": "ana", "message": "hello", "message_id": "m1"}
    with postgres.database() as database:
        settings = {"DATABASE_URL": database, "SHOP_PATH": str(tmp_path / "shop.sqlite")}
        gateway = Server(_folder(tmp_path, "gateway"), {**settings, "ROLE": "gateway"})
        worker = Server(_folder(tmp_path, "worker"), {**settings, "ROLE": "worker"})
        async with httpx.AsyncClient(base_url=gateway.url, timeout=60) as client:
            with gateway:
                waiting = asyncio.create_task(client.post(WEBHOOK, json=body))
                await _until_arrived(PostgresBooks(database))
                await asyncio.to_thread(gateway.stop, signal.SIGTERM)
                refused = await waiting
            with gateway, worker:
                answered = await client.post(WEBHOOK, json=body)

    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "ending")
    assert [reply["recipient_id"] for reply in answered.json()] == ["ana"]
    assert "Traceback" not in gateway.log.read_text()


async def _until_arrived(books: PostgresBooks) -> None:
    deadline = time.monotonic() + END_SECONDS
    while not await books.number(ARRIVED):
        assert time.monotonic() < deadline, "the message has not arrived"
        await asyncio.sleep(LOOK_AGAIN)


def _folder(within: Path, name: str) -> Path:
    folder = within / name
    folder.mkdir()
    return folder


def test_without_a_model_one_line_says_so_and_how_to_mend_it(tmp_path: Path) -> None:
    settings = {"MODEL": str(tmp_path), "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'memory.sqlite'}"}
    environ = os.environ | {f"THREADKEEPER_{key}": value for key, value in settings.items()}

    ended = subprocess.run(
        [sys.executable, "-m", "bot", "serve", "--port", "0"],
        cwd=PROJECT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=6 * END_SECONDS,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr == f"There is no trained model in {tmp_path}. Run `bot train`.\n"
    assert ended.stdout == ""
