"""A conversation in the terminal, over the REST channel of a running server. Called by `bot chat`."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console
from rich.markdown import Markdown

from bot.bootstrap.given import identity_tokens
from bot.settings import InvalidSetting, Settings
from memory.model import Identity

_TURN_SECONDS = 35.0
_TOKEN_SECONDS = 3600.0


async def chat_in_terminal(settings: Settings, *, customer: str | None, url: str | None, console: Console) -> None:
    """Read lines and print replies until an empty end of input. Raises InvalidSetting when no server answers."""
    server = url or settings.public_url or f"http://{settings.host}:{settings.port}"
    headers = {"Authorization": f"Bearer {settings.api_token.get_secret_value()}"} if settings.api_token else {}
    async with httpx.AsyncClient(base_url=server, headers=headers, timeout=_TURN_SECONDS) as client:
        identity = await _identity(settings, client, customer) if customer else None
        console.print("[dim]Write to Fern; a number presses a button, Ctrl+D ends.[/dim]")
        buttons: Sequence[dict[str, str]] = ()
        while (line := _read(console)) is not None:
            said = _pressed(line, buttons) or line
            replies = await _say(client, said, customer, identity)
            for reply in replies:
                _show(console, reply)
            buttons = next((reply["buttons"] for reply in reversed(replies) if reply.get("buttons")), ())


def _read(console: Console) -> str | None:
    try:
        return console.input("[bold cyan]you[/bold cyan]  ")
    except EOFError:
        console.print()
        return None


def _pressed(line: str, buttons: Sequence[dict[str, str]]) -> str | None:
    if line.strip().isdigit() and 1 <= int(line) <= len(buttons):
        return buttons[int(line) - 1]["payload"]
    return None


async def _say(
    client: httpx.AsyncClient, text: str, customer: str | None, identity: str | None
) -> list[dict[str, Any]]:
    body = {"sender": f"terminal-{customer or getpass.getuser()}", "message": text, "message_id": uuid4().hex}
    if identity is not None:
        body["identity"] = identity
    try:
        answer = await client.post("/webhooks/rest/webhook", json=body)
    except httpx.ConnectError as exc:
        raise InvalidSetting(f"No server answers at {client.base_url}. Start it with scripts/serve.") from exc
    if answer.status_code != httpx.codes.OK:
        raise InvalidSetting(answer.json()["error"]["message"])
    replies: list[dict[str, Any]] = answer.json()
    return replies


def _show(console: Console, reply: dict[str, Any]) -> None:
    console.print("[bold green]fern[/bold green]", end=" ")
    console.print(Markdown(reply["text"]))
    for number, button in enumerate(reply.get("buttons") or (), start=1):
        console.print(f"      [dim]{number}[/dim] {button['title']}", highlight=False)


async def _identity(settings: Settings, client: httpx.AsyncClient, customer: str) -> str:
    """A token for a demo customer, as the demo shop would sign it."""
    answer = await client.get("/demo/customers")
    known = {shopper["id"]: shopper for shopper in answer.json()} if answer.status_code == httpx.codes.OK else {}
    if customer not in known:
        raise InvalidSetting(f"There is no demo customer {customer}. There are: {', '.join(known) or 'none'}.")
    shopper = known[customer]
    return identity_tokens(settings).sign(Identity(customer, shopper["name"], shopper["email"]), _TOKEN_SECONDS)
