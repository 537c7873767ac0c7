"""The two sides: Threadkeeper as `bot serve` runs it, and stock Rasa as `rasa run` does. Both over SQLite files.

Called by `benchmarks.compare`, which starts each of them once a round over an empty folder.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import yaml

from benchmarks.processes import Process, free_port, process, rss_mb, wait_for_port
from benchmarks.stock import environment

_WEBHOOK: Final = "/webhooks/rest/webhook"
_HELPER_WITHIN: Final = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A started server: where it answers, when its process was started, and what belongs to it."""

    url: str
    begun: float
    process: Process
    action_server: Process | None = None

    def rss_mb(self) -> float:
        """Resident memory of the server itself."""
        return rss_mb(self.process.pid)

    def action_server_rss_mb(self) -> float:
        """Resident memory of the action server beside it, 0 where there is none."""
        return rss_mb(self.action_server.pid) if self.action_server else 0.0

    def is_up(self) -> bool:
        """Whether the server's process is still there."""
        return self.process.poll() is None


class Contender(Protocol):
    """One side of the comparison."""

    name: str

    def prepare(self) -> None:
        """Install and train what is missing; not measured."""

    def running(self, folder: Path) -> AbstractContextManager[Running]:
        """Start over an empty folder for data and logs, and stop at the end."""


class Threadkeeper:
    """`bot serve` with its database, transcript, outbox and sample shop in SQLite files."""

    name = "Threadkeeper"

    def prepare(self) -> None:
        """Train the model unless it is there."""
        subprocess.run([sys.executable, "-m", "bot", "train"], cwd=environment.ROOT, check=True)

    @contextmanager
    def running(self, folder: Path) -> Iterator[Running]:
        """Start it over an empty folder."""
        port = free_port()
        settings = {
            "THREADKEEPER_HOST": "127.0.0.1",
            "THREADKEEPER_PORT": str(port),
            "THREADKEEPER_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'threadkeeper.sqlite'}",
            "THREADKEEPER_SHOP_PATH": str(folder / "shop.sqlite"),
        }
        begun = time.perf_counter()
        command = [sys.executable, "-m", "bot", "serve"]
        with process(command, cwd=environment.ROOT, env=settings, log=folder / "server.log") as started:
            yield Running(url=f"http://127.0.0.1:{port}{_WEBHOOK}", begun=begun, process=started)


class StockRasa:
    """`rasa run` with the REST channel and a SQL tracker store, and Rasa's own action server beside it."""

    name = "stock Rasa 3.6.21"

    def __init__(self, *, model_as_is: bool) -> None:
        """`model_as_is` takes a model of an earlier state of the training data rather than train for half an hour."""
        self._model_as_is = model_as_is

    def prepare(self) -> None:
        """Install it and train its model, unless that is done."""
        environment.prepare(model_as_is=self._model_as_is)

    @contextmanager
    def running(self, folder: Path) -> Iterator[Running]:
        """Start the action server, wait until it is up, then start Rasa: only the latter's time counts."""
        action_port, port = free_port(), free_port()
        _write(folder / "endpoints.yml", self._endpoints(folder, action_port))
        _write(folder / "credentials.yml", {"rest": None})
        with self._action_server(folder, action_port) as actions:
            command = [str(environment.PYTHON), "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port)]
            command += ["--model", str(environment.MODEL), "--endpoints", str(folder / "endpoints.yml")]
            command += ["--credentials", str(folder / "credentials.yml")]
            begun = time.perf_counter()
            log = folder / "server.log"
            with process(command, cwd=environment.PROJECT, env=environment.QUIET, log=log) as started:
                url = f"http://127.0.0.1:{port}{_WEBHOOK}"
                yield Running(url=url, begun=begun, process=started, action_server=actions)

    @staticmethod
    def _endpoints(folder: Path, action_port: int) -> dict[str, Any]:
        return {
            "action_endpoint": {"url": f"http://127.0.0.1:{action_port}/webhook"},
            "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "tracker.sqlite"), "query": {}},
        }

    @staticmethod
    @contextmanager
    def _action_server(folder: Path, port: int) -> Iterator[Process]:
        command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
        settings = environment.QUIET | {"THREADKEEPER_SHOP_PATH": str(folder / "shop.sqlite")}
        with process(command, cwd=environment.ROOT, env=settings, log=folder / "actions.log") as started:
            wait_for_port(port, within=_HELPER_WITHIN)
            yield started


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content), "utf-8")
