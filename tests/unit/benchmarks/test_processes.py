"""A measured program is weighed with its children and leaves nothing behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks.processes import _seconds, free_port, process, rss_mb, wait_for_port

LISTEN = """
import socket, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print(child.pid, flush=True)
child.wait()
"""


def test_a_program_is_weighed_with_its_children_and_all_of_it_is_stopped(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with process([sys.executable, "-c", LISTEN, str(port)], cwd=tmp_path, env={}, log=log) as started:
        wait_for_port(port, within=30)
        assert rss_mb(started.pid) > rss_mb(_child(log)) > 1
    with pytest.raises(ProcessLookupError):
        os.kill(started.pid, 0)
    assert rss_mb(_child(log)) == 0


@pytest.mark.parametrize(
    ("used", "seconds"), [("00:00:07", 7), ("01:02:03", 3_723), ("1-00:00:01", 86_401), ("0:07.25", 7.25)]
)
def test_processor_time_is_read_as_linux_and_macos_write_it(used: str, seconds: float) -> None:
    assert _seconds(used) == seconds


def test_a_port_on_which_nobody_comes_to_listen_is_reported() -> None:
    with pytest.raises(TimeoutError):
        wait_for_port(free_port(), within=0)


def _child(log: Path) -> int:
    return int(log.read_text().split()[0])
