"""What a measurement comes to: figures with the bounds they have to keep, and the sections of the report."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.evaluation.intents import Guessed, accuracy, calibration_error, confusions, per_intent, reliability
from bot.evaluation.report import (
    Figure,
    Section,
    confusion_list,
    draw_reliability,
    draw_silence,
    entity_table,
    intent_table,
    lines,
    plot,
)
from bot.evaluation.run import Measured
from bot.evaluation.sets import BadSet

Bounds = Mapping[str, Mapping[str, float]]


def read_bounds(path: Path) -> Bounds:
    """Bounds by figure, `{right_reactions: {at_least: 0.9}}`; none where there is no file. Raises BadSet."""
    if not path.is_file():
        return {}
    bounds = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(bounds, dict) or not all(
        isinstance(bound, dict) and bound.keys() <= {"at_least", "at_most"} for bound in bounds.values()
    ):
        raise BadSet(
            f"{path} must say at_least or at_most for each figure, such as right_reactions: {{at_least: 0.9}}."
        )
    return bounds


def figures(measured: Measured, bounds: Bounds) -> Sequence[Figure]:
    """All figures that could be measured. Raises BadSet for a bound of a figure that there is not."""
    values = dict(_values(measured))
    if unknown := bounds.keys() - {name for name, *_ in _NAMES}:
        raise BadSet(f"There is no figure called {', '.join(sorted(unknown))}.")
    return [
        Figure(title, values[name], unit=unit, **bounds.get(name, {})) for name, title, unit in _NAMES if name in values
    ]


_NAMES = (
    ("intent_accuracy", "Intents on a held-out fifth of the examples", "share"),
    ("calibration_error", "Expected calibration error of their confidences", ""),
    ("right_reactions", "Held-out messages with the right reaction", "share"),
    ("right_or_offered", "… or with the right FAQ entry among the choices", "share"),
    ("answer_calibration_error", "Expected calibration error of the chance that an FAQ answer is right", ""),
    ("off_topic_answered", "Messages that nothing answers, answered from the FAQ", "share"),
    ("faq_top_1", "Test questions of the FAQ: right entry first", "share"),
    ("faq_top_3", "Test questions of the FAQ: right entry among three", "share"),
    ("entity_f1", "Values found and normalised, F1", "share"),
    ("fact_precision", "Facts about customers: the part of those learnt that is right", "share"),
    ("fact_recall", "Facts about customers: the part of those told that is learnt", "share"),
    ("topic_precision", "Topics for a person: the part of those found that is right", "share"),
    ("topic_recall", "Topics for a person: the part of those there that is found", "share"),
    ("dialogues_passed", "Dialogues that went as written", "share"),
    ("parse_p50", "Understanding one message, median", "ms"),
    ("parse_p99", "Understanding one message, 99th percentile", "ms"),
)


def _values(measured: Measured) -> Iterator[tuple[str, float]]:
    yield "intent_accuracy", accuracy(measured.intents)
    yield "calibration_error", calibration_error(reliability(measured.intents))
    if measured.reactions is not None:
        yield "right_reactions", statistics.mean(one.is_right for one in measured.reactions)
        yield "right_or_offered", statistics.mean(one.is_right or one.was_offered for one in measured.reactions)
    if measured.silences is not None:
        yield "answer_calibration_error", calibration_error(reliability(_answers(measured)))
        yield "off_topic_answered", statistics.mean(one.answered_with is not None for one in measured.silences)
    if measured.faq:
        yield "faq_top_1", statistics.mean(one.found[:1] == (one.wanted,) for one in measured.faq)
        yield "faq_top_3", statistics.mean(one.wanted in one.found for one in measured.faq)
    if measured.entities is not None:
        yield "entity_f1", measured.entities.total.f1
    if measured.facts is not None:
        yield "fact_precision", measured.facts.total.precision
        yield "fact_recall", measured.facts.total.recall
    if measured.topics is not None:
        yield "topic_precision", measured.topics.total.precision
        yield "topic_recall", measured.topics.total.recall
    if measured.dialogues is not None:
        yield "dialogues_passed", measured.dialogues.passed
    if took := sorted(measured.parse_ms):
        yield "parse_p50", statistics.median(took)
        yield "parse_p99", took[math.ceil(len(took) * 0.99) - 1]


def _answers(measured: Measured) -> Sequence[Guessed]:
    """The best entry for each question to the FAQ and for each message that nothing answers, with its chance."""
    found = [
        Guessed(one.text, "right", "right" if one.finds_right else "wrong", one.chance)
        for one in measured.reactions or ()
        if one.is_question
    ]
    return [*found, *(Guessed(one.text, "right", "wrong", one.chance) for one in measured.silences or ())]


_PLOTS = {
    "confidence": "How true the confidences of intents are",
    "answers": "How true the chance of an FAQ answer is",
    "silence": "Answering or keeping silent",
}


def plots(measured: Measured) -> Mapping[str, Callable[[Any], None]]:
    """What draws each plot, by its short name, as far as the sets are there."""
    drawn = {"confidence": draw_reliability(reliability(measured.intents))}
    if answers := _answers(measured):
        drawn["answers"] = draw_reliability(reliability(answers))
    if measured.reactions is not None and measured.silences is not None:
        asked = [one for one in measured.reactions if one.is_question]
        drawn["silence"] = draw_silence(asked, measured.silences)
    return drawn


def sections(measured: Measured) -> Iterator[Section]:
    """The parts of the report below the figures."""
    drawn = plots(measured)
    for name, title in _PLOTS.items():
        if name in drawn:
            yield Section(title, plot(drawn[name]))
    yield Section("Intents, the weakest first", intent_table(per_intent(measured.intents)))
    yield Section("What was taken for something else", confusion_list(confusions(measured.intents)))
    if measured.reactions is not None:
        wrong = (
            f"{one.text} → {one.got}, not {' or '.join(one.right)}" for one in measured.reactions if not one.is_right
        )
        yield Section("Held-out messages that got another reaction", lines(wrong))
    if measured.silences is not None:
        answered = (f"{one.text} → {one.answered_with}" for one in measured.silences if one.answered_with)
        yield Section("Answered though nothing answers it", lines(answered))
    missed = (
        f"{one.text} → {one.found[0] if one.found else 'nothing'}, not {one.wanted}"
        for one in measured.faq
        if one.found[:1] != (one.wanted,)
    )
    yield Section("Test questions that find another entry", lines(missed))
    if measured.entities is not None:
        yield Section("Values", entity_table(measured.entities))
    if measured.facts is not None:
        yield Section("Messages whose facts were missed or misread", lines(one.text for one in measured.facts.wrong))
    if measured.topics is not None:
        yield Section("Messages in which another topic for a person was found", lines(measured.topics.wrong))
    if measured.dialogues is not None and measured.dialogues.failed:
        yield Section("Dialogues that went otherwise", lines(measured.dialogues.failed))
