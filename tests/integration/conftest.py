"""One real server for the tests that only talk to it; those that kill it start their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server over SQLite with the demo shop."""
    with Server(tmp_path_factory.mktemp("server")) as running:
        yield running
