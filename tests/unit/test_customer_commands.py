"""`bot customer` as an operator types it, over a SQLite file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from bot.customer_commands import customer_cli
from memory.model import CustomerId
from memory.sql import SqlMemory
from tests.conftest import HandClock
from tests.contract.memory.talk import ANA, BEN, Talk
from tests.remembering import open_memory

WEB, OTHER_WEB, CHAT = ("web", "v1"), ("web", "v2"), ("telegram", "42")


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Talk], Awaitable[object]]], object]:
    """Runs something in the memory that the commands work on."""
    monkeypatch.setenv("THREADKEEPER_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'memory.sqlite'}")
    monkeypatch.setattr("bot.customer_commands.out", Console(width=240))

    async def run(work: Callable[[Talk], Awaitable[object]]) -> object:
        clock = HandClock()
        opened: SqlMemory
        async with open_memory(f"sqlite:///{tmp_path / 'memory.sqlite'}", clock=clock) as opened:
            return await work(Talk(opened, clock))

    return lambda work: asyncio.run(run(work))


def typed(*words: str) -> Result:
    """What a command printed, and how it ended."""
    return CliRunner().invoke(customer_cli, list(words), env={"LOGNAME": "mara"})


async def ana_and_a_chat(talk: Talk) -> tuple[CustomerId, CustomerId]:
    return await talk.say("web", at=WEB, identity=ANA), await talk.say("chat", at=CHAT)


def test_an_operator_links_lists_and_unlinks(memory: Callable[..., object]) -> None:
    ana, chat = memory(ana_and_a_chat)  # type: ignore[misc]

    merged = typed("merge", chat, ana, "--why", "she called us")
    assert (merged.exit_code, merged.output) == (0, "Linked. `bot customer unlink 1` undoes it.\n")
    listed = typed("links", ana).output
    for known in ("1", chat, "operator: she called us", "mara", "telegram:42"):
        assert known in listed

    undone = typed("unlink", "1", "--why", "another Ana")
    assert undone.output == f"Undone: {chat} and {ana} are two customers again.\n"
    assert "by mara: another Ana" in typed("links", ana).output
    assert memory(lambda talk: talk.texts(chat)) == ["chat", "ok"]


def test_what_cannot_be_done_is_said_in_one_line(memory: Callable[..., object]) -> None:
    ana, _ = memory(ana_and_a_chat)  # type: ignore[misc]
    ben = memory(lambda talk: talk.say(at=OTHER_WEB, identity=BEN))

    refused = [
        typed("merge", str(ben), ana, "--why", "guess"),
        typed("merge", "nobody", ana, "--why", "guess"),
        typed("unlink", "7", "--why", "guess"),
    ]

    assert [result.exit_code for result in refused] == [1, 1, 1]
    assert [result.stderr.split(".")[0] for result in refused] == [
        "Both customers are identified at the host site, so they are two people",
        "There is no such customer",
        "There is no such link, or it was undone already",
    ]
    assert typed("links", "nobody").output == "There are no links.\n"
