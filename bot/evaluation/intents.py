"""Scores of the intent classifier on examples that it was not trained on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 15


@dataclass(frozen=True, slots=True)
class Guessed:
    """A message, the intent it has, the one that was given to it and how sure the classifier was (0 to 1)."""

    text: str
    wanted: str
    got: str
    confidence: float

    @property
    def is_right(self) -> bool:
        """Whether it was taken as meant."""
        return self.wanted == self.got


@dataclass(frozen=True, slots=True)
class IntentScore:
    """How well one intent is found: shares from 0 to 1, and its number of examples."""

    intent: str
    precision: float
    recall: float
    f1: float
    examples: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """Messages of one intent that were taken for another."""

    wanted: str
    got: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """Messages of near confidence: the mean of what was claimed and the share that was right."""

    confidence: float
    right: float
    messages: int


def accuracy(rows: Sequence[Guessed]) -> float:
    """The share that was taken as meant."""
    return float(np.mean([row.is_right for row in rows])) if rows else 0.0


def per_intent(rows: Sequence[Guessed]) -> Sequence[IntentScore]:
    """Precision, recall and F1 of each intent that is wanted anywhere, the worst first."""
    from sklearn.metrics import precision_recall_fscore_support

    names = sorted({row.wanted for row in rows})
    wanted, got = [row.wanted for row in rows], [row.got for row in rows]
    scored = zip(names, *precision_recall_fscore_support(wanted, got, labels=names, zero_division=0.0), strict=True)
    table = [
        IntentScore(name, float(precision), float(recall), float(f1), int(examples))
        for name, precision, recall, f1, examples in scored
    ]
    return sorted(table, key=lambda score: score.f1)


def confusions(rows: Sequence[Guessed]) -> Sequence[Confusion]:
    """What was taken for something else, the most frequent mix-up first."""
    mixed: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if not row.is_right:
            mixed[row.wanted, row.got].append(row.text)
    found = [Confusion(wanted, got, tuple(texts)) for (wanted, got), texts in mixed.items()]
    return sorted(found, key=lambda confusion: -len(confusion.texts))


def reliability(rows: Sequence[Guessed], bins: int = BINS) -> Sequence[Bin]:
    """Messages by confidence, in bins of equal width; the empty ones are left out."""
    confidences = np.array([row.confidence for row in rows])
    right = np.array([row.is_right for row in rows], dtype=float)
    places = np.minimum((confidences * bins).astype(int), bins - 1)
    return [
        Bin(float(confidences[inside].mean()), float(right[inside].mean()), int(inside.sum()))
        for inside in (places == number for number in range(bins))
        if inside.any()
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: how far claims are from the truth on average.

    After Naeini, Cooper, Hauskrecht: Obtaining Well Calibrated Probabilities Using Bayesian Binning, 2015.
    """
    total = sum(one.messages for one in bins)
    return sum(one.messages * abs(one.confidence - one.right) for one in bins) / total if total else 0.0
