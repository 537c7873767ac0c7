"""The figures of an evaluation, on rows whose figures can be worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.answers import reactions, silences
from bot.evaluation.figures import figures, read_bounds
from bot.evaluation.intents import Guessed, accuracy, calibration_error, confusions, per_intent, reliability
from bot.evaluation.run import Measured
from bot.evaluation.sets import BadSet, Expected, OffTopic, read_messages, read_off_topic

ROWS = [
    Guessed("hi", "greet", "greet", 0.9),
    Guessed("hello", "greet", "greet", 0.9),
    Guessed("yo", "greet", "thank", 0.5),
    Guessed("ta", "thank", "thank", 0.5),
]
SAID = {
    "returns?": {"intent": {"name": "ask_faq"}, "faq": [{"id": "return_window"}], "faq_chance": 0.9},
    "france?": {"intent": {"name": "nlu_fallback"}, "faq": [{"id": "cost"}, {"id": "abroad"}], "faq_chance": 0.4},
    "parcel": {"intent": {"name": "order_status"}, "faq": [], "faq_chance": 0.0},
    "weather": {"intent": {"name": "out_of_scope"}, "faq": [{"id": "cost"}], "faq_chance": 0.1},
    "kayak": {"intent": {"name": "ask_faq"}, "faq": [{"id": "cost"}], "faq_chance": 0.8},
}


def test_accuracy_and_scores_per_intent() -> None:
    weakest, best = per_intent(ROWS)

    assert accuracy(ROWS) == 0.75
    assert (weakest.intent, weakest.precision, weakest.recall, weakest.examples) == ("thank", 0.5, 1.0, 1)
    assert best.f1 == pytest.approx(0.8)


def test_confusions_come_with_their_sentences() -> None:
    assert [(one.wanted, one.got, one.texts) for one in confusions(ROWS)] == [("greet", "thank", ("yo",))]


def test_the_calibration_error_is_the_mean_distance_of_claims_from_the_truth() -> None:
    bins = reliability(ROWS, bins=10)

    assert [(one.confidence, one.right, one.messages) for one in bins] == [(0.5, 0.5, 2), (0.9, 1.0, 2)]
    assert calibration_error(bins) == pytest.approx(0.05)


def test_reactions_tell_right_from_offered_from_wrong() -> None:
    rows = [
        Expected("returns?", ("faq/return_window",)),
        Expected("france?", ("faq/abroad",)),
        Expected("parcel", ("order_status", "faq/tracking")),
        Expected("weather", ("not_answered",)),
        Expected("kayak", ("not_answered",)),
    ]
    found = reactions(SAID.__getitem__, rows)

    assert [one.is_right for one in found] == [True, False, True, True, False]
    assert [one.was_offered for one in found] == [False, True, False, False, False]


def test_silence_is_broken_only_by_an_answer() -> None:
    found = silences(SAID.__getitem__, [OffTopic(text, "off_topic") for text in ("weather", "parcel", "kayak")])

    assert [one.answered_with for one in found] == [None, None, "cost"]


def test_a_missed_bound_shows_and_an_unknown_figure_is_refused() -> None:
    measured = Measured(
        intents=ROWS,
        reactions=None,
        silences=None,
        faq=[],
        entities=None,
        facts=None,
        topics=None,
        dialogues=None,
        parse_ms=[1.0, 2.0, 3.0],
    )
    kept, missed = (figures(measured, {"intent_accuracy": {"at_least": bound}})[0] for bound in (0.7, 0.8))

    assert (kept.holds, missed.holds) == (True, False)
    assert (missed.shown, missed.bound) == ("75.0%", "≥ 80.0%")
    with pytest.raises(BadSet, match="no figure called charm"):
        figures(measured, {"charm": {"at_least": 1}})


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("text: hi", "must be a list"),
        ("- hi", "row 1"),
        ("- {text: '', right: greet}", "row 1: `text`"),
        ("- {text: hi, right: greet}\n- {text: ho}", "row 2: `right`"),
        ("- {text: hi, right: [1]}", "row 1: `right`"),
        ("- {text: hi", "no YAML"),
    ],
)
def test_a_bad_set_is_refused_by_file_and_row(tmp_path: Path, content: str, fault: str) -> None:
    path = tmp_path / "messages.yml"
    path.write_text(content, "utf-8")

    with pytest.raises(BadSet, match=fault) as refused:
        read_messages(path)
    assert str(path) in str(refused.value)


def test_sets_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.yml"
    path.write_text("- {text: 'kayaks?', kind: near_topic, right: [a, b]}\n", "utf-8")

    assert read_messages(path) == [Expected("kayaks?", ("a", "b"))]
    assert read_off_topic(path) == [OffTopic("kayaks?", "near_topic")]


def test_bounds_are_read_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "bounds.yml"
    assert read_bounds(path) == {}
    path.write_text("faq_top_1: {at_least: 0.9}\n", "utf-8")
    assert read_bounds(path) == {"faq_top_1": {"at_least": 0.9}}
    path.write_text("faq_top_1: 0.9\n", "utf-8")
    with pytest.raises(BadSet, match="at_least or at_most"):
        read_bounds(path)
