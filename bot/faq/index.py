"""Finds the FAQ entries nearest to a message, by meaning and by words together.

Called by the FAQ selector for each message; whoever edits the FAQ builds a new index and hands it over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from bot.faq.entry import FaqEntry, faq_texts
from bot.faq.rows import Encodes, Rows
from bot.faq.sketch import Sketch
from bot.faq.wholes import Wholes
from bot.faq.words import FloatArray, Places, WordScores

# Measured on the held-out questions of 157 entries, as the share answered by the right entry: the best wording
# alone 88.1 %, with a tenth of the word score 89.2 %, and with half of the likeness to the entry as a whole 91.7 %.
WORD_WEIGHT: Final = 0.1
WHOLE_WEIGHT: Final = 0.5
LIKELIEST_SHARE: Final = 0.01
"""Entries whose wordings are compared in a large FAQ, as a share of all entries."""
_TOGETHER: Final = 20_000
"""Wordings up to which many messages are compared with all of them at once; above it one by one costs less."""
_AT_ONCE: Final = 256
"""Messages that are compared in one product of matrices: some tens of megabytes."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What of an FAQ is compared with a message."""

    sketched: int = 10_000
    """Wordings up to which a sketch of each tells which are compared; above it those of the likeliest entries are."""
    compared: int = 96
    """Wordings that are compared where each is sketched. Of 638 messages none got another first entry than by comparing
    all of 5,352 wordings, six other first three."""
    likeliest: int = 40
    """Entries whose wordings are compared at least in a larger FAQ; `benchmarks.faq` measures what that misses."""


