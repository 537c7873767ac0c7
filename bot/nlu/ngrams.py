"""Words and character n-grams of a text as TF-IDF features; called by the intent classifier.

Written out here because scikit-learn's vectoriser takes longer for one message than the whole classifier may.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from bot.nlu.text import spoken

FloatArray = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]

CHARACTERS: Final = range(2, 6)
_REMEMBERED: Final = 20_000
"""Words whose n-grams are kept at hand: some ten megabytes."""
_WORD: Final = re.compile(r"\w+|[^\w\s]")
_DIGIT: Final = re.compile(r"\d")


class Ngrams:
    """A fixed vocabulary of n-grams with their rarity, learnt from the training texts."""

    def __init__(self, *, terms: Sequence[str], rarity: FloatArray) -> None:
        self.terms = tuple(terms)
        self.rarity = rarity
        self._places = {term: place for place, term in enumerate(self.terms)}
        # Most words of a message were in earlier ones too; cutting them up is most of the work.
        self._of_word = lru_cache(maxsize=_REMEMBERED)(self._places_of_word)

    @classmethod
    def learn(cls, texts: Sequence[str]) -> Ngrams:
        """Return the n-grams of `texts`; one seen in a single text only is kept if it is a whole word."""
        seen = Counter(term for text in texts for term in set(_terms(text)))
        kept = sorted(term for term, times in seen.items() if times > 1 or term[0] == "w")
        rarity = [1 + math.log((1 + len(texts)) / (1 + seen[term])) for term in kept]
        return cls(terms=kept, rarity=np.array(rarity, dtype=np.float32))

    def features(self, text: str) -> tuple[Places, FloatArray]:
        """Return the places and the weights (a unit vector) of the n-grams of one text."""
        words = _words(text)
        found = [self._of_word(word) for word in words]
        found.append(self._places_of(_pairs(words)))
        places, times = _counted(np.concatenate(found))
        weights = (1 + np.log(times.astype(np.float32))) * self.rarity[places]
        length = math.sqrt(weights @ weights)
        return places, weights / length if length > 0 else weights

    def _places_of_word(self, word: str) -> Places:
        return self._places_of(_terms_of_word(word))

    def _places_of(self, terms: Iterable[str]) -> Places:
        return np.array([place for term in terms if (place := self._places.get(term)) is not None], dtype=np.intp)

    def matrix(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return the features of all texts, `(len(texts), len(terms))`."""
        rows = [self.features(text) for text in texts]
        ends = np.cumsum([0] + [len(places) for places, _ in rows])
        places = np.concatenate([places for places, _ in rows])
        weights = np.concatenate([weights for _, weights in rows])
        return sparse.csr_matrix((weights, places, ends), shape=(len(texts), len(self.terms)))


def _counted(places: Places) -> tuple[Places, Places]:
    """Each place once, in order, and how often it is there, as `numpy.unique` tells in four times the time."""
    if not len(places):
        return places, places
    places.sort()
    last = np.append(np.flatnonzero(places[1:] != places[:-1]), len(places) - 1)
    times = last.copy()
    times[0] += 1
    times[1:] -= last[:-1]
    return places[last], times


def _terms(text: str) -> Iterator[str]:
    """Yield words, pairs of words and character n-grams within words; any digit counts as 0."""
    words = _words(text)
    for word in words:
        yield from _terms_of_word(word)
    yield from _pairs(words)


def _words(text: str) -> list[str]:
    return _WORD.findall(_DIGIT.sub("0", spoken(text).lower()))


def _pairs(words: Sequence[str]) -> Iterator[str]:
    return (f"w{before} {word}" for before, word in pairwise(words))


def _terms_of_word(word: str) -> Iterator[str]:
    yield "w" + word
    padded = f" {word} "
    for size in CHARACTERS:
        for start in range(len(padded) - size + 1):
            yield "c" + padded[start : start + size]
