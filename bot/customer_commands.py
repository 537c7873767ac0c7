"""`bot customer …`: what operators do with one customer. Added to the command line by `bot.__main__`."""

from __future__ import annotations

import asyncio
import getpass
import os
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from bot.custody.document import HTML_NAME, JSON_NAME, as_html, as_json
from bot.custody.stories import as_story
from bot.reading_settings import load_settings
from bot.settings import InvalidSetting, Settings
from memory.errors import RememberingError
from memory.model import Cursor, CustomerId, Export, Grounds, Link, LinkId, Message, Proof
from memory.ports import Links

customer_cli = typer.Typer(no_args_is_help=True)
T = TypeVar("T")
out = Console()
err = Console(stderr=True)

CustomerArgument = Annotated[str, typer.Argument(help="A customer's id, as the desk and `bot customer` show it.")]
Why = Annotated[str, typer.Option(help="The reason, kept with the link.")]


@customer_cli.callback()
def customer() -> None:
    """One customer: what is kept of them, and which addresses are theirs."""


@customer_cli.command("links")
def links(customer_id: CustomerArgument) -> None:
    """List the links of a customer: who was linked with them, on what grounds, and what was undone."""
    found = _with_links(lambda port: port.of(CustomerId(customer_id)))
    if not found:
        out.print("There are no links.")
        return
    whole_id = Column("customer", no_wrap=True, min_width=32)  # to be copied
    table = Table("link", whole_id, "grounds", "by", "at", "addresses", "undone", box=None)
    for link in found:
        table.add_row(*map(escape, _row(link)))
    out.print(table)


@customer_cli.command("merge")
def merge(
    from_id: CustomerArgument,
    into: Annotated[str, typer.Argument(help="The customer in whose thread it continues.")],
    why: Why,
) -> None:
    """Let the conversation of one customer, who is not identified, continue in another's."""
    grounds = Grounds(Proof.OPERATOR, why, by=getpass.getuser())
    link = _with_links(lambda port: port.merge(CustomerId(from_id), into=CustomerId(into), on=grounds))
    out.print(f"Linked. `bot customer unlink {link.id}` undoes it.", highlight=False)


@customer_cli.command("unlink")
def unlink(
    link_id: Annotated[int, typer.Argument(metavar="LINK", help="The number that `bot customer links` shows.")],
    why: Why,
) -> None:
    """Undo a link: each side gets its own back, with what was said at its addresses since."""
    link = _with_links(lambda port: port.undo(LinkId(link_id), why=why, by=getpass.getuser()))
    out.print(f"Undone: {link.absorbed} and {link.customer_id} are two customers again.", highlight=False)


def _row(link: Link) -> tuple[str, ...]:
    addresses = ", ".join(f"{address.channel}:{address.id}" for address in link.addresses)
    undone = f"{link.undone_at:%Y-%m-%d %H:%M} by {link.undone_by}: {link.undone_why}" if link.undone_at else ""
    grounds = f"{link.proof.value}: {link.why}"
    return str(link.id), link.absorbed, grounds, link.by, f"{link.at:%Y-%m-%d %H:%M}", addresses, undone


def _with_links(work: Callable[[Links], Awaitable[T]]) -> T:
    async def run() -> T:
        from bot.bootstrap.opened import opened_links

        async with opened_links(_settings()) as port:
            return await work(port)

    return _run(run())


@customer_cli.command()
def show(customer_id: CustomerArgument) -> None:
    """Show how much is kept of a customer, and what was learnt."""
    export = _run(_export(customer_id))
    table = Table("kept", "how many")
    for section in export.sections:
        table.add_row(section.name, str(len(section.rows)))
    out.print(table)
    for fact in export.rows("facts"):
        out.print(f"{fact['key']}: {fact['value']}", highlight=False, markup=False)


@customer_cli.command()
def export(
    customer_id: CustomerArgument, to: Annotated[Path, typer.Option(help="Folder for the two files.")] = Path()
) -> None:
    """Write all that is kept of a customer to my-data.json and my-data.html."""
    found = _run(_export(customer_id))
    to.mkdir(parents=True, exist_ok=True)
    (to / JSON_NAME).write_text(as_json(found), encoding="utf-8")
    (to / HTML_NAME).write_text(as_html(found), encoding="utf-8")
    out.print(f"Wrote {to / JSON_NAME} and {to / HTML_NAME}.", highlight=False, markup=False, soft_wrap=True)


@customer_cli.command()
def forget(
    customer_id: CustomerArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Don’t ask whether you are sure.")] = False,
) -> None:
    """Erase all that is kept of a customer, on every channel. It can't be undone."""
    if not yes:
        typer.confirm(f"Erase all that is kept of {customer_id}?", abort=True)
    reference = secrets.token_hex(4)
    _run(_forget(customer_id, reference))
    out.print(f"Erased. The audit log has it as {reference}.", highlight=False)


@customer_cli.command()
def events(customer_id: CustomerArgument) -> None:
    """Print a conversation as a story that Rasa reads, for training and testing."""
    typer.echo(as_story(customer_id, _run(_messages(customer_id))), nl=False)


async def _export(customer_id: str) -> Export:
    from bot.bootstrap.opened import opened_memory

    async with opened_memory(_settings()) as memory:
        return await memory.custody.export(CustomerId(customer_id))


async def _forget(customer_id: str, reference: str) -> None:
    from bot.bootstrap.opened import opened_memory

    async with opened_memory(_settings()) as memory:
        await memory.custody.erase(CustomerId(customer_id), reference)


async def _messages(customer_id: str) -> list[Message]:
    from bot.bootstrap.opened import opened_memory

    async with opened_memory(_settings()) as memory:
        known = await memory.identities.customer(CustomerId(customer_id))
        return list(await memory.transcript.after(known.id, Cursor(0), known.last_number))


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except RememberingError as exc:
        _fail(str(exc))


def _settings() -> Settings:
    try:
        return load_settings(dict(os.environ))
    except InvalidSetting as exc:
        _fail(str(exc))


def _fail(message: str) -> NoReturn:
    err.print(message, style="red", soft_wrap=True, markup=False)
    raise SystemExit(1)
