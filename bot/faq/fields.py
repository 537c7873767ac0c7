"""Checks the entries that FAQ files hold, field by field. Called by `bot.faq.files` for YAML and CSV alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.faq import entry as limits
from bot.faq.entry import DEFAULT_LANGUAGE, LANGUAGES, FaqEntry

LISTS: Final = ("phrasings", "tags", "tests")
FIELDS: Final = (
    "id",
    "question",
    "phrasings",
    "answer",
    "tags",
    "department",
    "language",
    "valid_from",
    "valid_until",
    "tests",
)
_ID: Final = re.compile(limits.ID_PATTERN)
_SHOWN: Final = 60
"""Characters of a value that an error repeats."""


class FaqFileError(ValueError):
    """This FAQ file cannot be used. Correct the place named below and try again."""

    def __init__(self, *, path: Path, place: str, fault: str) -> None:
        super().__init__(f"{self.__doc__} {path}, {place}: {fault}")
        self.path = path


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as a file has it: raw values by field, the line on which it begins and those of its fields."""

    path: Path
    number: int
    line: int
    values: Mapping[str, object]
    lines: Mapping[str, int]

    def error(self, field: str, fault: str) -> FaqFileError:
        """What is wrong with a field, and where it stands."""
        line, name = self.lines.get(field, self.line), short(str(self.values.get("id", "without id")))
        place = f"line {line}, entry {self.number} ({name}), field {short(field)}"
        return FaqFileError(path=self.path, place=place, fault=fault)


def short(text: str) -> str:
    """As much of a value as an error repeats."""
    shown = "".join(sign if sign.isprintable() else "�" for sign in text[:_SHOWN])
    return shown if len(text) <= _SHOWN else f"{shown}…"


def entry_of(row: Row) -> FaqEntry:
    """The entry, if all its fields are sound. Raises FaqFileError."""
    return _Reader(row).entry()


class _Reader:
    """Reads one row."""

    def __init__(self, row: Row) -> None:
        self._row = row

    def entry(self) -> FaqEntry:
        for field in self._row.values:
            if field not in FIELDS:
                raise self._row.error(field, f"unknown field; the fields are {', '.join(FIELDS)}")
        if not _ID.fullmatch(self._text("id")):
            raise self._row.error("id", "use small letters, digits, '-' and '_' only, at most 80")
        return FaqEntry(
            id=self._text("id"),
            question=self._question("question", self._text("question")),
            answer=self._answer(),
            phrasings=self._questions("phrasings", limits.MAX_PHRASINGS),
            tags=tuple(self._label("tags", tag) for tag in self._texts("tags", limits.MAX_TAGS)),
            department=self._label("department", self._text("department")) if self._has("department") else None,
            tests=self._questions("tests", limits.MAX_TESTS),
            language=self._language(),
            valid_from=self._time("valid_from"),
            valid_until=self._end(),
        )

    def _has(self, field: str) -> bool:
        return self._row.values.get(field) is not None

    def _text(self, field: str) -> str:
        value = self._row.values.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self._row.error(field, "write a text here, in quotes if it looks like a number or yes/no")
        return self._clean(field, value)

    def _texts(self, field: str, most: int) -> tuple[str, ...]:
        values = self._row.values.get(field) or []
        if not isinstance(values, list):
            raise self._row.error(field, "write a list here, one line with '- ' each")
        for value in values:
            if not isinstance(value, str) or not value.strip():
                raise self._row.error(field, f"{short(repr(value))} is not a text; put it in quotes")
        if len(values) > most:
            raise self._row.error(field, f"there may be at most {most} of them, and here are {len(values)}")
        return tuple(self._clean(field, value) for value in values)

    def _clean(self, field: str, text: str) -> str:
        try:
            return limits.writable(text).strip()
        except ValueError as exc:
            raise self._row.error(field, str(exc)) from exc

    def _questions(self, field: str, most: int) -> tuple[str, ...]:
        return tuple(self._question(field, text) for text in self._texts(field, most))

    def _question(self, field: str, text: str) -> str:
        return self._at_most(limits.MAX_QUESTION, field, text, "a question")

    def _label(self, field: str, text: str) -> str:
        return self._at_most(limits.MAX_LABEL, field, text, "a label")

    def _answer(self) -> str:
        return self._at_most(limits.MAX_ANSWER, "answer", self._text("answer"), "an answer")

    def _at_most(self, most: int, field: str, text: str, what: str) -> str:
        if len(text) > most:
            raise self._row.error(field, f"{what} may have at most {most} characters, and this one has {len(text)}")
        return text

    def _language(self) -> str:
        language = self._text("language") if self._has("language") else DEFAULT_LANGUAGE
        if language not in LANGUAGES:
            raise self._row.error("language", f"{short(language)!r} is an {limits.UNKNOWN_LANGUAGE}")
        return language

    def _end(self) -> datetime | None:
        start, end = self._time("valid_from"), self._time("valid_until")
        if start is not None and end is not None and end <= start:
            raise self._row.error("valid_until", limits.ENDS_TOO_EARLY)
        return end

    def _time(self, field: str) -> datetime | None:
        if not self._has(field):
            return None
        text = self._text(field)
        fix = f"{short(text)!r} is not a time with its zone; write it as 2026-12-01T09:00+00:00"
        try:
            time = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))
        except ValueError as exc:
            raise self._row.error(field, fix) from exc
        if time.tzinfo is None:
            raise self._row.error(field, fix)
        return time
