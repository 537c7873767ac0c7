"""How the process begins and ends when something is amiss: one line that helps, and no waiting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import PROJECT
from tests.server import END_SECONDS, Server


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_still_loading_its_model_ends_at_once(tmp_path: Path, how: signal.Signals) -> None:
    server = Server(tmp_path)
    server.start(wait=False)
    server.until_live()

    server.stop(how)

    assert server.log.read_text().strip() == "· loading the model"


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
