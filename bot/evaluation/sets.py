"""Reads the held-out messages that evaluation asks: `messages.yml` and `off_topic.yml` of a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

FAQ: Final = "faq/"
NOT_ANSWERED: Final = "not_answered"
"""The right reaction to what nothing answers: neither an FAQ answer nor a task."""


class BadSet(ValueError):
    """A file of held-out messages can't be used."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A message and the reactions that are right for it: `faq/<id>`, an intent, or `not_answered`."""

    text: str
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OffTopic:
    """A message that must get no FAQ answer; `kind` groups the figures."""

    text: str
    kind: str


def read_messages(path: Path) -> Sequence[Expected]:
    """The rows of a file such as evaluation/messages.yml. Raises BadSet with file and row."""
    rows = []
    for place, row in read_rows(path):
        right = row.get("right")
        reactions = (right,) if isinstance(right, str) else tuple(right) if isinstance(right, list) else ()
        if not reactions or not all(isinstance(reaction, str) for reaction in reactions):
            raise BadSet(f"{place}: `right` must be a reaction or a list of reactions, such as faq/return_window.")
        rows.append(Expected(text_of(row, place), reactions))
    return rows


def read_off_topic(path: Path) -> Sequence[OffTopic]:
    """The rows of a file such as evaluation/off_topic.yml. Raises BadSet with file and row."""
    return [OffTopic(text_of(row, place), str(row.get("kind", "off_topic"))) for place, row in read_rows(path)]


def read_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rows of a file, each with the words for its place. Raises BadSet."""
    try:
        rows = yaml.safe_load(path.read_text("utf-8"))
    except OSError as exc:
        raise BadSet(f"{path} can't be read: {exc.strerror}.") from exc
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise BadSet(f"{path} is no YAML: {exc}") from exc
    if not isinstance(rows, list):
        raise BadSet(f"{path} must be a list with one message a row.")
    for number, row in enumerate(rows, start=1):
        place = f"{path}, row {number}"
        if not isinstance(row, dict):
            raise BadSet(f"{place}: each row is {{text: …, …}}.")
        yield place, row


def text_of(row: Mapping[str, Any], place: str) -> str:
    """What the customer writes in a row. Raises BadSet."""
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise BadSet(f"{place}: `text` must be what the customer writes.")
    return text
