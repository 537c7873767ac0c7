"""The entries as wholes, and a sketch of them by which the likeliest are chosen quickly. Called by `bot.faq.index`."""

from __future__ import annotations

from typing import Final

import numpy as np

from bot.faq.words import FloatArray, Places

_SKETCH: Final = 96
"""Numbers by which the likeliest entries are chosen, instead of a vector's several hundred: a tenth of the time."""
_SAMPLE: Final = 2_000
"""Entries from which the directions of the sketch are taken."""
_STRANGERS: Final = 0.1
"""Share of entries that may be newer than the directions; from there on these are found anew, in 50 ms."""


class Wholes:
    """Where the entries are as wholes; sketched on demand only, since a small FAQ needs no sketch."""

    def __init__(self, middles: FloatArray) -> None:
        """Take the `(n, dimension)` unit vectors in the middle of each entry's wordings."""
        self.middles = middles
        self._directions: FloatArray | None = None
        self._sketch = middles
        self._strangers = 0

    def changed(self, kept: Places, new: FloatArray) -> Wholes:
        """The wholes after a change: entry `at` was at `kept[at]` before; where that is -1, it is the next of `new`."""
        wholes = Wholes(_merged(self.middles, kept, new))
        wholes._strangers = self._strangers + len(new)
        if self._directions is not None and wholes._strangers <= _STRANGERS * len(kept):
            wholes._directions = self._directions
            wholes._sketch = _merged(self._sketch, kept, new @ self._directions if len(new) else new)
        return wholes

    def sketch(self) -> None:
        """Get ready for `likeness`: tens of milliseconds for many thousands of entries."""
        if self._directions is None:
            self._directions = _directions(self.middles)
            self._sketch = np.ascontiguousarray(self.middles @ self._directions)
            self._strangers = 0

    def likeness(self, embedding: FloatArray) -> FloatArray:
        """How near each entry is to a message, roughly."""
        return np.asarray(self._sketch @ (embedding @ self._directions), dtype=np.float32)


def _merged(old: FloatArray, kept: Places, new: FloatArray) -> FloatArray:
    if not len(old):
        return new
    rows = old[kept]
    if len(new):
        rows[kept < 0] = new
    return rows


def _directions(middles: FloatArray) -> FloatArray:
    """Return the `(dimension, _SKETCH)` directions in which the entries differ most, by principal components."""
    some = middles[:: max(1, len(middles) // _SAMPLE)]
    _, axes = np.linalg.eigh(some.T @ some)
    return np.ascontiguousarray(axes[:, -_SKETCH:], dtype=np.float32)
