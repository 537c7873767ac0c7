"""Scores wordings by the words they share with a message (BM25). Called by `bot.faq.index`."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

# The usual constants of BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).
_K1: Final = 1.2
_B: Final = 0.75
_WORD: Final = re.compile(r"\w+")
_COMMON: Final = 0.05
"""Share of the wordings from which a word's weights are kept for all of them: adding them up is faster then."""
_KEPT: Final = 100_000
"""Wordings whose words are kept: about 15 MB."""


class WordScores:
    """BM25 of a message against every wording, divided by its highest value, as one array."""

    def __init__(self, wordings: Sequence[str]) -> None:
        split = [_words_of_wording(wording) for wording in wordings]
        lengths = np.array([len(words) for words in split], dtype=np.int64)
        self._size = len(wordings)
        self._numbers: dict[str, int] = {}
        numbers = [self._numbers.setdefault(word, len(self._numbers)) for words in split for word in words]
        rows = np.repeat(np.arange(self._size), lengths)
        # One posting for each word of each wording, ordered by word.
        postings, times = np.unique(np.array(numbers, dtype=np.int64) * max(1, self._size) + rows, return_counts=True)
        word_of, self._rows = np.divmod(postings, max(1, self._size))
        found = np.bincount(word_of, minlength=len(self._numbers))
        rarity = np.log(1 + (self._size - found + 0.5) / (found + 0.5))
        relative = lengths[self._rows] / max(1.0, float(lengths.mean()) if self._size else 1.0)
        weights = rarity[word_of] * times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * relative))
        self._weights = weights.astype(np.float32)
        self._ends = np.concatenate([[0], np.cumsum(found)])
        often = np.flatnonzero(found > _COMMON * self._size)
        self._common = {int(number): self._spread(int(number)) for number in often}

    def of(self, text: str) -> FloatArray:
        """The score of every wording, from 0 to 1."""
        total = np.zeros(self._size, dtype=np.float32)
        for word in set(_words(text)):
            number = self._numbers.get(word)
            if number in self._common:
                total += self._common[number]
            elif number is not None:
                start, end = self._ends[number], self._ends[number + 1]
                total[self._rows[start:end]] += self._weights[start:end]
        highest = float(total.max(initial=0.0))
        return total / highest if highest > 0 else total

    def _spread(self, number: int) -> FloatArray:
        weights = np.zeros(self._size, dtype=np.float32)
        start, end = self._ends[number], self._ends[number + 1]
        weights[self._rows[start:end]] = self._weights[start:end]
        return weights


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


@lru_cache(maxsize=_KEPT)
def _words_of_wording(wording: str) -> tuple[str, ...]:
    """Kept for the next index: after an edit, all wordings but a few are the same."""
    return tuple(sys.intern(word) for word in _words(wording))
