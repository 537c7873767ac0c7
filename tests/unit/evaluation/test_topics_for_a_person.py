from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.person_topics import Topical, read_topical, score_topics
from bot.evaluation.sets import BadSet
from bot.person_topics import PersonTopics
from bot.settings import PROJECT

HELD_OUT = PROJECT / "evaluation" / "person_topics.yml"


def test_another_topic_is_both_missed_and_in_excess() -> None:
    found = {"a": ["fraud"], "b": ["press"], "c": [], "d": ["legal"], "e": []}
    rows = [
        Topical("a", "fraud"),
        Topical("b", "legal"),
        Topical("c", "injury"),
        Topical("d", None),
        Topical("e", None),
    ]

    scores = score_topics(found.__getitem__, rows)

    assert (scores.total.right, scores.total.excess, scores.total.missed) == (1, 2, 2)
    assert scores.wrong == ["b → press, not legal", "c → nothing, not injury", "d → legal, not nothing"]


@pytest.mark.parametrize("row", ["{text: hello}", "{text: hello, topic: weather}"])
def test_a_row_names_a_topic_or_null(tmp_path: Path, row: str) -> None:
    path = tmp_path / "topics.yml"
    path.write_text(f"- {row}\n", "utf-8")

    with pytest.raises(BadSet, match="row 1"):
        read_topical(path)


def test_the_held_out_set_is_large_enough_and_its_bounds_hold() -> None:
    rows = read_topical(HELD_OUT)
    scores = score_topics(PersonTopics.read(PROJECT / "person_topics.yml").all_in, rows)

    assert len(rows) >= 120
    assert sum(row.topic is None for row in rows) >= 60
    assert scores.total.precision >= 0.98
    assert scores.total.recall >= 0.9
