"""FAQ entries as CSV: a line of field names, then a row for each entry. Called by `bot.faq.files` and `bot.faq.export`.

A list stands in one cell, an item on each of its lines; in a cell of one line, items may also be parted by "|".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from bot.faq.fields import FIELDS, LISTS, FaqFileError, Row, short

_NOT_CSV: Final = "this is not a CSV row; put a text with commas, quotes or line ends in double quotes"
_FAULTS: Final = {
    "NUL": "the character U+0000 can't stand in a text; take it out",
    "limit": "this is more than a cell can hold; if it is several cells, a closing quote is missing before",
}
"""By words of Python's own message."""


def csv_rows(path: Path, text: str) -> list[Row]:
    """The entries of a file, unchecked. Raises FaqFileError when it is not a table of entries."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        _check_names(path, names)
        return list(_rows(path, names, reader))
    except csv.Error as exc:
        fault = next((fault for words, fault in _FAULTS.items() if words in str(exc)), _NOT_CSV)
        raise FaqFileError(path=path, place=f"line {max(1, reader.line_num)}", fault=fault) from exc


def csv_text(rows: Sequence[dict[str, object]]) -> str:
    """A table that `csv_rows` reads again as it was."""
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\n")
    table.writerow(FIELDS)
    for row in rows:
        table.writerow([_cell(row.get(field)) for field in FIELDS])
    return written.getvalue()


def _delimiter(text: str) -> str:
    """Spreadsheets write semicolons where the comma is the decimal sign."""
    head = text.partition("\n")[0]
    return ";" if head.count(";") > head.count(",") else ","


def _check_names(path: Path, names: Sequence[str]) -> None:
    missing = [name for name in ("id", "question", "answer") if name not in names]
    twice = [name for name in names if names.count(name) > 1]
    fault = ""
    if missing:
        fault = f"the first line must name the fields; {', '.join(missing)} is missing"
    elif twice:
        fault = f"the first line names {twice[0] or 'nothing'} twice; each field has one column"
    elif unknown := [name for name in names if name not in FIELDS]:
        fault = f"unknown field {short(unknown[0]) or '(empty)'}; the fields are {', '.join(FIELDS)}"
    if fault:
        raise FaqFileError(path=path, place="line 1", fault=fault)


def _rows(path: Path, names: Sequence[str], reader: Any) -> Iterator[Row]:
    before, number = reader.line_num, 0
    for cells in reader:
        line, before = before + 1, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        number += 1
        if len(cells) > len(names):
            fault = f"it has {len(cells)} cells and the first line names {len(names)} fields; quote texts with commas"
            raise FaqFileError(path=path, place=f"line {line}, entry {number}", fault=fault)
        filled = {name: cell for name, cell in zip(names, cells, strict=False) if cell.strip()}
        yield Row(path, number, line, {name: _value(name, cell) for name, cell in filled.items()}, {})


def _value(name: str, cell: str) -> object:
    cell = cell.replace("\r\n", "\n")
    if name not in LISTS:
        return cell
    items = cell.split("\n" if "\n" in cell else "|")
    return [item for item in items if item.strip()]


def _cell(value: object) -> str:
    if not isinstance(value, (list, tuple)):
        return "" if value is None else str(value)
    text = "\n".join(" ".join(str(item).split()) for item in value)
    return f"{text}\n" if "|" in text and "\n" not in text else text
