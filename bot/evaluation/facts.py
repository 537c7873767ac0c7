"""Scores what is learnt from a file of messages with the facts they state. Called by `bot evaluate`.

A fact counts as right when kind and value are as labelled, and when it is learnt where it should be learnt and ended
where it should end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.evaluation.entities import Score
from bot.evaluation.sets import BadSet, read_rows, text_of

Parse = Callable[[str], Mapping[str, Any]]
_LABELS: Final[Mapping[str, bool]] = {"facts": False, "ended": True}


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """A value of a kind, learnt or ended."""

    kind: str
    value: str
    ended: bool = False


@dataclass(frozen=True, slots=True)
class WrongFacts:
    """A message from which something was missed or learnt in excess."""

    text: str
    missed: Sequence[Told]
    excess: Sequence[Told]


@dataclass(frozen=True, slots=True)
class FactScores:
    """The score of each kind, of all together, and the messages that are wrong."""

    by_kind: Mapping[str, Score]
    total: Score
    wrong: Sequence[WrongFacts]


def read_facts(path: Path) -> Sequence[tuple[str, frozenset[Told]]]:
    """The rows of a file such as evaluation/facts.yml: text and what it states. Raises BadSet with file and row."""
    return [(text_of(row, place), frozenset(_labelled(row, place))) for place, row in read_rows(path)]


def score_facts(parse: Parse, rows: Sequence[tuple[str, frozenset[Told]]]) -> FactScores:
    """Score what `parse` reports under `facts`."""
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    excess: Counter[str] = Counter()
    wrong: list[WrongFacts] = []
    for text, labelled in rows:
        found = {Told(fact["kind"], fact["value"], fact["ended"]) for fact in parse(text).get("facts") or ()}
        right.update(told.kind for told in found & labelled)
        missed.update(told.kind for told in labelled - found)
        excess.update(told.kind for told in found - labelled)
        if found != labelled:
            wrong.append(WrongFacts(text, sorted(labelled - found), sorted(found - labelled)))
    by_kind = {kind: Score(right[kind], excess[kind], missed[kind]) for kind in sorted(right + missed + excess)}
    return FactScores(by_kind, Score(right.total(), excess.total(), missed.total()), wrong)


def _labelled(row: Mapping[str, Any], place: str) -> Iterator[Told]:
    if not row.keys() & _LABELS.keys():
        raise BadSet(f"{place}: write `facts: {{}}` if the message must teach nothing.")
    for name, ended in _LABELS.items():
        for kind, values in (row.get(name) or {}).items():
            if not isinstance(values, list):
                raise BadSet(f"{place}: the values of {kind} must be a list.")
            yield from (Told(kind, str(value), ended) for value in values)
