"""The injector strikes at each kind of point, in the event loop that the server runs in."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import PROJECT
from tests.chaos.injector import FARTHEST

STRUCK = """
import asyncio, os, random, signal, sys
from pathlib import Path
import uvloop
from sqlalchemy import create_engine, text
from tests.chaos.injector import SIGNAL, Injector

class Always(random.Random):
    def choice(self, kinds):
        return next(kind for kind in kinds if kind == sys.argv[1])

class Channel:
    async def send(self):
        await asyncio.sleep(0)

async def work():
    engine = create_engine("sqlite://")
    while True:
        with engine.begin() as connection:
            connection.execute(text("SELECT 1"))
        await asyncio.create_task(Channel().send())

injector = Injector(chance=Always(), note=Path(sys.argv[2]), sends=True)
injector.install()
injector.watch_sending(Channel)
os.kill(os.getpid(), SIGNAL)
uvloop.install()
asyncio.run(work())
"""


@pytest.mark.parametrize("kind", FARTHEST)
def test_it_strikes_at_every_kind_of_point(kind: str, tmp_path: Path) -> None:
    note = tmp_path / "note"

    ended = subprocess.run([sys.executable, "-c", STRUCK, kind, str(note)], cwd=PROJECT, timeout=60, check=False)

    assert ended.returncode == -signal.SIGKILL
    assert note.read_text() == kind
