"""Reads FAQ files; called by the training importer, by seeding and by `bot faq`.

A fault names the file, line, entry and field, and nothing of a broken file is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from bot.faq.csv_rows import csv_rows
from bot.faq.entry import FaqEntry
from bot.faq.fields import FaqFileError, Row, entry_of
from bot.faq.yaml_rows import yaml_rows

FOLDER: Final = "faq"
SUFFIXES: Final = frozenset({".yml", ".yaml"})
FORMATS: Final[Mapping[str, Callable[[Path, str], list[Row]]]] = {
    **dict.fromkeys(SUFFIXES, yaml_rows),
    ".csv": csv_rows,
}


def is_faq_file(path: str | Path) -> bool:
    """Whether this is a YAML file in a folder called `faq`: one that seeds and trains."""
    path = Path(path)
    return path.parent.name == FOLDER and path.suffix.lower() in SUFFIXES


def find_faq_files(roots: Iterable[str | Path]) -> list[Path]:
    """Return the FAQ files among `roots` and in all folders below them, sorted, each once."""
    found: set[Path] = set()
    for root in map(Path, roots):
        candidates = [root] if root.is_file() else root.rglob("*")
        found.update(path for path in candidates if is_faq_file(path) and path.is_file())
    return sorted(found)


def files_to_import(root: Path) -> list[Path]:
    """A file of any format, or all of a folder. Raises FaqFileError when there is none."""
    if root.is_file():
        return [root]
    found = sorted(path for path in root.rglob("*") if path.suffix.lower() in FORMATS and path.is_file())
    if not found:
        fault = "there is no such file, and no folder with .yml, .yaml or .csv files"
        raise FaqFileError(path=root, place="whole path", fault=fault)
    return found


def read_faq_files(paths: Iterable[Path]) -> list[FaqEntry]:
    """Return the entries of all files. Raises FaqFileError, also when two entries share an id or a wording."""
    entries: list[FaqEntry] = []
    homes: dict[str, Row] = {}
    owners: dict[tuple[str, str], tuple[str, Row]] = {}
    for path in paths:
        for row in _rows(path):
            entry = entry_of(row)
            home = homes.setdefault(entry.id, row)
            if home is not row:
                fault = f"this id is also used in {home.path}, line {home.line}; give one of them another id"
                raise row.error("id", fault)
            _claim_wordings(entry, owners, row)
            entries.append(entry)
    return entries


def read_faq_file(path: Path) -> list[FaqEntry]:
    """Return the entries of one file. Raises FaqFileError."""
    return read_faq_files([path])


def _claim_wordings(entry: FaqEntry, owners: dict[tuple[str, str], tuple[str, Row]], row: Row) -> None:
    for wording in entry.wordings:
        owner, home = owners.setdefault((entry.language, wording.casefold()), (entry.id, row))
        if owner != entry.id:
            field = "question" if wording == entry.question else "phrasings"
            where = f"{home.path}, line {home.line}"
            raise row.error(field, f"'{wording}' also belongs to entry {owner} ({where}); keep it in one of them")


def _rows(path: Path) -> list[Row]:
    rows_of = FORMATS.get(path.suffix.lower())
    if rows_of is None:
        raise FaqFileError(path=path, place="whole file", fault="use a file that ends in .yml, .yaml or .csv")
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise FaqFileError(path=path, place="whole file", fault="it cannot be read as UTF-8 text") from exc
    return rows_of(path, text)
