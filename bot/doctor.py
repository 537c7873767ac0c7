"""Looks at settings and parts and says how to mend what is wrong. Called by `bot doctor`."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pydantic import SecretStr
from pydantic_core import PydanticUndefined
from rich.console import Console
from rich.table import Table

from bot.bootstrap.given import check_together, session_secret, support_hours, utc_now
from bot.bootstrap.ways import WAYS
from bot.channels.email.mailbox import FAILURES, Mailbox, MailboxRefused
from bot.channels.email.options import email_settings
from bot.nlu.encoder import Encoder, ModelFilesError
from bot.reading_settings import all_fields, load_settings
from bot.settings import PREFIX, PROJECT, DatabaseUrl, InvalidSetting, Settings
from bot.training import model_for_sources
from memory.errors import RememberingError
from memory.sql import open_memory

Finding = tuple[str, str | None]
"""What was looked at, and how to mend it (None: it is well)."""


def examine(environ: Mapping[str, str], console: Console) -> bool:
    """Print all settings and the findings. True when everything is well."""
    try:
        settings = load_settings(environ)
        check_together(settings)
    except InvalidSetting as exc:
        console.print(f"[red]✗[/red] settings: {exc}", highlight=False, soft_wrap=True)
        return False
    console.print(_table(settings))
    findings = [("settings", None), *_parts(settings)]
    for name, mend in findings:
        mark = "[green]✓[/green]" if mend is None else "[red]✗[/red]"
        console.print(f"{mark} {name}" + (f": {mend}" if mend else ""), highlight=False, soft_wrap=True)
    return all(mend is None for _, mend in findings)


def _table(settings: Settings) -> Table:
    table = Table("setting", "value", "meaning", title="Settings", title_justify="left", box=None)
    values = {name: value for part in (settings, *settings.of_channels.values()) for name, value in part}
    for name, field in all_fields().items():
        table.add_row(f"{PREFIX}{name.upper()}", _shown(values[name], field.default), field.description)
    return table


def _shown(value: object, default: object) -> str:
    if isinstance(value, SecretStr) and not isinstance(value, DatabaseUrl):
        return "(set)"
    text = "" if value is None else str(getattr(value, "value", value))
    return text if value == default or default is PydanticUndefined else f"{text} (set)"


def _parts(settings: Settings) -> Iterator[Finding]:
    checks: tuple[tuple[str, Callable[[Settings], str | None]], ...] = (
        ("support hours", _hours),
        ("language model", _encoder),
        ("trained model", _model),
        ("pages", _pages),
        ("database", _database),
        ("mailbox", mailbox),
        ("disk", _disk),
    )
    for name, check in checks:
        yield name, check(settings)


def _hours(settings: Settings) -> str | None:
    try:
        support_hours(settings)
    except InvalidSetting as exc:
        return str(exc)
    return None


def _encoder(_: Settings) -> str | None:
    try:
        Encoder.shared().encode(["hello"])
    except ModelFilesError as exc:
        return str(exc)
    return None


def _model(settings: Settings) -> str | None:
    if settings.model.is_file() or model_for_sources(settings.model).is_file():
        return None
    return "there is none of the present data. Run `bot train`."


def _pages(_: Settings) -> str | None:
    built = all((PROJECT / page).is_dir() for page in ("bot/channels/web/dist", "bot/desk/dist"))
    return None if built else "the widget and the desk are not built. Run `python scripts/build_pages.py`."


def _database(settings: Settings) -> str | None:
    async def open_and_close() -> None:
        async with open_memory(settings.database_url.get_secret_value(), clock=utc_now, ways=WAYS):
            pass

    try:
        asyncio.run(open_and_close())
    except (RememberingError, OSError) as exc:
        return f"{exc} Check THREADKEEPER_DATABASE_URL."
    return None


def mailbox(settings: Settings) -> str | None:
    """How to mend the mailbox that customers write to; None when it is well, or when there is none."""
    given = email_settings(settings, session_secret(settings))
    if given is None:
        return None
    try:
        Mailbox.open(given).close()
    except MailboxRefused as exc:
        return str(exc)
    except FAILURES as exc:
        return f"{given.mailbox.host}:{given.mailbox.port} can't be reached ({exc}). Check THREADKEEPER_EMAIL_IMAP_URL."
    return None


def _disk(_: Settings) -> str | None:
    free = shutil.disk_usage(Path.cwd()).free
    return None if free > 500_000_000 else f"only {free // 1_000_000} MB are free. Make room: memory needs some."
