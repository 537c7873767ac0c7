"""`bot faq check`, `import` and `export`. Added to the command line by `bot.__main__`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.faq.entry import FaqEntry
from bot.faq.export import write_faq_file
from bot.faq.fields import FaqFileError
from bot.faq.files import files_to_import, read_faq_files
from bot.faq.seed import entry_from, record_of
from bot.reading_settings import load_settings
from bot.settings import InvalidSetting, Settings
from memory.errors import FaqConflict
from memory.model import FaqRecord

if TYPE_CHECKING:  # it brings numpy, which is to be imported only when the command line has set its threads
    from bot.faq.held_out import LostQuestion

faq_cli = typer.Typer(no_args_is_help=True, help="The FAQ: check, import and export files.")
out = Console()
err = Console(stderr=True)
BY = "bot faq import"
"""Who wrote it, as the version history names the command line."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import comes to: the records to publish, and how many entries are `new` or just as they were.

    The `first` of all imports fills an empty memory: there is nothing that it could spoil, and so nobody asked.
    """

    records: Sequence[FaqRecord]
    new: int
    same: int
    first: bool


@faq_cli.command("check")
def check(path: Annotated[Path, typer.Argument(help="A file or a folder.")] = Path("nlu_data/faq")) -> None:
    """Read FAQ files (.yml, .yaml, .csv), name what is wrong in them, and ask their held-out questions."""
    entries = _entries(path)
    wrong = _warn(entries)
    found = "one held-out question finds" if wrong == 1 else f"{wrong} held-out questions find"
    verdict = f"sound, but {found} another entry" if wrong else "all well"
    out.print(f"{len(entries)} entries in {path}: {verdict}.", highlight=False, markup=False, soft_wrap=True)


@faq_cli.command("import")
def import_files(
    path: Annotated[Path, typer.Argument(help="A file (.yml, .yaml, .csv) or a folder of them.")],
    publish_anyway: Annotated[
        bool, typer.Option("--publish-anyway", help="Though held-out questions would get another answer.")
    ] = False,
) -> None:
    """Add and replace entries in memory, all or none; those that the files don't have stay as they are."""
    entries = _entries(path)
    changes = asyncio.run(_import(entries, anyway=publish_anyway))
    if changes.first:
        _warn(entries)
    changed = len(changes.records) - changes.new
    out.print(f"{changes.new} new, {changed} changed, {changes.same} as they were.", highlight=False, soft_wrap=True)


@faq_cli.command("export")
def export(path: Annotated[Path, typer.Argument(help="The file to write: .yml, .yaml or .csv.")]) -> None:
    """Write all entries of memory to a file that can be imported again."""
    count = asyncio.run(_export(path))
    out.print(f"{count} entries written to {path}.", highlight=False, markup=False, soft_wrap=True)


def changes_between(entries: Sequence[FaqEntry], stored: Sequence[FaqRecord]) -> Changes:
    """What must be published so that memory has these entries as they are in the files."""
    there = {record.id: record for record in stored}
    rest = [entry for entry in entries if entry.id not in there or _plain(there[entry.id]) != _plain(record_of(entry))]
    records = [record_of(entry, version=there[entry.id].version if entry.id in there else 1) for entry in rest]
    new = sum(entry.id not in there for entry in rest)
    return Changes(records, new=new, same=len(entries) - len(rest), first=not there)


def _plain(record: FaqRecord) -> FaqEntry:
    """What it says, in one form: the desk keeps the question among the phrasings too."""
    entry = entry_from(record)
    return replace(entry, phrasings=entry.wordings[1:])


async def _import(entries: Sequence[FaqEntry], *, anyway: bool) -> Changes:
    from bot.bootstrap.opened import opened_faq
    from bot.faq.publish import FaqRegression

    async with opened_faq(_settings()) as (faq, publisher):
        changes = changes_between(entries, await faq.all())
        try:
            await publisher.publish(changes.records, by=BY, anyway=anyway)
        except FaqConflict:
            _fail("Somebody edited an entry at the same time. Nothing was imported; try again.")
        except FaqRegression as exc:
            _show_lost(exc.questions)
            _fail("Nothing was imported. Word the entries more apart, or use --publish-anyway.")
    return changes


async def _export(path: Path) -> int:
    from bot.bootstrap.opened import opened_faq

    async with opened_faq(_settings()) as (faq, _):
        entries = [entry_from(record) for record in await faq.all()]
    try:
        write_faq_file(path, entries)
    except FaqFileError as exc:
        _fail(str(exc))
    return len(entries)


def _entries(path: Path) -> Sequence[FaqEntry]:
    try:
        return read_faq_files(files_to_import(path))
    except FaqFileError as exc:
        _fail(str(exc))


def _warn(entries: Sequence[FaqEntry]) -> int:
    """Show the held-out questions that another entry answers than their own. Returns how many they are."""
    now = datetime.now(timezone.utc)
    asked = [entry for entry in entries if not record_of(entry).has_expired_at(now)]
    wrong = _wrong(asked) if any(entry.tests for entry in asked) else ()
    if wrong:
        rows = [(lost.question, lost.entry.id, _id(lost.after)) for lost in wrong]
        _show("These held-out questions find another entry. Wordings like them would help:", ("finds",), rows)
    return len(wrong)


def _wrong(entries: Sequence[FaqEntry]) -> Sequence[LostQuestion]:
    from bot.bootstrap.opened import project_encoder
    from bot.faq.held_out import HeldOutTests

    return HeldOutTests(encoder=project_encoder()).wrong(entries)


def _show_lost(questions: Sequence[LostQuestion]) -> None:
    rows = [(lost.question, lost.entry.id, _id(lost.before), _id(lost.after)) for lost in questions]
    _show("These held-out questions would get another answer:", ("before", "now"), rows)


def _show(title: str, more: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table("question", "should be answered by", *more, title=title, box=None, title_justify="left")
    for row in rows:
        table.add_row(*map(escape, row))
    err.print(table)


def _id(entry: FaqEntry | None) -> str:
    return entry.id if entry else "-"


def _settings() -> Settings:
    try:
        return load_settings(dict(os.environ))
    except InvalidSetting as exc:
        _fail(str(exc))


def _fail(message: str) -> NoReturn:
    err.print(message, style="red", soft_wrap=True, markup=False)
    raise SystemExit(1)
