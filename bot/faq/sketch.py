"""Vectors by the directions in which they differ most, which tell quickly which of them may be near to a message.

Called by `bot.faq.index` for wordings and by `bot.faq.wholes` for entries.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from bot.faq.words import FloatArray

_DIRECTIONS: Final = 96
"""Numbers that stand for a vector's several hundred: a quarter of the time, since reading them from memory takes it."""
_SAMPLE: Final = 2_000
"""Vectors from which the directions are taken."""


class Sketch:
    """A sketch of unit vectors `(n, dimension)`; some ten milliseconds for thousands of them."""

    def __init__(self, vectors: FloatArray) -> None:
        self._directions = main_directions(vectors)
        self._points = np.ascontiguousarray(vectors @ self._directions)

    def likeness(self, embedding: FloatArray) -> FloatArray:
        """How near each vector is to a message, roughly."""
        return np.asarray(self._points @ (embedding @ self._directions), dtype=np.float32)


def main_directions(vectors: FloatArray) -> FloatArray:
    """Return the `(dimension, _DIRECTIONS)` directions in which vectors differ most, by principal components."""
    some = vectors[:: max(1, len(vectors) // _SAMPLE)]
    _, axes = np.linalg.eigh(some.T @ some)
    return np.ascontiguousarray(axes[:, -_DIRECTIONS:], dtype=np.float32)
