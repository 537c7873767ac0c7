"""`bot agent` as an operator types it, over a SQLite file."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from bot.agent_commands import agent_cli


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADKEEPER_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'memory.sqlite'}")
    monkeypatch.setattr("bot.agent_commands.out", Console(width=240))


def typed(*words: str) -> Result:
    """What a command printed, and how it ended."""
    return CliRunner().invoke(agent_cli, list(words), env={"COLUMNS": "240"})


def row(name: str) -> list[str]:
    """What the list says of somebody."""
    (line,) = [line for line in typed("list").output.splitlines() if line.strip().startswith(name)]
    return [cell for cell in line.split("  ") if cell.strip()]


def test_an_empty_team_says_how_to_let_somebody_in() -> None:
    assert "bot agent add" in typed("list").output


def test_somebody_new_takes_anything_on_three_at_once() -> None:
    added = typed("add", "mara@example.com", "Mara", "--password", "long enough")
    assert (added.exit_code, added.output) == (0, "Mara can log in at the desk as mara@example.com.\n")
    assert [cell.strip() for cell in row("Mara")] == [
        "Mara", "mara@example.com", "agent", "any", "any", "0 of 3", "gone",
    ]  # fmt: skip


def test_what_somebody_knows_is_named_and_changed_and_the_rest_stays() -> None:
    skills = ("--departments", "returns, orders", "--languages", "EN,de", "--capacity", "2", "--role", "lead")
    typed("add", "mara@example.com", "Mara", "--password", "long enough", *skills)
    assert [cell.strip() for cell in row("Mara")][2:6] == ["lead", "orders, returns", "de, en", "0 of 2"]
    changed = typed("set", "MARA@example.com", "--departments", "")
    assert changed.output == "Mara: departments any, languages de, en, 2 at once.\n"
    typed("set", "mara@example.com", "--capacity", "5")
    assert [cell.strip() for cell in row("Mara")][2:6] == ["lead", "any", "de, en", "0 of 5"]


def test_nobody_unknown_is_changed() -> None:
    refused = typed("set", "tom@example.com", "--capacity", "5")
    assert refused.exit_code == 1
    assert "Nobody signs in as tom@example.com" in refused.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--password", "short"), "between 8 and 200 characters"),
        (("--password", "long enough", "--role", "boss"), "'boss' is not one of"),
        (("--password", "long enough", "--capacity", "51"), "less than or equal to 50"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(words: tuple[str, ...], said: str) -> None:
    refused = typed("add", "mara@example.com", "Mara", *words)
    assert refused.exit_code != 0
    assert said in refused.output


def test_an_email_is_used_once() -> None:
    typed("add", "mara@example.com", "Mara", "--password", "long enough")
    again = typed("add", "mara@example.com", "Mara", "--password", "long enough")
    assert (again.exit_code, "An agent with this e-mail exists" in again.output) == (1, True)


def test_a_link_that_sets_a_new_password_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    typed("add", "mara@example.com", "Mara", "--password", "long enough")
    monkeypatch.setenv("THREADKEEPER_PUBLIC_URL", "https://desk.example.com/")
    first = typed("reset", "MARA@example.com")
    assert first.exit_code == 0
    link = first.output.splitlines()[-1]
    assert link.startswith("https://desk.example.com/desk/reset#")
    assert len(link.partition("#")[2]) > 50
    assert typed("reset", "mara@example.com").output.splitlines()[-1] != link


def test_nobody_unknown_gets_a_link() -> None:
    refused = typed("reset", "tom@example.com")
    assert (refused.exit_code, "Nobody signs in as tom@example.com" in refused.output) == (1, True)


def test_who_has_read_what_is_a_table() -> None:
    listed = typed("readings")
    assert (listed.exit_code, listed.output.split()) == (0, ["when", "who", "how", "whose", "conversation"])
