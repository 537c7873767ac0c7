"""Reads FAQ files (`faq/*.yml`); called by the training importer and by the FAQ engine's import.

A fault names the file, line, entry and field, and nothing of a broken file is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = "faq"
SUFFIXES: Final = frozenset({".yml", ".yaml"})
FIELDS: Final = ("id", "question", "phrasings", "answer", "tags", "department", "tests")
MAX_QUESTION: Final = 500
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_LINE: Final = "__line__"


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """One question with its answer. `tests` are held-out wordings: they check the search and never feed it."""

    id: str
    question: str
    answer: str
    phrasings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    department: str | None = None
    tests: tuple[str, ...] = ()

    @property
    def wordings(self) -> tuple[str, ...]:
        """All ways to ask it, the question itself first."""
        return (self.question, *self.phrasings)


class FaqFileError(ValueError):
    """This FAQ file cannot be used. Correct the place named below and try again."""

    def __init__(self, *, path: Path, place: str, fault: str) -> None:
        super().__init__(f"{self.__doc__} {path}, {place}: {fault}")
        self.path = path


def is_faq_file(path: str | Path) -> bool:
    """Whether this is a YAML file in a folder called `faq`."""
    path = Path(path)
    return path.parent.name == FOLDER and path.suffix in SUFFIXES


def find_faq_files(roots: Iterable[str | Path]) -> list[Path]:
    """Return the FAQ files among `roots` and in all folders below them, sorted, each once."""
    found: set[Path] = set()
    for root in map(Path, roots):
        candidates = [root] if root.is_file() else root.rglob("*")
        found.update(path for path in candidates if is_faq_file(path) and path.is_file())
    return sorted(found)


def read_faq_files(paths: Iterable[Path]) -> list[FaqEntry]:
    """Return the entries of all files. Raises FaqFileError, also when two entries share an id or a wording."""
    entries: list[FaqEntry] = []
    homes: dict[str, Path] = {}
    owners: dict[str, str] = {}
    for path in paths:
        for entry in read_faq_file(path):
            if entry.id in homes:
                fault = f"this id is also used in {homes[entry.id]}; give one of them another id"
                raise FaqFileError(path=path, place=f"entry {entry.id}, field id", fault=fault)
            homes[entry.id] = path
            _claim_wordings(entry, owners, path)
            entries.append(entry)
    return entries


def _claim_wordings(entry: FaqEntry, owners: dict[str, str], path: Path) -> None:
    for wording in entry.wordings:
        owner = owners.setdefault(wording.casefold(), entry.id)
        if owner != entry.id:
            fault = f"'{wording}' also belongs to entry {owner}; keep it in one of them"
            raise FaqFileError(path=path, place=f"entry {entry.id}, field phrasings", fault=fault)


def read_faq_file(path: Path) -> list[FaqEntry]:
    """Return the entries of one file. Raises FaqFileError."""
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=_LineLoader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError) as exc:
        raise FaqFileError(path=path, place="whole file", fault="it cannot be read as UTF-8 text") from exc
    except yaml.YAMLError as exc:
        raise FaqFileError(path=path, place=_place_of(exc), fault="this is not valid YAML") from exc
    rows = content.get("faq") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise FaqFileError(path=path, place="whole file", fault="the top must be 'faq:' with a list of entries")
    return [_EntryReader(path, number, row).entry() for number, row in enumerate(rows, start=1)]


def _place_of(error: yaml.YAMLError) -> str:
    # What was left open began earlier than where the reader gave up.
    mark = getattr(error, "context_mark", None) or getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark else "whole file"


class _LineLoader(yaml.SafeLoader):
    """A SafeLoader that also notes the line on which each mapping begins."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        return {**mapping, _LINE: node.start_mark.line + 1}


class _EntryReader:
    """Checks one entry of a file field by field."""

    def __init__(self, path: Path, number: int, row: object) -> None:
        self._path = path
        self._number = number
        if not isinstance(row, dict):
            raise FaqFileError(path=path, place=f"entry {number}", fault="an entry must be a list of fields")
        self._row = row

    def entry(self) -> FaqEntry:
        for field in self._row:
            if field not in (*FIELDS, _LINE):
                raise self._error(str(field), f"unknown field; the fields are {', '.join(FIELDS)}")
        if not _ID.fullmatch(self._text("id")):
            raise self._error("id", "use small letters, digits, '-' and '_' only, at most 80")
        return FaqEntry(
            id=self._text("id"),
            question=self._wording("question", self._text("question")),
            answer=self._text("answer"),
            phrasings=self._wordings("phrasings"),
            tags=self._texts("tags"),
            department=self._text("department") if self._row.get("department") is not None else None,
            tests=self._wordings("tests"),
        )

    def _text(self, field: str) -> str:
        value = self._row.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self._error(field, "write a text here, in quotes if it looks like a number or yes/no")
        return value.strip()

    def _texts(self, field: str) -> tuple[str, ...]:
        values = self._row.get(field) or []
        if not isinstance(values, list):
            raise self._error(field, "write a list here, one line with '- ' each")
        for value in values:
            if not isinstance(value, str) or not value.strip():
                raise self._error(field, f"{value!r} is not a text; put it in quotes")
        return tuple(value.strip() for value in values)

    def _wordings(self, field: str) -> tuple[str, ...]:
        return tuple(self._wording(field, text) for text in self._texts(field))

    def _wording(self, field: str, text: str) -> str:
        if len(text) > MAX_QUESTION:
            raise self._error(field, f"a question may have at most {MAX_QUESTION} characters")
        return text

    def _error(self, field: str, fault: str) -> FaqFileError:
        name = self._row.get("id", "without id")
        place = f"line {self._row.get(_LINE, '?')}, entry {self._number} ({name}), field {field}"
        return FaqFileError(path=self._path, place=place, fault=fault)


def faq_texts(entries: Sequence[FaqEntry]) -> list[str]:
    """Return every wording of every entry, entry by entry: the order of the rows of a search index."""
    return [wording for entry in entries for wording in entry.wordings]
