"""A database of a newer Threadkeeper: whatever command opens it says so in one line, and changes nothing."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.bootstrap.given import utc_now
from memory.errors import SchemaTooNew
from tests.postgres import PostgresServer
from tests.remembering import open_memory

COMMANDS = (
    "serve --port 0",
    "agent add mara@example.com Mara --password long-enough",
    "faq import nlu_data/faq/orders.yml",
    "faq export {folder}/faq.yml",
)
AGED = "UPDATE alembic_version SET version_num = '9999'"


@pytest.fixture(params=["sqlite", "postgres"])
def newer(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of such a database."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path}/memory.sqlite"
        _make(url)
        with closing(sqlite3.connect(tmp_path / "memory.sqlite")) as connection, connection:
            connection.execute(AGED)
        return url
    postgres: PostgresServer = request.getfixturevalue("postgres")
    url = request.getfixturevalue("empty_postgres_url")
    _make(url)
    postgres.run(url, AGED)
    return url


def _make(url: str) -> None:
    async def open_and_close() -> None:
        async with open_memory(url, clock=utc_now):
            pass

    asyncio.run(open_and_close())


@pytest.fixture
def settings(newer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database, and a model that is there: it is looked for first."""
    (tmp_path / "model.tar.gz").touch()
    monkeypatch.setenv("THREADKEEPER_DATABASE_URL", newer)
    monkeypatch.setenv("THREADKEEPER_MODEL", str(tmp_path / "model.tar.gz"))
    monkeypatch.setenv("THREADKEEPER_SHOP_PATH", str(tmp_path / "shop.sqlite"))


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_opens_it_ends_with_one_line(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bot", *command.format(folder=tmp_path).split()])

    with pytest.raises(SystemExit) as ended:
        main()

    said = capsys.readouterr()
    assert ended.value.code == 1
    assert (said.out, said.err) == ("", f"{SchemaTooNew.__doc__}\n")


@pytest.mark.usefixtures("settings")
def test_the_doctor_names_it_among_the_findings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bot", "doctor"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    assert f"✗ database: {SchemaTooNew.__doc__} Check THREADKEEPER_DATABASE_URL.\n" in capsys.readouterr().out
