"""`bot agent …`: the people at the desk, what they know, and how much they take on. Added by `bot.__main__`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timezone
from typing import Annotated, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.reading_settings import load_settings
from bot.settings import InvalidSetting
from memory.errors import DuplicateAgent
from memory.model import USUAL_CAPACITY, Agent, Colleague, ReadBy, Reading, Role
from memory.sql import SqlMemory

agent_cli = typer.Typer(no_args_is_help=True)
T = TypeVar("T")
out = Console()
err = Console(stderr=True)

MOST_AT_ONCE = 50
"""A capacity above this is a slip of the keyboard."""

Email = Annotated[str, typer.Argument(help="The e-mail with which they sign in.")]
Departments = Annotated[
    str | None, typer.Option(help='What they know, such as "returns, orders"; "" for anything.', show_default=False)
]
Languages = Annotated[
    str | None, typer.Option(help='Codes of what they speak, such as "en, de"; "" for any.', show_default=False)
]
Capacity = Annotated[
    int | None,
    typer.Option(min=0, max=MOST_AT_ONCE, help="Conversations they are offered at once; 0: none, they take some."),
]


@agent_cli.callback()
def agent() -> None:
    """The people at the desk."""


@agent_cli.command("add")
def add(  # noqa: PLR0913, PLR0917 - the command line's own words
    email: Email,
    name: str,
    role: Annotated[Role, typer.Option(help="agent, lead or admin.")] = Role.AGENT,
    departments: Departments = None,
    languages: Languages = None,
    capacity: Capacity = USUAL_CAPACITY,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="At least 8 characters.")
    ] = "",
) -> None:
    """Let somebody work at the desk."""
    from bot.desk.passwords import Passwords, UnusablePassword, add_agent, make_agent

    who = _with_skills(make_agent(email=email, name=name, role=role), departments, languages, capacity)
    try:
        _in_memory(lambda memory: add_agent(memory.agents, Passwords(), who, password))
    except (DuplicateAgent, UnusablePassword) as exc:
        _fail(str(exc))
    out.print(f"{escape(name)} can log in at the desk as {escape(email)}.")


@agent_cli.command("reset")
def reset(email: Email) -> None:
    """Print a link by which somebody sets a new password, once and within an hour."""
    found = _in_memory(lambda memory: _reset(memory, email))
    if found is None:
        _fail(f"Nobody signs in as {email}. `bot agent list` shows who is on the team.")
    out.print(f"{escape(found[0].name)} can set a new password within an hour. All their sessions end then.")
    out.print(f"{_desk_url()}{found[1]}", soft_wrap=True, markup=False, highlight=False)


async def _reset(memory: SqlMemory, email: str) -> tuple[Agent, str] | None:
    from bot.desk.access import RESET_LASTS, RESET_PATH

    found = await memory.agents.credentials(email)
    if found is None:
        return None
    secret = await memory.keys.issue_reset(found[0].id, datetime.now(timezone.utc) + RESET_LASTS)
    return found[0], f"{RESET_PATH}{secret}"


def _desk_url() -> str:
    settings = load_settings(dict(os.environ))
    return (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")


@agent_cli.command("readings")
def readings(limit: Annotated[int, typer.Option(min=1, max=500, help="How many, the newest.")] = 50) -> None:
    """Who was shown what customers said and who they are: when, whose, and by which view, the newest first."""
    table = Table("when", "who", "how", "whose", "conversation", box=None)
    for each in _in_memory(lambda memory: memory.readings.latest(limit)):
        when, who = f"{each.at:%Y-%m-%d %H:%M}", each.agent_name or each.agent_id
        table.add_row(*map(escape, (when, who, each.by.value, _whose(each), each.handoff_id or "")))
    out.print(table)


def _whose(reading: Reading) -> str:
    nobody = "of all" if reading.by is ReadBy.READINGS else "erased"
    return reading.customer_name or reading.customer_id or nobody


@agent_cli.command("list")
def everybody() -> None:
    """Who is on the team, what they know, what they have, and whether they are there."""
    team = _in_memory(lambda memory: memory.team.all())
    if not team:
        out.print("Nobody is on the team yet. `bot agent add` lets somebody in.")
        return
    table = Table("name", "e-mail", "role", "departments", "languages", "has", "is", box=None)
    for colleague in team:
        table.add_row(*map(escape, _row(colleague)))
    out.print(table)


@agent_cli.command("set")
def change(
    email: Email, departments: Departments = None, languages: Languages = None, capacity: Capacity = None
) -> None:
    """Change what somebody knows, or how much they take on; what is not named stays."""
    changed = _in_memory(lambda memory: _changed(memory, email, departments, languages, capacity))
    if changed is None:
        _fail(f"Nobody signs in as {email}. `bot agent list` shows who is on the team.")
    known, speaks = _named(changed.departments), _named(changed.languages)
    out.print(escape(f"{changed.name}: departments {known}, languages {speaks}, {changed.capacity} at once."))


async def _changed(
    memory: SqlMemory, email: str, departments: str | None, languages: str | None, capacity: int | None
) -> Agent | None:
    found = await memory.agents.credentials(email)
    if found is None:
        return None
    changed = _with_skills(found[0], departments, languages, capacity)
    await memory.team.change(changed)
    return changed


def _with_skills(who: Agent, departments: str | None, languages: str | None, capacity: int | None) -> Agent:
    return replace(
        who,
        departments=who.departments if departments is None else _listed(departments),
        languages=who.languages if languages is None else _listed(languages.lower()),
        capacity=who.capacity if capacity is None else capacity,
    )


def _listed(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def _named(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "any"


def _row(colleague: Colleague) -> tuple[str, ...]:
    who = colleague.agent
    has = f"{colleague.load} of {who.capacity}"
    known = (_named(who.departments), _named(who.languages), has, colleague.presence.value)
    return (who.name, who.email, who.role.value, *known)


def _in_memory(work: Callable[[SqlMemory], Awaitable[T]]) -> T:
    from bot.bootstrap.opened import opened_memory

    async def done() -> T:
        async with opened_memory(load_settings(dict(os.environ))) as memory:
            return await work(memory)

    try:
        return asyncio.run(done())
    except InvalidSetting as exc:
        _fail(str(exc))


def _fail(message: str) -> NoReturn:
    err.print(message, style="red", soft_wrap=True, markup=False)
    raise typer.Exit(1)
