"""Which intent a message has, with a probability: logistic regression over meaning and wording together.

Trained and asked by the Rasa component in `bot.nlu.intents`; usable without Rasa, as evaluation does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from bot.nlu.ngrams import Ngrams

FloatArray = npt.NDArray[np.float32]
Labels = npt.NDArray[np.str_]

_SEED: Final = 0
_WEIGHTS: Final = "weights.npz"
_NAMES: Final = "names.json"


class TooFewIntentsError(ValueError):
    """The training data needs examples of at least two intents. Add some under nlu_data/nlu."""


@dataclass(frozen=True, slots=True)
class IntentSettings:
    """How the classifier is trained; the defaults come from cross-validation on the shop's data."""

    ngram_weight: float = 0.5
    """How much wording counts beside meaning; 0.5 gains one to two points of accuracy, more gains nothing."""
    ngram_dimensions: int = 200
    """Main directions of wording that are trained on; all of them take ten times as long for the same result."""
    strength: float = 20.0
    """Inverse of the regularisation."""
    group_size: int = 50
    """Examples in one part of a broad intent; see `split_above`."""
    split_above: int = 300
    """An intent with more examples (the FAQ) is trained as several groups of near meaning: one straight border
    around all of it would claim what lies between. Gains five points on the other intents."""
    balance: float = 0.25
    """0 takes intents as frequent as their examples, 1 takes all as equally frequent."""


@dataclass(frozen=True, slots=True)
class Guess:
    """An intent and how likely it is, from 0 to 1."""

    intent: str
    confidence: float


