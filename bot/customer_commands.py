"""`bot customer …`: what operators do with one customer. Added to the command line by `bot.__main__`."""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.settings import InvalidSetting, Settings, load_settings
from memory.errors import RememberingError
from memory.model import CustomerId, Grounds, Link, LinkId, Proof
from memory.ports import Links

customer_cli = typer.Typer(no_args_is_help=True)
out = Console()
err = Console(stderr=True)
T = TypeVar("T")

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
    table = Table("link", "customer", "grounds", "by", "at", "addresses", "undone", box=None)
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
        from bot.bootstrap import opened_links

        async with opened_links(_settings()) as port:
            return await work(port)

    try:
        return asyncio.run(run())
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
