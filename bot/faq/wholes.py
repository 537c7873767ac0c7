"""The entries as wholes, and a sketch of them by which the likeliest are chosen quickly. Called by `bot.faq.index`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.faq.sketch import main_directions
from bot.faq.words import FloatArray, Places

_STRANGERS: Final = 0.1
"""Share of entries that may be newer than the directions; from there on these are found anew, in 50 ms."""


@dataclass(frozen=True, slots=True)
class _Sketch:
    """The entries by the directions in which they differ most; `strangers` of them came after these were found."""

    directions: FloatArray
    points: FloatArray
    strangers: int = 0


class Wholes:
    """Where the entries are as wholes; sketched on demand only, since a small FAQ needs no sketch."""

    def __init__(self, middles: FloatArray, sketch: _Sketch | None = None) -> None:
        """Take the `(n, dimension)` unit vectors in the middle of each entry's wordings."""
        self.middles = middles
        self._sketch = sketch

    def changed(self, kept: Places, new: FloatArray) -> Wholes:
        """The wholes after a change: entry `at` was at `kept[at]` before; where that is -1, it is the next of `new`."""
        middles, sketch = _merged(self.middles, kept, new), self._sketch
        strangers = sketch.strangers + len(new) if sketch else 0
        if sketch is None or strangers > _STRANGERS * len(kept):
            return Wholes(middles)
        points = _merged(sketch.points, kept, new @ sketch.directions if len(new) else new)
        return Wholes(middles, _Sketch(sketch.directions, points, strangers))

    def sketched(self) -> Wholes:
        """The same, ready for `likeness`: tens of milliseconds for many thousands of entries."""
        if self._sketch is not None:
            return self
        directions = main_directions(self.middles)
        return Wholes(self.middles, _Sketch(directions, np.ascontiguousarray(self.middles @ directions)))

    def likeness(self, embedding: FloatArray) -> FloatArray:
        """How near each entry is to a message, roughly; of sketched ones only."""
        assert self._sketch is not None
        return np.asarray(self._sketch.points @ (embedding @ self._sketch.directions), dtype=np.float32)


def _merged(old: FloatArray, kept: Places, new: FloatArray) -> FloatArray:
    if not len(old):
        return new
    rows = np.asarray(old[kept], dtype=np.float32)
    if len(new):
        rows[kept < 0] = new
    return rows