class IntentModel:
    """A trained classifier. One message takes well under a millisecond."""

    def __init__(
        self,
        *,
        groups: Sequence[str],
        ngrams: Ngrams,
        meaning: FloatArray,
        wording: FloatArray,
        offsets: FloatArray,
    ) -> None:
        """Take the intent of each group of outputs and the weights towards them, already softened."""
        self.groups = tuple(groups)
        self.intents = tuple(sorted(set(groups)))
        self.ngrams = ngrams
        self._meaning = meaning
        self._wording = wording
        self._offsets = offsets
        self._places = np.array([self.intents.index(group) for group in self.groups])

    def rank(self, text: str, embedding: FloatArray) -> list[Guess]:
        """Return all intents, the most likely first; their confidences add up to 1."""
        places, weights = self.ngrams.features(text)
        scores = embedding @ self._meaning + weights @ self._wording[places] + self._offsets
        chances = np.exp(scores - scores.max())
        total = np.bincount(self._places, weights=chances / chances.sum(), minlength=len(self.intents))
        return [Guess(self.intents[place], float(total[place])) for place in np.argsort(-total, kind="stable")]

    def save(self, folder: Path) -> None:
        """Write the model into `folder` as plain numbers and names: loading runs no code."""
        names = {"groups": self.groups, "terms": self.ngrams.terms}
        (folder / _NAMES).write_text(json.dumps(names, ensure_ascii=False), "utf-8")
        np.savez(
            folder / _WEIGHTS,
            meaning=self._meaning,
            wording=self._wording,
            offsets=self._offsets,
            rarity=self.ngrams.rarity,
        )

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read what `save` wrote."""
        names = json.loads((folder / _NAMES).read_text("utf-8"))
        with np.load(folder / _WEIGHTS, allow_pickle=False) as weights:
            return cls(
                groups=names["groups"],
                ngrams=Ngrams(terms=names["terms"], rarity=weights["rarity"]),
                meaning=weights["meaning"],
                wording=weights["wording"],
                offsets=weights["offsets"],
            )


def train_intents(
    *, texts: Sequence[str], embeddings: FloatArray, intents: Sequence[str], settings: IntentSettings
) -> IntentModel:
    """Train on labelled texts and their embeddings. Raises TooFewIntentsError.

    A fifth is first held out to measure how sure the classifier may be; then all of it is trained on.
    """
    if len(set(intents)) < 2:
        raise TooFewIntentsError
    # Several threads on matrices of this size mostly wait for each other.
    with threadpool_limits(1):
        trainer = _Trainer(texts, embeddings, np.array(intents), settings)
        return trainer.model(trainer.temperature())


class _Trainer:
    def __init__(self, texts: Sequence[str], embeddings: FloatArray, intents: Labels, settings: IntentSettings) -> None:
        self._settings = settings
        self._intents = intents
        self._ngrams = Ngrams.learn(texts)
        self._embeddings = embeddings
        wording, self._directions = _main_directions(self._ngrams.matrix(texts), settings.ngram_dimensions)
        self._features = np.hstack([embeddings, settings.ngram_weight * wording]).astype(np.float32)
        self._first_fit: Any = None
        self._groups = _split_broad(intents, embeddings, settings)
        names, counts = np.unique(intents, return_counts=True)
        weights = dict(zip(names, counts**-settings.balance, strict=True))
        self._weights = np.array([weights[intent] for intent in intents])
        self._weights = (self._weights / self._weights.mean()).astype(np.float32)

    def _fit(self, rows: npt.NDArray[np.intp], before: Any = None) -> Any:
        """Fit on these rows, starting from an earlier fit over the same groups: half as long."""
        from sklearn.linear_model import LogisticRegression

        groups = self._groups[rows]
        if before is None or set(groups) != set(before.classes_):
            before = LogisticRegression(C=self._settings.strength, max_iter=150, tol=1e-3, warm_start=True)
        return before.fit(self._features[rows], groups, self._weights[rows])

    def temperature(self) -> float:
        """Return the divisor of the scores that makes confidences true on held-out examples.

        Temperature scaling after Guo et al., On Calibration of Modern Neural Networks, 2017.
        """
        held_out = _a_fifth(self._intents)
        if not held_out.any():
            return 1.0
        fitted = self._first_fit = self._fit(np.flatnonzero(~held_out))
        scores = _two_sided(fitted.decision_function(self._features[held_out]))
        group_intents = np.array([_intent_of(group) for group in fitted.classes_])
        right = group_intents[None, :] == self._intents[held_out][:, None]
        candidates = np.geomspace(0.3, 3.0, 47)
        return float(min(candidates, key=lambda candidate: _surprise(scores / candidate, right)))

    def model(self, temperature: float) -> IntentModel:
        fitted = self._fit(np.arange(len(self._intents)), self._first_fit)
        weights, offsets = fitted.coef_.T / temperature, fitted.intercept_ / temperature
        if weights.shape[1] == 1:
            weights, offsets = np.hstack([-weights, weights]) / 2, np.concatenate([-offsets, offsets]) / 2
        dimension = self._embeddings.shape[1]
        wording = self._settings.ngram_weight * (self._directions.T @ weights[dimension:])
        return IntentModel(
            groups=[_intent_of(group) for group in fitted.classes_],
            ngrams=self._ngrams,
            meaning=weights[:dimension].astype(np.float32),
            wording=wording.astype(np.float32),
            offsets=offsets.astype(np.float32),
        )


def _main_directions(matrix: Any, dimensions: int) -> tuple[FloatArray, FloatArray]:
    """Return the rows of a sparse matrix in its main directions, and those directions."""
    from sklearn.decomposition import TruncatedSVD

    reduction = TruncatedSVD(min(dimensions, min(matrix.shape) - 1), random_state=_SEED)
    return reduction.fit_transform(matrix), reduction.components_


def _split_broad(intents: Labels, embeddings: FloatArray, settings: IntentSettings) -> Labels:
    """Return a group name for each example: its intent, numbered where the intent is a broad one."""
    from sklearn.cluster import KMeans

    groups = intents.astype(object)
    for intent in np.unique(intents):
        rows = np.flatnonzero(intents == intent)
        if len(rows) > settings.split_above:
            clusters = KMeans(len(rows) // settings.group_size, n_init=4, random_state=_SEED)
            groups[rows] = [f"{intent}#{number}" for number in clusters.fit_predict(embeddings[rows])]
    return groups.astype(str)


def _intent_of(group: str) -> str:
    return group.rpartition("#")[0] or group


def _a_fifth(intents: Labels) -> npt.NDArray[np.bool_]:
    """Mark every fifth example of each intent, in an order that is mixed but always the same."""
    chosen = np.zeros(len(intents), dtype=bool)
    mixed = np.random.default_rng(_SEED).permutation(len(intents))
    for intent in np.unique(intents):
        chosen[mixed[intents[mixed] == intent][4::5]] = True
    return chosen


def _two_sided(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give two classes a score each, as scikit-learn does for three and more."""
    return scores if scores.ndim == 2 else np.stack([-scores, scores], axis=1) / 2


def _surprise(scores: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Return the mean negative log-likelihood of the right intent."""
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    found = (chances * right).sum(axis=1) / chances.sum(axis=1)
    return float(-np.log(np.maximum(found, 1e-9)).mean())
