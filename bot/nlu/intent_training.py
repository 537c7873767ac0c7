"""Trains the classifier of `bot.nlu.intent_model` on labelled texts, and learns how sure it may be.

Called by the Rasa component in `bot.nlu.intents`; usable without Rasa, as evaluation does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from bot.nlu.encoder import Encoded, FloatArray
from bot.nlu.intent_model import IntentModel, Numbers, intent_of
from bot.nlu.ngrams import Ngrams
from bot.nlu.regression import Examples, Labels, Regression, fit_regression

_STEPS: Final = 100
"""Steps of the fit; what is left to gain after them changes no answer and takes as long again. Half of them are enough
to tell how sure to be."""
_FIFTHS: Final = 5
_ENOUGH_HELD_OUT: Final = 1_000
"""Examples by which to tell how sure to be; of a small training set every fifth is held out in turn."""
_SEED: Final = 0


class TooFewIntentsError(ValueError):
    """The training data needs examples of at least two intents. Add some under nlu_data/nlu."""


@dataclass(frozen=True, slots=True)
class IntentSettings:
    """How the classifier is trained; where the defaults come from is in docs/understanding.md."""

    ngram_weight: float = 0.8
    """How much wording counts beside meaning; gains half a point at a hundred examples an intent, little at ten."""
    ngram_dimensions: int = 200
    """Main directions of wording that are trained on; all of them take ten times as long for the same result."""
    halfway_weight: float = 1.0
    """How much the vector from halfway through the network counts beside the embedding; gains up to half a point at a
    hundred examples an intent, nothing at ten."""
    strength: float = 20.0
    """Inverse of the regularisation."""
    balance: float = 0.25
    """0 takes intents as frequent as their examples, 1 takes all as equally frequent."""
    nearest_weight: float = 7.5
    """How much the nearest example of an intent counts beside the border between intents; it says most where there
    are few examples. Gains two thirds of a point at ten examples an intent and at a hundred."""
    name_weight: float = 1.0
    """What the name of an intent ("card_arrival") counts as an example of it; 0 leaves it out. Gains half a point at
    ten examples an intent."""
    unknown_intent: str = "out_of_scope"
    """The intent of what is none of the others. It also gets what is far from every example, not only what is near to
    its own: nobody can give examples of everything else."""


def train_intents(
    *,
    texts: Sequence[str],
    encoded: Encoded,
    intents: Sequence[str],
    settings: IntentSettings,
    names: Mapping[str, FloatArray] | None = None,
) -> IntentModel:
    """Train on texts labelled with an intent or a part of one; `names` are the embeddings of the names in words.

    Some is first held out, a fifth at a time, to measure how sure the classifier may be; then all of it is trained on.
    Raises TooFewIntentsError.
    """
    if len({intent_of(intent) for intent in intents}) < 2:
        raise TooFewIntentsError
    # Several threads on matrices of this size mostly wait for each other.
    with threadpool_limits(1):
        trainer = _Trainer(texts, encoded, np.array(intents), settings, names or {})
        return trainer.model(trainer.softness())


@dataclass(frozen=True, slots=True)
class _Softness:
    """What makes confidences true: the divisor of all scores, and the score of being none of the intents."""

    temperature: float = 1.0
    unknown: float = -math.inf


class _Trainer:
    def __init__(
        self,
        texts: Sequence[str],
        encoded: Encoded,
        groups: Labels,
        settings: IntentSettings,
        names: Mapping[str, FloatArray],
    ) -> None:
        self._settings = settings
        self._groups = groups
        self._intents = np.array([intent_of(group) for group in groups])
        self._ngrams = Ngrams.learn(texts)
        self._embeddings = encoded.embeddings
        self._middle = encoded.halfway.mean(axis=0)
        wording, self._directions = _main_directions(self._ngrams.matrix(texts), settings.ngram_dimensions)
        halfway = settings.halfway_weight * (encoded.halfway - self._middle)
        self._features = np.hstack([encoded.embeddings, halfway, settings.ngram_weight * wording]).astype(np.float32)
        self._weights = _weights(groups, settings.balance)
        self._names = {name: names[name] for name in sorted(set(self._groups) & names.keys())}
        self._all_groups = np.unique(groups)
        self._first_fit: Regression | None = None

    def _fit(self, rows: npt.NDArray[np.intp], steps: int, start: Regression | None = None) -> Regression:
        features, groups, weights = self._features[rows], self._groups[rows], self._weights[rows]
        if self._names and self._settings.name_weight > 0:
            vectors = np.array(list(self._names.values()), dtype=np.float32)
            unworded = np.zeros((len(vectors), features.shape[1] - vectors.shape[1]), dtype=np.float32)
            features = np.vstack([features, np.hstack([vectors, unworded])])
            groups = np.concatenate([groups, list(self._names)])
            weights = np.append(weights, np.full(len(vectors), self._settings.name_weight, dtype=np.float32))
        examples = Examples(features, groups, weights)
        return fit_regression(examples, strength=self._settings.strength, steps=steps, start=start)

    def softness(self) -> _Softness:
        """Learn on held-out examples how sure to be.

        Temperature scaling after Guo et al., On Calibration of Modern Neural Networks, 2017; the score of being none
        of the intents makes a message that is far from all of them unlikely to be any (energy of scores: Liu et al.,
        Energy-based Out-of-distribution Detection, 2020).
        """
        fifths = _fifths(self._intents)
        held_out = [fifth for fifth in fifths if fifth.any()][: math.ceil(_ENOUGH_HELD_OUT * _FIFTHS / len(fifths[0]))]
        if not held_out:
            return _Softness()
        scores = np.vstack([self._scores_without(fifth) for fifth in held_out])
        intents = np.concatenate([self._intents[fifth] for fifth in held_out])
        right = np.array([intent_of(group) for group in self._all_groups])[None, :] == intents[:, None]
        return _softest(scores, right, intents == self._settings.unknown_intent)

    def _scores_without(self, held_out: npt.NDArray[np.bool_]) -> FloatArray:
        """What speaks for each group, `(held out, groups)`, when only the other examples are learnt from."""
        rows = np.flatnonzero(~held_out)
        fitted = self._first_fit = self._fit(rows, _STEPS // 2)
        found = fitted.scores(self._features[held_out])
        examples, starts = self._by_group(rows, fitted.classes)
        found += self._settings.nearest_weight * _nearest(examples, starts, self._embeddings[held_out])
        scores = np.full((len(found), len(self._all_groups)), -np.inf, dtype=np.float32)
        scores[:, np.searchsorted(self._all_groups, fitted.classes)] = found
        return scores

    def _by_group(self, rows: npt.NDArray[np.intp], groups: Labels) -> tuple[FloatArray, npt.NDArray[np.intp]]:
        """The embeddings of these rows group after group, and where each group begins."""
        members = [self._embeddings[rows][self._groups[rows] == group] for group in groups]
        # A group may have a name and no example among these rows.
        members = [
            found if len(found) else self._names[group][None, :] for found, group in zip(members, groups, strict=True)
        ]
        starts = np.cumsum([0, *(len(found) for found in members[:-1])], dtype=np.intp)
        return np.vstack(members).astype(np.float32), starts

    def model(self, softness: _Softness) -> IntentModel:
        fitted = self._fit(np.arange(len(self._intents)), _STEPS, start=self._first_fit)
        weights, offsets = fitted.weights / softness.temperature, fitted.offsets / softness.temperature
        meaning, halfway, wording = np.split(weights, [dimension := self._embeddings.shape[1], 2 * dimension])
        halfway = self._settings.halfway_weight * halfway
        examples, starts = self._by_group(np.arange(len(self._intents)), fitted.classes)
        groups = [str(group) for group in fitted.classes]
        has_unknown = self._settings.unknown_intent in groups and math.isfinite(softness.unknown)
        numbers = Numbers(
            meaning=meaning.astype(np.float32),
            halfway=halfway.astype(np.float32),
            wording=(self._settings.ngram_weight * (self._directions.T @ wording)).astype(np.float32),
            offsets=(offsets - self._middle @ halfway).astype(np.float32),
            examples=examples,
            starts=starts,
            nearest_weight=self._settings.nearest_weight / softness.temperature,
            unknown=softness.unknown,
            unknown_group=groups.index(self._settings.unknown_intent) if has_unknown else -1,
        )
        return IntentModel(groups=groups, ngrams=self._ngrams, numbers=numbers)


def _weights(intents: Labels, balance: float) -> FloatArray:
    """How much each example counts, 1 on average."""
    names, counts = np.unique(intents, return_counts=True)
    by_intent = dict(zip(names, counts**-balance, strict=True))
    weights = np.array([by_intent[intent] for intent in intents])
    return np.asarray(weights / weights.mean(), dtype=np.float32)


def _nearest(examples: FloatArray, starts: npt.NDArray[np.intp], vectors: FloatArray) -> FloatArray:
    """The likeness of each vector to the nearest example of each group, `(len(vectors), groups)`."""
    return np.asarray(np.maximum.reduceat(vectors @ examples.T, starts, axis=1))


def _main_directions(matrix: Any, dimensions: int) -> tuple[FloatArray, FloatArray]:
    """Return the rows of a sparse matrix in its main directions, and those directions."""
    from sklearn.decomposition import TruncatedSVD

    # More rounds than these find no better directions for this end.
    reduction = TruncatedSVD(min(dimensions, min(matrix.shape) - 1), n_iter=2, random_state=_SEED)
    return reduction.fit_transform(matrix), reduction.components_


def _fifths(intents: Labels) -> Sequence[npt.NDArray[np.bool_]]:
    """Mark every fifth example of each intent that has five, five times over, in an order always mixed the same."""
    fifth = np.full(len(intents), -1)
    mixed = np.random.default_rng(_SEED).permutation(len(intents))
    for intent in np.unique(intents):
        members = mixed[intents[mixed] == intent]
        if len(members) >= _FIFTHS:
            fifth[members] = (_FIFTHS - 1 - np.arange(len(members))) % _FIFTHS
    return [fifth == number for number in range(_FIFTHS)]


def _softest(scores: FloatArray, right: npt.NDArray[np.bool_], is_unknown: npt.NDArray[np.bool_]) -> _Softness:
    """Return the softness by which the right intents of held-out examples are the least surprising."""
    from scipy.optimize import minimize

    def surprise(log_temperature: float, unknown: float) -> float:
        extended = np.column_stack([scores / math.exp(log_temperature), np.full(len(scores), unknown)])
        chances = np.exp(extended - extended.max(axis=1, keepdims=True))
        found = (chances * np.column_stack([right, is_unknown])).sum(axis=1) / chances.sum(axis=1)
        return float(-np.log(np.maximum(found, 1e-9)).mean())

    if not is_unknown.any():
        best = minimize(lambda at: surprise(at[0], -np.inf), [0.0], method="Nelder-Mead")
        return _Softness(math.exp(best.x[0]))
    begin = [0.0, float(np.median(scores.max(axis=1))) / 2]
    best = minimize(lambda at: surprise(*at), begin, method="Nelder-Mead")
    return _Softness(math.exp(best.x[0]), float(best.x[1]))
