"""Takes FAQ files in YAML apart: `faq:` and a list of entries. Called by `bot.faq.files`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml
from yaml.composer import ComposerError
from yaml.reader import ReaderError

from bot.faq.fields import FaqFileError, Row

_LIST: Final = "tag:yaml.org,2002:seq"
_TEXT: Final = "tag:yaml.org,2002:str"
_TIME: Final = "tag:yaml.org,2002:timestamp"
_NULL: Final = "tag:yaml.org,2002:null"


def yaml_rows(path: Path, text: str) -> list[Row]:
    """The entries of a file, unchecked. Raises FaqFileError when it is not a list of entries."""
    try:
        loader = yaml.SafeLoader(text)
    except ReaderError as exc:
        fault = f"the character U+{exc.character:04X} can't stand in a text; take it out"
        raise FaqFileError(path=path, place=_line_at(text, exc.position), fault=fault) from exc
    try:
        return list(_rows(path, loader))
    except yaml.YAMLError as exc:
        raise FaqFileError(path=path, place=_place_of(exc), fault="this is not valid YAML") from exc
    except RecursionError as exc:
        place = f"line {loader.get_mark().line + 1}"
        raise FaqFileError(path=path, place=place, fault="lists within lists within lists; write texts here") from exc
    finally:
        loader.dispose()


@dataclass(frozen=True, slots=True)
class _Odd:
    """A value that is no text: a number, a yes or no, fields within fields."""

    written: str

    def __repr__(self) -> str:
        return self.written


def _rows(path: Path, loader: yaml.SafeLoader) -> Iterator[Row]:
    entries = _list_of_entries(loader.get_single_node(), path)
    if entries is None:
        raise FaqFileError(path=path, place="whole file", fault="the top must be 'faq:' with a list of entries")
    for number, node in enumerate(entries, start=1):
        if not isinstance(node, yaml.MappingNode):
            place = f"line {node.start_mark.line + 1}, entry {number}"
            raise FaqFileError(path=path, place=place, fault="an entry must be a list of fields")
        yield _row(path, number, node, loader)


def _list_of_entries(root: yaml.Node | None, path: Path) -> list[yaml.Node] | None:
    if not isinstance(root, yaml.MappingNode):
        return None
    found: list[yaml.Node] | None = None
    for key, value in root.value:
        if found is not None or key.value != "faq":
            fault = "only 'faq:' may stand here, once; put all entries into one list"
            raise FaqFileError(path=path, place=f"line {key.start_mark.line + 1}", fault=fault)
        if not isinstance(value, yaml.SequenceNode) or value.tag != _LIST:
            return None
        found = list(value.value)
    return found


def _row(path: Path, number: int, node: yaml.MappingNode, loader: yaml.SafeLoader) -> Row:
    loader.flatten_mapping(node)
    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    row = Row(path, number, node.start_mark.line + 1, values, lines)
    for key, value in node.value:
        field = key.value if isinstance(key, yaml.ScalarNode) else "(a list)"
        before = lines.get(field)
        lines[field] = key.start_mark.line + 1
        if before is not None:
            raise row.error(field, f"this field was given on line {before} already; keep one of them")
        values[field] = _value(value)
    return row


def _value(node: yaml.Node, *, in_list: bool = False) -> object:
    """A text, a list of texts, or nothing; of times and zones more is known by `bot.faq.fields`.

    Nothing else is made of a file, so that no number, tag or alias in it can do harm.
    """
    if isinstance(node, yaml.SequenceNode) and node.tag == _LIST and not in_list:
        return [_value(item, in_list=True) for item in node.value]
    if not isinstance(node, yaml.ScalarNode):
        return _Odd("a list or fields within this")
    if node.tag == _NULL:
        return None
    return node.value if node.tag in {_TEXT, _TIME} else _Odd(node.value)


def _line_at(text: str, position: int) -> str:
    return f"line {text.count(chr(10), 0, position) + 1}"


def _place_of(error: yaml.YAMLError) -> str:
    # What was left open began earlier than where the reader gave up; what is one too many stands where it says.
    problem, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    mark = problem if isinstance(error, ComposerError) else context or problem
    return f"line {mark.line + 1}" if mark else "whole file"
