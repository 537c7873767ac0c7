"""Finds the products of a catalogue in a message, also by part of their names and misspelt.

Called by `finder`. The names come from the training data; nothing here knows the shop.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import takewhile
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.nlu.found import Found
from bot.nlu.text import in_small

_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_MIN_FUZZY: Final = 5
"""Shorter words are too near to others: "tarn" and "torn"."""
_MIN_SLIP: Final = 4
"""The shortest word that may be a slip of another."""
_MIN_LIKENESS: Final = 85
"""Of 100. One wrong letter in six or seven passes, one in five does not: "stove" is not "store"."""

_SOUNDS: Final = str.maketrans("eiouyszk", "aaaaaccc")
"""Letters taken for one another: "fleese", "gaitors"."""

_DENIED: Final = re.compile(r"\b(?:not|isn['’]?t|wasn['’]?t)\s(?:the |my |an? |this |that )?$", re.IGNORECASE)
_POINTED_AT: Final = re.compile(r"\b(?:the|my|this|that|these|those|our|other)\s$", re.IGNORECASE)

Words = tuple[str, ...]
_Span = tuple[str | None, int, int]


class Catalogue:
    """The names of all products and what they are called in parts."""

    def __init__(self, *, entity: str, names: Mapping[str, str], everyday: frozenset[str] = frozenset()) -> None:
        """Take the name of the entity, `names` (a customer's wording to the product's key) and English words."""
        self._entity = entity
        self._everyday = everyday
        self._keys: dict[Words, str] = {_words(name): key for name, key in names.items() if _words(name)}
        self._longest = max(map(len, self._keys), default=0)
        self._vocabulary = frozenset(word for words in self._keys for word in words)
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._vocabulary):
            self._by_letter[word[0]].append(word)
        self._words_of: dict[str, set[str]] = defaultdict(set)
        for words, key in self._keys.items():
            self._words_of[key].update(words)
        self._kinds = _shared(_words(key)[-1] for key in self._words_of)
        self._endings = {words[-1] for words in self._keys}
        self._loose_kinds = _shared(last for last, _ in {(words[-1], key) for words, key in self._keys.items()})
        self._known = lru_cache(maxsize=4096)(self._meant)

    def find(self, text: str) -> list[Found]:
        """Return the products named, the longest names first; one may be denied ("not the stove").

        A part that fits several products ("the tent") is returned as written and vague.
        """
        spans = [(self._known(match.group()), *match.span()) for match in _WORD.finditer(in_small(text))]
        found: list[Found] = []
        place = 0
        while place < len(spans):
            length, piece = (1, None) if spans[place][0] is None else self._longest_at(spans, place, text)
            if piece is not None:
                found.append(piece)
            place += length
        return found

    def _longest_at(self, spans: list[_Span], place: int, text: str) -> tuple[int, Found | None]:
        """Return how many words the best name starting here has, and the product; one word and none if none."""
        known = _known_words(spans[place : place + self._longest])
        for length in range(len(known), 0, -1):
            words = known[:length]
            start, end = spans[place][1], spans[place + length - 1][2]
            key = self._keys.get(words) or self._only_one(words)
            if key is not None:
                return length, Found(self._entity, key, start, end, denied=bool(_DENIED.search(text[:start])))
            if self._is_kind(words, text[:start]):
                denied = bool(_DENIED.search(text[:start]))
                return length, Found(self._entity, text[start:end].lower(), start, end, denied=denied, vague=True)
        return 1, None

    def _fitting(self, words: Words) -> list[str]:
        return [key for key, known in self._words_of.items() if known.issuperset(words)]

    def _only_one(self, words: Words) -> str | None:
        """Return the one product that has these words, two at least, in its names; "4 tents" may be four tents."""
        if len(words) < 2 or words[0].isdigit() or words[-1] not in self._endings:
            return None
        fitting = self._fitting(words)
        return fitting[0] if len(fitting) == 1 else None

    def _is_kind(self, words: Words, before: str) -> bool:
        """Whether these words name a kind of product of which there are several."""
        if len(self._fitting(words)) < 2:
            return False
        # Some kinds are everyday words too ("light", "top"): they need a "the" or "my".
        return words[-1] in self._kinds or (words[-1] in self._loose_kinds and bool(_POINTED_AT.search(before)))

    def _meant(self, word: str) -> str | None:
        """Return the word of the vocabulary that is meant, "compass" by "compas" and "compasses"."""
        return self._nearest(_singular(word)) or self._nearest(word)

    def _nearest(self, word: str) -> str | None:
        if word in self._vocabulary:
            return word
        if len(word) < _MIN_FUZZY or word.isdigit():
            return self._nearest_short(word)
        # Hardly anyone gets the first letter wrong, and "loves" are not "gloves".
        long = (known for known in self._by_letter.get(word[0], ()) if len(known) >= _MIN_FUZZY)
        some = [known for known in long if abs(len(known) - len(word)) <= 1]
        for known, likeness, _ in process.extract(word, some, scorer=fuzz.ratio, limit=3, score_cutoff=75):
            swapped = sorted(known) == sorted(word) or known.translate(_SOUNDS) == word.translate(_SOUNDS)
            if likeness >= _MIN_LIKENESS or swapped:
                return str(known)
        return None

    def _nearest_short(self, word: str) -> str | None:
        """Return what a short word that is no word of English is a slip of: "bivy", "stov"."""
        if not self._everyday or len(word) < _MIN_SLIP or not word.isalpha() or word in self._everyday:
            return None
        alike = [known for known in self._by_letter.get(word[0], ()) if len(known) >= _MIN_SLIP]
        found = process.extractOne(word, alike, scorer=OSA.distance, score_cutoff=1)
        return str(found[0]) if found else None


def _words(name: str) -> Words:
    return tuple(_singular(word) for word in _WORD.findall(name.lower()))


def _singular(word: str) -> str:
    if len(word) > 5 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _shared(words: Iterable[str]) -> set[str]:
    return {word for word, times in Counter(words).items() if times > 1}


def _known_words(spans: Iterable[_Span]) -> Words:
    """The words of the catalogue up to the first that is none."""
    return tuple(str(word) for word, _, _ in takewhile(lambda span: span[0] is not None, spans))
