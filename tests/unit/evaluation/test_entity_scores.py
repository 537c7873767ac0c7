from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest

from bot.evaluation.entities import BadEntityFile, Mention, Score, read_labelled, score_entities
from bot.nlu.finder import read_finder
from bot.nlu.found import Found

ROOT = Path(__file__).parents[3]
SENTENCES = """
now: 2026-11-18T10:00
sentences:
- text: "i'm olive, the olive one, 1042"
  entities:
  - {entity: person, text: olive, value: Olive}
  - {entity: colour, text: olive, value: olive}
  - {entity: order_number, text: "1042", value: "1042"}
- text: "12 Mill Lane, York YO1 7PR"
  entities:
  - {entity: address, text: "12 Mill Lane, York YO1 7PR", value: "12 Mill Lane, York YO1 7PR"}
  - {entity: postcode, text: "YO1 7PR", value: "YO1 7PR"}
- text: hello
  entities: []
"""


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "entities.yml"
    path.write_text(SENTENCES, "utf-8")
    return path


def test_labels_are_placed_in_order_whole_and_one_within_another(labelled: Path) -> None:
    content = read_labelled(labelled)

    assert content.now == datetime(2026, 11, 18, 10, 0)
    first, second, third = content.sentences
    assert {(mention.entity, mention.start) for mention in first.mentions} == {
        ("person", 4),
        ("colour", 15),
        ("order_number", 26),
    }
    assert {(mention.entity, mention.start) for mention in second.mentions} == {("address", 0), ("postcode", 19)}
    assert (third.row, third.mentions) == (3, frozenset())


def test_only_the_same_entity_place_and_value_is_right(labelled: Path) -> None:
    def find(text: str, now: datetime) -> Iterable[Found]:
        if "1042" in text:
            yield Found("person", "Olive", 4, 9)
            yield Found("colour", "green", 15, 20)
            yield Found("order_number", "1042", 25, 30)
        if "hello" in text:
            yield Found("product", "tent", 0, 5, vague=True)

    scores = score_entities(labelled, find)

    assert scores.by_entity == {
        "address": Score(0, 0, 1),
        "colour": Score(0, 1, 1),
        "order_number": Score(0, 1, 1),
        "person": Score(1, 0, 0),
        "postcode": Score(0, 0, 1),
    }
    assert scores.total == Score(1, 2, 4)
    assert [wrong.row for wrong in scores.wrong] == [1, 2]
    assert scores.wrong[0].excess == [Mention(15, 20, "colour", "green"), Mention(25, 30, "order_number", "1042")]
    assert [mention.value for mention in scores.wrong[1].missed] == ["12 Mill Lane, York YO1 7PR", "YO1 7PR"]


def test_a_score_is_counted_as_usual() -> None:
    score = Score(right=6, excess=2, missed=4)

    assert (score.precision, score.recall) == (0.75, 0.6)
    assert score.f1 == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert (Score(0, 0, 0).f1, Score(0, 1, 0).recall, Score(0, 0, 1).precision) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("a: [", "whole file"),
        ("[]", "whole file"),
        ("now: 2026-11-18T10:00", "whole file"),
        ("sentences: [{text: hi, entities: []}]", "field now"),
        ("now: soon\nsentences: [{text: hi, entities: []}]", "field now"),
        ("now: 2026-11-18T10:00\nsentences: [{text: hi, entities: []}, 12]", "row 2"),
        ("now: 2026-11-18T10:00\nsentences: [{text: hi}]", "row 1"),
        ("now: 2026-11-18T10:00\nsentences: [{text: hi, entities: [{entity: a, text: hi}]}]", "row 1"),
        ("now: 2026-11-18T10:00\nsentences: [{text: hi, entities: [{entity: a, text: h, value: b}]}]", "row 1"),
        (
            "now: 2026-11-18T10:00\nsentences: [{text: a b, entities: "
            "[{entity: a, text: a, value: b}, {entity: b, text: a, value: b}]}]",
            "row 1",
        ),
    ],
)
def test_a_bad_file_is_named_with_its_row(tmp_path: Path, content: str, place: str) -> None:
    path = tmp_path / "bad.yml"
    path.write_text(content, "utf-8")

    with pytest.raises(BadEntityFile, match=f"bad.yml, {place}"):
        read_labelled(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadEntityFile, match=r"none\.yml"):
        read_labelled(tmp_path / "none.yml")


def test_the_finder_of_the_project_is_right_on_the_development_set() -> None:
    scores = score_entities(ROOT / "evaluation" / "dev" / "entities.yml", read_finder(ROOT).find)

    assert scores.total.f1 >= 0.97, scores.wrong
    assert {entity: score for entity, score in scores.by_entity.items() if score.f1 < 0.95} == {}
