"""Scores a finder of entities over a file of labelled sentences. Called by `bot evaluate`.

An entity counts as right when its name, its place and its value are all as labelled.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import yaml

from bot.nlu.found import Found

Find = Callable[[str, datetime], Iterable[Found]]
"""Text and now (the shop's local time) to what is found, such as `EntityFinder.find`."""

_FIELDS: Final = ("entity", "text", "value")


class BadEntityFile(ValueError):
    """These labelled sentences cannot be used. Correct the place named below and try again."""

    def __init__(self, *, path: Path, place: str, fault: str) -> None:
        super().__init__(f"{self.__doc__} {path}, {place}: {fault}")


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """An entity at a place of a sentence, in characters."""

    start: int
    end: int
    entity: str
    value: str


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """One row of the file; rows are counted from one."""

    row: int
    text: str
    mentions: frozenset[Mention]


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """All rows, and the moment from which their times are told."""

    now: datetime
    sentences: Sequence[LabelledSentence]


@dataclass(frozen=True, slots=True)
class Score:
    """How many were right, found but not labelled, and labelled but not found."""

    right: int
    excess: int
    missed: int

    @property
    def precision(self) -> float:
        """The part of what was found that is right, from 0 to 1; of nothing, 1."""
        found = self.right + self.excess
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """The part of what is labelled that was found, from 0 to 1; of nothing, 1."""
        labelled = self.right + self.missed
        return self.right / labelled if labelled else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / total if (total := 2 * self.right + self.excess + self.missed) else 1.0


@dataclass(frozen=True, slots=True)
class WrongSentence:
    """A row in which something was missed or found in excess."""

    row: int
    text: str
    missed: Sequence[Mention]
    excess: Sequence[Mention]


@dataclass(frozen=True, slots=True)
class EntityScores:
    """The score of each entity, of all together (each mention counts alike), and the rows that are wrong."""

    by_entity: Mapping[str, Score]
    total: Score
    wrong: Sequence[WrongSentence]


def score_entities(path: Path, find: Find) -> EntityScores:
    """Score `find` over a file such as evaluation/dev/entities.yml. Raises BadEntityFile.

    A vague word such as "tent" has no value of its own and is neither right nor wrong.
    """
    labelled = read_labelled(path)
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    excess: Counter[str] = Counter()
    wrong: list[WrongSentence] = []
    for sentence in labelled.sentences:
        found = {_mention(piece) for piece in find(sentence.text, labelled.now) if not piece.vague}
        right.update(mention.entity for mention in found & sentence.mentions)
        missed.update(mention.entity for mention in sentence.mentions - found)
        excess.update(mention.entity for mention in found - sentence.mentions)
        if found != sentence.mentions:
            faults = sorted(sentence.mentions - found), sorted(found - sentence.mentions)
            wrong.append(WrongSentence(sentence.row, sentence.text, *faults))
    by_entity = {
        entity: Score(right[entity], excess[entity], missed[entity]) for entity in sorted(right + missed + excess)
    }
    return EntityScores(by_entity, Score(right.total(), excess.total(), missed.total()), wrong)


def read_labelled(path: Path) -> LabelledFile:
    """Read the sentences and find the places of their labels. Raises BadEntityFile."""
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise BadEntityFile(path=path, place="whole file", fault="it cannot be read as UTF-8 text") from exc
    except yaml.YAMLError as exc:
        raise BadEntityFile(path=path, place="whole file", fault=f"this is not valid YAML: {exc}") from exc
    rows = content.get("sentences") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not rows:
        raise BadEntityFile(path=path, place="whole file", fault="write 'sentences:' with a list of rows")
    sentences = [_RowReader(path, number, row).sentence() for number, row in enumerate(rows, start=1)]
    return LabelledFile(_moment(path, content.get("now")), sentences)


def _moment(path: Path, now: object) -> datetime:
    if isinstance(now, datetime):
        return now
    try:
        return datetime.fromisoformat(str(now))
    except ValueError as exc:
        fault = "write the moment at which the sentences are said, such as 2026-11-18T10:00"
        raise BadEntityFile(path=path, place="field now", fault=fault) from exc


def _mention(piece: Found) -> Mention:
    return Mention(piece.start, piece.end, piece.entity, piece.value)


class _RowReader:
    """Checks one row and finds where the words of its labels are."""

    def __init__(self, path: Path, number: int, row: object) -> None:
        self._path = path
        self._number = number
        self._row: Mapping[str, Any] = row if isinstance(row, dict) else {}
        self._taken: set[tuple[int, int]] = set()

    def sentence(self) -> LabelledSentence:
        text, labels = self._row.get("text"), self._row.get("entities")
        if not isinstance(text, str):
            raise self._bad("write the sentence as 'text', in quotes")
        if not isinstance(labels, list):
            raise self._bad("write 'entities' as a list, [] if there are none")
        return LabelledSentence(self._number, text, frozenset(self._mentions(text, labels)))

    def _mentions(self, text: str, labels: Sequence[object]) -> Iterator[Mention]:
        begin = 0
        for label in labels:
            if not isinstance(label, dict) or not all(isinstance(label.get(field), str) for field in _FIELDS):
                raise self._bad(f"{label!r} needs {', '.join(_FIELDS)}, each a text in quotes")
            start, end = self._place(text, label["text"], begin)
            begin = start
            yield Mention(start, end, label["entity"], label["value"])

    def _place(self, text: str, words: str, begin: int) -> tuple[int, int]:
        """Return where the words are, whole: labels mostly stand in order, and one may lie within the one before."""
        pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
        for match in (*pattern.finditer(text, begin), *pattern.finditer(text)):
            if match.span() not in self._taken:
                self._taken.add(match.span())
                return match.span()
        raise self._bad(f"'{words}' is not in the sentence, or not so often")

    def _bad(self, fault: str) -> BadEntityFile:
        return BadEntityFile(path=self._path, place=f"row {self._number}", fault=fault)
