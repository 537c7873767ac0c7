"""Scores how well topics that a person must have are found in a file of messages. Called by `bot evaluate`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.evaluation.entities import Score
from bot.evaluation.sets import BadSet, read_rows, text_of
from bot.person_topics import TOPICS

Find = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Topical:
    """A message and the topic that it is about, or None where the bot should answer itself."""

    text: str
    topic: str | None


@dataclass(frozen=True, slots=True)
class TopicScores:
    """The score of all topics together, and the messages in which another topic was found than there is."""

    total: Score
    wrong: Sequence[str]


def read_topical(path: Path) -> Sequence[Topical]:
    """The rows of a file such as evaluation/person_topics.yml. Raises BadSet with file and row."""
    rows = []
    for place, row in read_rows(path):
        if row.get("topic", "") not in {None, *TOPICS}:
            raise BadSet(f"{place}: `topic` must be null or one of {', '.join(TOPICS)}.")
        rows.append(Topical(text_of(row, place), row["topic"]))
    return rows


def score_topics(find: Find, rows: Sequence[Topical]) -> TopicScores:
    """Score `find`, of whose topics the first counts: right is the same topic, and to find another is both faults."""
    count: Counter[str] = Counter()
    wrong = []
    for row in rows:
        found = next(iter(find(row.text)), None)
        count["right"] += found is not None and found == row.topic
        count["excess"] += found is not None and found != row.topic
        count["missed"] += row.topic is not None and found != row.topic
        if found != row.topic:
            wrong.append(f"{row.text} → {found or 'nothing'}, not {row.topic or 'nothing'}")
    return TopicScores(Score(count["right"], count["excess"], count["missed"]), wrong)
