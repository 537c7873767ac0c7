"""Writes FAQ entries to a file that can be imported again. Called by `bot faq export`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import yaml

from bot.faq.csv_rows import csv_text
from bot.faq.entry import FaqEntry
from bot.faq.fields import FIELDS, FaqFileError
from bot.faq.files import FORMATS


def write_faq_file(path: Path, entries: Iterable[FaqEntry]) -> None:
    """Write all entries, as CSV or YAML by the file's ending; an older file stays until the new one is whole.

    Raises FaqFileError when the ending is another one or the place can't be written.
    """
    if path.suffix.lower() not in FORMATS:
        raise FaqFileError(path=path, place="its name", fault="let it end in .yml, .yaml or .csv")
    rows = [_row(entry) for entry in entries]
    text = csv_text(rows) if path.suffix.lower() == ".csv" else _yaml_text(rows)
    try:
        _replace(path, text)
    except OSError as exc:
        raise FaqFileError(path=path, place="its place", fault=f"it cannot be written ({exc.strerror})") from exc


def _row(entry: FaqEntry) -> dict[str, object]:
    values = {field: getattr(entry, field) for field in FIELDS}
    plain = {name: _plain(value) for name, value in values.items()}
    return {name: value for name, value in plain.items() if value not in (None, [])}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _yaml_text(rows: list[dict[str, object]]) -> str:
    return yaml.dump({"faq": rows}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, which people can edit."""


def _text_node(dumper: _Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text_node)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, "utf-8", newline="")
    os.replace(fresh, path)