DEFAULT_REACH: Final = Reach()


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found, with a score from 0 to 1."""

    entry: FaqEntry
    score: float


class _LookedAt(NamedTuple):
    """The wordings that are compared with a message, entry after entry."""

    places: Places
    """Of their entries."""
    starts: Places
    """Where among the rows each entry begins."""
    rows: Places
    likeness: FloatArray


class FaqIndex:
    """An unchanging search index over FAQ entries; a change of the FAQ makes a new one."""

    def __init__(
        self,
        *,
        rows: Rows,
        words: WordScores,
        wholes: Wholes,
        reach: Reach = DEFAULT_REACH,
    ) -> None:
        """Put the parts together; `of`, `build` and `updated` make them."""
        self._rows = rows
        self._words = words
        self._reach = reach
        self._is_large = len(rows) > reach.sketched
        self._sketch = None if self._is_large or len(rows) <= reach.compared else Sketch(rows.vectors)
        self._wholes = wholes.sketched() if self._is_large else wholes

    @classmethod
    def of(
        cls,
        entries: Sequence[FaqEntry],
        vectors: FloatArray,
        *,
        reach: Reach = DEFAULT_REACH,
    ) -> FaqIndex:
        """Take the entries and the `(n, dimension)` vectors of all their wordings in `faq_texts` order."""
        rows = Rows.of(entries, vectors)
        words, wholes = WordScores.build(faq_texts(entries)), Wholes(_middles(vectors, rows.starts))
        return cls(rows=rows, words=words, wholes=wholes, reach=reach)

    @classmethod
    def build(cls, entries: Sequence[FaqEntry], encoder: Encodes) -> FaqIndex:
        """Encode all wordings and return the index."""
        return cls.of(entries, encoder.encode(faq_texts(entries)))

    @property
    def entries(self) -> Sequence[FaqEntry]:
        """The entries that it finds."""
        return self._rows.entries

    @property
    def vectors(self) -> FloatArray:
        """The vectors of all wordings, as for `of`."""
        return self._rows.vectors

    def updated(self, entries: Sequence[FaqEntry], encoder: Encodes) -> FaqIndex:
        """The index of other entries; of those worded as here, everything is taken over."""
        rows, kept = self._rows.updated(entries, encoder)
        fresh = np.flatnonzero(kept < 0)
        at, starts = rows.at(fresh)
        new = [wording for place in fresh for wording in rows.wordings[place]]
        return FaqIndex(
            rows=rows,
            words=self._words.changed(self._rows.moves(kept, rows), new, at, len(rows)),
            wholes=self._wholes.changed(kept, _middles(rows.vectors_of(fresh), starts)),
            reach=self._reach,
        )

    def search(self, embedding: FloatArray, text: str, k: int = 3) -> list[Match]:
        """Return the `k` best entries for a message, best first; each entry counts by its best wording."""
        if not self.entries:
            return []
        words = self._words.of(text)
        looked_at = self._of_the_likeliest(embedding, words) if self._is_large else self._nearest(embedding, words)
        scores = looked_at.likeness + WORD_WEIGHT * words[looked_at.rows]
        wholes = self._wholes.middles[looked_at.places] @ embedding
        best = np.maximum.reduceat(scores, looked_at.starts) + WHOLE_WEIGHT * wholes
        order = np.argsort(-best, kind="stable")[:k]
        return [Match(self.entries[looked_at.places[at]], _score(best[at])) for at in order]

    def _nearest(self, embedding: FloatArray, words: FloatArray) -> _LookedAt:
        """The wordings that are nearest by their sketch, or all of a small FAQ."""
        rows = np.arange(len(self._rows))
        if self._sketch is not None:
            wholes = WHOLE_WEIGHT * (self._wholes.middles @ embedding)
            promise = self._sketch.likeness(embedding) + WORD_WEIGHT * words + wholes[self._rows.owners]
            rows = np.sort(np.argpartition(promise, -self._reach.compared)[-self._reach.compared :])
        owners = self._rows.owners[rows]
        starts = np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))
        return _LookedAt(owners[starts], starts, rows, self._rows.vectors[rows] @ embedding)

    def _of_the_likeliest(self, embedding: FloatArray, words: FloatArray) -> _LookedAt:
        """The wordings of the likeliest entries."""
        places = self._likely(embedding, words)
        rows, starts = self._rows.at(places)
        return _LookedAt(places, starts, rows, self._rows.likeness(places, embedding))

    def best_of(self, embeddings: FloatArray, texts: Sequence[str]) -> list[FaqEntry | None]:
        """The best entry for each of many messages: what `search` finds first, faster."""
        if not self.entries or len(self._rows) > _TOGETHER:
            found = [self.search(*asked, k=1) for asked in zip(embeddings, texts, strict=True)]
            return [matches[0].entry if matches else None for matches in found]
        best: list[FaqEntry | None] = []
        for start in range(0, len(texts), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            likeness = embeddings[some] @ self.vectors.T
            likeness += WORD_WEIGHT * np.stack([self._words.of(text) for text in texts[some]])
            scores = np.maximum.reduceat(likeness, self._rows.starts, axis=1)
            scores += WHOLE_WEIGHT * (embeddings[some] @ self._wholes.middles.T)
            best.extend(self.entries[place] for place in scores.argmax(axis=1))
        return best

    def _likely(self, embedding: FloatArray, words: FloatArray) -> Places:
        """The entries worth comparing wording by wording: near as a whole, or with a wording of the same words."""
        promise = (1 + WHOLE_WEIGHT) * self._wholes.likeness(embedding)
        promise += WORD_WEIGHT * np.maximum.reduceat(words, self._rows.starts)
        most = min(max(self._reach.likeliest, int(LIKELIEST_SHARE * len(promise))), len(promise))
        return np.sort(np.argpartition(promise, -most)[-most:])


def _score(best: np.float32) -> float:
    return min(1.0, max(0.0, float(best) / (1 + WORD_WEIGHT + WHOLE_WEIGHT)))


def _middles(vectors: FloatArray, starts: Places) -> FloatArray:
    """Return the unit vector in the middle of each entry's wordings."""
    if not len(starts):
        return vectors
    sums = np.add.reduceat(vectors, starts, axis=0)
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9), dtype=np.float32)
