"""Takes FAQ files in YAML apart: `faq:` and a list of entries. Called by `bot.faq.files`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from bot.faq.fields import FaqFileError, Row

_LIST: Final = "tag:yaml.org,2002:seq"
_TIMESTAMP: Final = "tag:yaml.org,2002:timestamp"


def yaml_rows(path: Path, text: str) -> list[Row]:
    """The entries of a file, unchecked. Raises FaqFileError when it is not a list of entries."""
    loader = _Loader(text)
    try:
        return list(_rows(path, loader))
    except yaml.YAMLError as exc:
        raise FaqFileError(path=path, place=_place_of(exc), fault="this is not valid YAML") from exc
    finally:
        loader.dispose()


class _Loader(yaml.SafeLoader):
    """Leaves times as they are written, so that one without a zone can be told from one with it."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _rows(path: Path, loader: _Loader) -> Iterator[Row]:
    entries = _list_of_entries(loader.get_single_node())
    if entries is None:
        raise FaqFileError(path=path, place="whole file", fault="the top must be 'faq:' with a list of entries")
    for number, node in enumerate(entries, start=1):
        if not isinstance(node, yaml.MappingNode):
            place = f"line {node.start_mark.line + 1}, entry {number}"
            raise FaqFileError(path=path, place=place, fault="an entry must be a list of fields")
        yield _row(path, number, node, loader)


def _list_of_entries(root: yaml.Node | None) -> list[yaml.Node] | None:
    if not isinstance(root, yaml.MappingNode):
        return None
    for key, value in root.value:
        if key.value == "faq" and isinstance(value, yaml.SequenceNode) and value.tag == _LIST:
            return list(value.value)
    return None


def _row(path: Path, number: int, node: yaml.MappingNode, loader: _Loader) -> Row:
    loader.flatten_mapping(node)
    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    row = Row(path, number, node.start_mark.line + 1, values, lines)
    for key, value in node.value:
        field = str(key.value)
        before = lines.get(field)
        lines[field] = key.start_mark.line + 1
        if before is not None:
            raise row.error(field, f"this field was given on line {before} already; keep one of them")
        values[field] = loader.construct_object(value, deep=True)
    return row


def _place_of(error: yaml.YAMLError) -> str:
    # What was left open began earlier than where the reader gave up.
    mark = getattr(error, "context_mark", None) or getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark else "whole file"
