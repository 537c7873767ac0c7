"""The real server in a process of its own, which tests start, kill and start again."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import httpx

from bot.settings import PROJECT
from bot.training import train

START_SECONDS = 120.0
"""A cold start imports TensorFlow from a cold disk; a warm one takes a tenth of this."""
LOOK_AGAIN = 0.2
END_SECONDS = 10.0
"""What supervisors such as Docker grant between SIGTERM and SIGKILL; a quiet machine takes half of it at most."""
PORTS = range(20_000, 30_000)
"""Below the first port of Linux (32768) and macOS (49152) for outgoing connections."""
IDENTITY_SECRET = "the demo shop's secret, for tests only"
ADMIN = {"email": "mara@fernhill.example", "password": "a password for tests"}


class Server:
    """`bot serve` over one database, on one port, through any number of lives."""

    def __init__(
        self, folder: Path, settings: Mapping[str, str] | None = None, program: Sequence[str] = ("bot", "serve")
    ) -> None:
        self.folder = folder
        self._program = program
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._model = train(PROJECT / "models", on_step=lambda _: None)
        self.environ = self._environment(settings or {})

    def __enter__(self) -> Server:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def start(self, *, wait: bool = True) -> None:
        """Start the process and, if asked, return only when it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._program], cwd=PROJECT, env=self.environ, stdout=log, stderr=log
            )
        if wait:
            self.until_ready()

    def until_ready(self) -> None:
        """Return when the server answers customers; fail with its log when it ends or takes too long."""
        self._until("/health/ready")

    def until_live(self) -> None:
        """Return when the server takes messages, be it that the model is still being loaded."""
        self._until("/health/live")

    def _until(self, path: str) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._says_ok(path):
                return
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=LOOK_AGAIN)
                raise AssertionError(f"the server ended:\n{self.log.read_text()}")
        raise AssertionError(f"the server was not ready in time:\n{self.log.read_text()}")

    def kill(self) -> None:
        """End it as a power cut would: no warning, nothing finished."""
        self._end(signal.SIGKILL)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it as an operator would; fail when it does not end by itself, and well."""
        if self._process is None or self._process.poll() is not None:
            return
        try:
            self._end(how)
        except subprocess.TimeoutExpired as exc:
            self.kill()
            raise AssertionError(f"the server did not end after {how.name}:\n{self.log.read_text()}") from exc
        assert self._process.returncode == 0, f"the server ended badly:\n{self.log.read_text()}"

    @property
    def pid(self) -> int:
        """The process of its present life."""
        assert self._process is not None
        return self._process.pid

    @property
    def thinker(self) -> int:
        """The process that it has started for its dialogue."""
        listing = subprocess.run(["ps", "-axo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
        rows = [line.split(maxsplit=2) for line in listing.splitlines()]
        (found,) = [int(pid) for pid, ppid, args in rows if int(ppid) == self.pid and "thinker" in args]
        return found

    @property
    def database_url(self) -> str:
        """Its memory, which tests may fill before it starts."""
        return f"sqlite+aiosqlite:///{self.folder / 'memory.sqlite'}"

    @property
    def ended(self) -> int | None:
        """With what code its last life ended; None while it lives."""
        return None if self._process is None else self._process.poll()

    @property
    def log(self) -> Path:
        """What the server printed in all its lives."""
        return self.folder / "server.log"

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=END_SECONDS)

    def _says_ok(self, path: str) -> bool:
        try:
            return httpx.get(f"{self.url}{path}", timeout=2).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        given = {
            "PORT": str(self.port),
            "MODEL": str(self._model),
            "DATABASE_URL": self.database_url,
            "SHOP_PATH": str(self.folder / "shop.sqlite"),
            "IDENTITY_SECRET": IDENTITY_SECRET,
            "ADMIN_EMAIL": ADMIN["email"],
            "ADMIN_PASSWORD": ADMIN["password"],
            **settings,
        }
        clean = {key: value for key, value in os.environ.items() if not key.startswith("THREADKEEPER_")}
        return clean | {f"THREADKEEPER_{key}": value for key, value in given.items()}


def _free_port() -> int:
    """A port that stays ours between two lives: from below those that the system hands out to others of its own."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise AssertionError(f"no port of {PORTS} is free")
