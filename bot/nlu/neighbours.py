"""The examples of an intent and which of them is nearest to a message. Called by `bot.nlu.intent_model`."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.cluster.vq import kmeans2

from bot.nlu.encoder import FloatArray

_MANY: Final = 200
"""Examples up to which all are compared. What is off-topic has thousands: reading these would take longer than all
others together, so only those in the bundles nearest to the message are."""
_BUNDLE: Final = 48
"""Examples in a bundle, on average."""
_NEAREST_BUNDLES: Final = 4
"""With these the chances differ from those by all examples no more than they do by `_IN_QUESTION`."""
_ROUNDS: Final = 10
_SEED: Final = 0


class Neighbours:
    """Unit vectors `(n, dimension)` of one intent; made once, some milliseconds where they are many."""

    def __init__(self, vectors: FloatArray) -> None:
        self.middle = _middle(vectors)
        """Their mean: no farther from any vector than the farthest of them."""
        distinct = np.unique(vectors, axis=0) if len(vectors) > _MANY else vectors
        self._bundles = _bundled(distinct) if len(distinct) > _MANY else [distinct]
        self._middles = np.array([_middle(bundle) for bundle in self._bundles])

    def nearest(self, embedding: FloatArray) -> float:
        """The likeness of a message `(dimension,)` to the nearest example found."""
        if len(self._bundles) == 1:
            return float(np.maximum.reduce(self._bundles[0] @ embedding))
        likeliest = np.argsort(self._middles @ embedding)[-_NEAREST_BUNDLES:]
        return max(float(np.maximum.reduce(self._bundles[place] @ embedding)) for place in likeliest)


def _middle(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors.mean(axis=0), dtype=np.float32)


def _bundled(vectors: FloatArray) -> Sequence[FloatArray]:
    """Those of near meaning together; no two may be equal."""
    count = len(vectors) // _BUNDLE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a bundle may become empty, and is left out
        _, bundle_of = kmeans2(vectors.astype(np.float64), count, iter=_ROUNDS, minit="++", seed=_SEED)
    found = (vectors[bundle_of == bundle] for bundle in range(count))
    return [bundle for bundle in found if len(bundle)]
