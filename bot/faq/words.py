"""Scores wordings by the words they share with a message (BM25). Called by `bot.faq.index`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.int32]

# The usual constants of BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).
_K1: Final = 1.2
_B: Final = 0.75
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Postings:
    """Each word of each wording once, ordered by word: the word's number, the wording's row, how often it is there."""

    words: Numbers
    rows: Numbers
    times: Numbers

    @classmethod
    def of(cls, split: Sequence[Sequence[str]], rows: Places, numbers: Mapping[str, int]) -> _Postings:
        """Those of wordings that stand in these rows."""
        words = np.array([numbers[word] for each in split for word in each], dtype=np.intp)
        height = int(rows.max(initial=0)) + 1
        of_words = np.repeat(rows, [len(each) for each in split])
        found, times = np.unique(words * height + of_words, return_counts=True)
        return cls(*(each.astype(np.int32) for each in (*np.divmod(found, height), times)))

    def moved(self, to: Places) -> _Postings:
        """The same with each row where it is now; a row that is now nowhere (-1) is left out."""
        rows = to.astype(np.int32)[self.rows]
        if len(rows) and rows.min() < 0:
            stays = rows >= 0
            return _Postings(self.words[stays], rows[stays], self.times[stays])
        return _Postings(self.words, rows, self.times)

    def with_others(self, new: _Postings) -> _Postings:
        """Both together."""
        at = np.searchsorted(self.words, new.words)
        return _Postings(
            np.insert(self.words, at, new.words),
            np.insert(self.rows, at, new.rows),
            np.insert(self.times, at, new.times),
        )


_NONE: Final = np.zeros(0, dtype=np.intp)


class WordScores:
    """BM25 of a message against every wording, divided by its highest value, as one array."""

    def __init__(self, *, numbers: Mapping[str, int], postings: _Postings, lengths: Places) -> None:
        """Weigh the postings; `numbers` tells the words' numbers, `lengths` how many words each wording has."""
        self._numbers = numbers
        self._postings = postings
        self._lengths = lengths
        self._weigh()

    @classmethod
    def build(cls, wordings: Sequence[str]) -> WordScores:
        """Take the wordings apart."""
        none = np.zeros(0, dtype=np.int32)
        nothing = cls(numbers={}, postings=_Postings(none, none, none), lengths=_NONE)
        return nothing.changed(_NONE, wordings, np.arange(len(wordings)), len(wordings))

    def changed(self, to: Places, new: Sequence[str], rows: Places, size: int) -> WordScores:
        """The scores after a change: row `at` of these is row `to[at]` now (-1: gone), and `new` wordings fill `rows`.

        Scores as `build` with all `size` wordings would; a small change costs a twentieth of that.
        """
        split = [_words(wording) for wording in new]
        numbers = dict(self._numbers)
        for word in chain.from_iterable(split):
            numbers.setdefault(word, len(numbers))
        lengths = np.zeros(size, dtype=np.intp)
        lengths[to[to >= 0]] = self._lengths[to >= 0]
        lengths[rows] = [len(words) for words in split]
        postings = self._postings.moved(to).with_others(_Postings.of(split, rows, numbers))
        return WordScores(numbers=numbers, postings=postings, lengths=lengths)

    def of(self, text: str) -> FloatArray:
        """The score of every wording, from 0 to 1."""
        found = [number for word in set(_words(text)) if (number := self._numbers.get(word)) is not None]
        if not found:
            return np.zeros(len(self._lengths), dtype=np.float32)
        places = [slice(self._ends[number], self._ends[number + 1]) for number in found]
        rows = np.concatenate([self._postings.rows[place] for place in places])
        weights = np.concatenate([self._weights[place] for place in places])
        total = np.bincount(rows, weights, len(self._lengths)).astype(np.float32)
        highest = float(total.max())
        return total / highest if highest > 0 else total

    def _weigh(self) -> None:
        size, postings = len(self._lengths), self._postings
        found = np.bincount(postings.words, minlength=len(self._numbers))
        rarity = np.log(1 + (size - found + 0.5) / (found + 0.5)).astype(np.float32)
        mean = max(1.0, float(self._lengths.mean()) if size else 1.0)
        damping = (_K1 * (1 - _B + _B / mean * self._lengths)).astype(np.float32)
        times = postings.times.astype(np.float32)
        self._weights = rarity[postings.words] * times * np.float32(_K1 + 1) / (times + damping[postings.rows])
        self._ends: list[int] = [0, *np.cumsum(found).tolist()]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
