"""Starts a program for a measurement, stops it with all its children, and reads the memory they use.

Called by `benchmarks.contenders`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_STOP_WITHIN = 20.0

Process = subprocess.Popen[bytes]


@contextmanager
def process(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path) -> Iterator[Process]:
    """Run a command in a session of its own, its output in `log`; end everything of it afterwards."""
    with log.open("w") as output:
        started = subprocess.Popen(
            command, cwd=cwd, env=os.environ | dict(env), stdout=output, stderr=output, start_new_session=True
        )
        try:
            yield started
        finally:
            _stop(started)


def _stop(started: Process) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(started.pid, sign)
            started.wait(_STOP_WITHIN)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    started.wait()


def free_port() -> int:
    """A TCP port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def rss_mb(pid: int) -> float:
    """Resident memory of a process and all its descendants, in MB (10⁶ bytes)."""
    return sum(float(kilobytes) for kilobytes in _of_family(pid, "rss")) * 1024 / 1e6


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and all its descendants that live, to the second."""
    return sum(_seconds(used) for used in _of_family(pid, "time"))


def _seconds(used: str) -> float:
    """Of what `ps` writes, [[days-]hours:]minutes:seconds."""
    days, _, clock = used.rpartition("-")
    seconds = 0.0
    for part in clock.split(":"):
        seconds = seconds * 60 + float(part)
    return int(days or 0) * 86_400 + seconds


def _of_family(pid: int, what: str) -> Sequence[str]:
    """What `ps` says of a process and all its descendants."""
    command = ["ps", "-axo", f"pid=,ppid=,{what}="]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    table = {int(row[0]): (int(row[1]), row[2]) for row in map(str.split, listing.splitlines())}
    family = {pid}
    while grown := {child for child, (parent, _) in table.items() if parent in family} - family:
        family |= grown
    return [table[each][1] for each in family if each in table]


def wait_for_port(port: int, *, within: float) -> None:
    """Return when something listens on a loopback port. Raises TimeoutError."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"Nothing listened on port {port} within {within:.0f} s.")
