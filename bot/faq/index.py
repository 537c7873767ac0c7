"""Finds the FAQ entries nearest to a message, by meaning and by words together.

Called by the FAQ selector for each message; whoever edits the FAQ builds a new index and hands it over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from bot.faq.entry import FaqEntry, faq_texts
from bot.faq.words import FloatArray, WordScores

Places = npt.NDArray[np.intp]

# Measured on the held-out questions of 157 entries, as the share answered by the right entry: the best wording
# alone 88.1 %, with a tenth of the word score 89.2 %, and with half of the likeness to the entry as a whole 91.7 %.
WORD_WEIGHT: Final = 0.1
WHOLE_WEIGHT: Final = 0.5
EXACT_ROWS: Final = 4_000
"""Wordings up to which all are compared: half a millisecond. Above it only those of the likeliest entries are."""
LIKELIEST: Final = 100
"""Entries whose wordings are compared in a large FAQ; `benchmarks.faq` measures what that misses."""
_SKETCH: Final = 96
"""Numbers by which the likeliest entries are chosen, instead of a vector's several hundred: a tenth of the time."""
_SAMPLE: Final = 2_000
"""Entries from which the directions of the sketch are taken."""
_TOGETHER: Final = 20_000
"""Wordings up to which many messages are compared with all of them at once; above it one by one costs less."""
_AT_ONCE: Final = 256
"""Messages that are compared in one product of matrices: some tens of megabytes."""


class Encodes(Protocol):
    """Whatever turns texts into unit vectors; `bot.nlu.encoder.Encoder` does."""

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return one unit vector per text, `(len(texts), dimension)`."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found, with a score from 0 to 1 and the wording that was nearest."""

    entry: FaqEntry
    score: float
    wording: str


class FaqIndex:
    """An unchanging search index over FAQ entries; a change of the FAQ makes a new one."""

    def __init__(
        self,
        *,
        entries: Sequence[FaqEntry],
        vectors: FloatArray,
        exact_rows: int = EXACT_ROWS,
        likeliest: int = LIKELIEST,
    ) -> None:
        """Take the entries and the `(n, dimension)` vectors of all their wordings in `faq_texts` order."""
        self.entries = tuple(entries)
        self.vectors = vectors
        self._wordings = faq_texts(self.entries)
        if len(self._wordings) != len(vectors):
            raise ValueError(f"{len(self._wordings)} wordings but {len(vectors)} vectors")
        self._lengths = np.array([len(entry.wordings) for entry in self.entries], dtype=np.intp)
        self._starts = np.cumsum(self._lengths) - self._lengths
        self._middles = _middles(vectors, self._starts) if self.entries else vectors
        self._words = WordScores(self._wordings)
        self._is_small = len(vectors) <= exact_rows
        self._likeliest = min(likeliest, len(self.entries))
        if not self._is_small:
            self._directions = _directions(self._middles)
            self._sketch = np.ascontiguousarray(self._middles @ self._directions)

    @classmethod
    def build(cls, entries: Sequence[FaqEntry], encoder: Encodes) -> FaqIndex:
        """Encode all wordings and return the index."""
        return cls(entries=entries, vectors=encoder.encode(faq_texts(entries)))

    def updated(self, entries: Sequence[FaqEntry], encoder: Encodes) -> FaqIndex:
        """The index of other entries; wordings that this one has already are not encoded again."""
        wordings = faq_texts(entries)
        rows = {wording: row for row, wording in enumerate(self._wordings)}
        new = [wording for wording in dict.fromkeys(wordings) if wording not in rows]
        rows |= {wording: len(self._wordings) + at for at, wording in enumerate(new)}
        known = self.vectors
        if new:
            encoded = encoder.encode(new)
            known = np.concatenate([known, encoded]) if len(known) else encoded
        return FaqIndex(
            entries=entries, vectors=known[np.array([rows[wording] for wording in wordings], dtype=np.intp)]
        )

    def search(self, embedding: FloatArray, text: str, k: int = 3) -> list[Match]:
        """Return the `k` best entries for a message, best first; each entry counts by its best wording."""
        if not self.entries:
            return []
        words = self._words.of(text)
        places = None if self._is_small else self._likely(embedding, words)
        starts, rows = self._rows_of(places)
        likeness = self.vectors[rows] @ embedding + WORD_WEIGHT * words[rows]
        middles = self._middles if places is None else self._middles[places]
        best = np.maximum.reduceat(likeness, starts) + WHOLE_WEIGHT * (middles @ embedding)
        order = np.argsort(-best, kind="stable")[:k]
        chosen = order if places is None else places[order]
        return [
            Match(self.entries[place], _score(best[at]), self._nearest(place, starts[at], likeness))
            for at, place in zip(order, chosen, strict=True)
        ]

    def best_of(self, embeddings: FloatArray, texts: Sequence[str]) -> list[FaqEntry | None]:
        """The best entry for each of many messages: what `search` finds first, faster."""
        if not self.entries or len(self.vectors) > _TOGETHER:
            found = [self.search(*asked, k=1) for asked in zip(embeddings, texts, strict=True)]
            return [matches[0].entry if matches else None for matches in found]
        best: list[FaqEntry | None] = []
        for start in range(0, len(texts), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            likeness = embeddings[some] @ self.vectors.T
            likeness += WORD_WEIGHT * np.stack([self._words.of(text) for text in texts[some]])
            scores = np.maximum.reduceat(likeness, self._starts, axis=1)
            scores += WHOLE_WEIGHT * (embeddings[some] @ self._middles.T)
            best.extend(self.entries[place] for place in scores.argmax(axis=1))
        return best

    def _likely(self, embedding: FloatArray, words: FloatArray) -> Places:
        """The entries worth comparing wording by wording: near as a whole, or with a wording of the same words."""
        wholes = self._sketch @ (embedding @ self._directions)
        promise = (1 + WHOLE_WEIGHT) * wholes + WORD_WEIGHT * np.maximum.reduceat(words, self._starts)
        return np.sort(np.argpartition(promise, -self._likeliest)[-self._likeliest :])

    def _rows_of(self, places: Places | None) -> tuple[Places, Places | slice]:
        """The rows of these entries' wordings, and where among them each entry begins."""
        if places is None:
            return self._starts, slice(None)
        lengths = self._lengths[places]
        starts = np.cumsum(lengths) - lengths
        offsets = np.asarray(np.repeat(self._starts[places] - starts, lengths), dtype=np.intp)
        return starts, offsets + np.arange(lengths.sum())

    def _nearest(self, place: int, start: int, likeness: FloatArray) -> str:
        among = likeness[start : start + self._lengths[place]]
        return self._wordings[int(self._starts[place]) + int(np.argmax(among))]


def _score(best: np.float32) -> float:
    return float(np.clip(best / (1 + WORD_WEIGHT + WHOLE_WEIGHT), 0.0, 1.0))


def _middles(vectors: FloatArray, starts: Places) -> FloatArray:
    """Return the unit vector in the middle of each entry's wordings."""
    sums = np.add.reduceat(vectors, starts, axis=0)
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def _directions(middles: FloatArray) -> FloatArray:
    """Return the `(dimension, _SKETCH)` directions in which the entries differ most, by principal components."""
    some = middles[:: max(1, len(middles) // _SAMPLE)]
    _, axes = np.linalg.eigh(some.T @ some)
    return np.ascontiguousarray(axes[:, -_SKETCH:], dtype=np.float32)
