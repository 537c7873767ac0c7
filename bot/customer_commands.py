"""`bot customer …`: what operators do with one customer. Added to the command line by `bot.__main__`."""

from __future__ import annotations

import os
from typing import NoReturn

import typer
from rich.console import Console

from bot.settings import InvalidSetting, Settings, load_settings

customer_cli = typer.Typer(no_args_is_help=True)
out = Console()
err = Console(stderr=True)


@customer_cli.callback()
def customer() -> None:
    """One customer: what is kept of them, and which addresses are theirs."""


def _settings() -> Settings:
    try:
        return load_settings(dict(os.environ))
    except InvalidSetting as exc:
        _fail(str(exc))


def _fail(message: str) -> NoReturn:
    err.print(message, style="red", soft_wrap=True, markup=False)
    raise SystemExit(1)
