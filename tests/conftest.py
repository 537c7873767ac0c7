"""What all tests may use: a clock of their own, a real Chromium and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright

from tests.chromium import chromium
from tests.conversation.repeats import TALLY
from tests.postgres import PostgresServer, postgres_server

CUTS_IN_CI = 100


def pytest_addoption(parser: pytest.Parser) -> None:
    """How thoroughly to look for a cut that matters: `scripts/test tests/conversation/test_cuts.py --cuts 2000`."""
    parser.addoption("--cuts", type=int, default=CUTS_IN_CI, help="cuts to make in tests/conversation/test_cuts.py")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where the tests run in several processes, each hands its count of questions to the first."""
    if (handed_over := getattr(session.config, "workeroutput", None)) is not None:
        handed_over["questions"] = (TALLY.questions, TALLY.repeated)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take it."""
    asked, repeated = getattr(node, "workeroutput", {}).get("questions", (0, 0))
    TALLY.questions += asked
    TALLY.repeated += repeated


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how often something was asked for that had been given; a conversation in which it was has failed, too."""
    if TALLY.questions:
        terminalreporter.write_line(
            f"{TALLY.questions} questions were asked in the conversations, {TALLY.repeated} for what had been given"
        )


class HandClock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = datetime(2030, 3, 14, 9, 0, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Let time pass: `clock.advance(minutes=5)`."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands still until it is advanced."""
    return HandClock()


@pytest.fixture(scope="session")
async def opened_browser() -> AsyncIterator[Browser]:
    """The session's Chromium, without a window: to start one takes longer than most tests with it."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        await opened.close()


@pytest.fixture
async def browser(opened_browser: Browser) -> AsyncIterator[Browser]:
    """It, for one test: windows that this opens are closed at its end, with all that their pages kept."""
    yield opened_browser
    for context in tuple(opened_browser.contexts):
        await context.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The session's PostgreSQL."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    """A database with the newest schema and nothing in it."""
    return postgres.emptied()


@pytest.fixture
def empty_postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A new database without a schema."""
    with postgres.database() as url:
        yield url
