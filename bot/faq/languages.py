"""The FAQ in each of its languages. Called by the FAQ selector and by `bot.faq.held_out`.

A customer is answered in theirs, and no entry of another language is compared: two translations of one entry never
stand beside each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from bot.faq.entry import DEFAULT_LANGUAGE, FaqEntry
from bot.faq.index import FaqIndex
from bot.faq.rows import Encodes

_NOTHING: Final = FaqIndex.of((), np.zeros((0, 0), dtype=np.float32))


class FaqLanguages:
    """An index for each language that has entries; unchanging like these."""

    def __init__(self, indexes: Mapping[str, FaqIndex]) -> None:
        self._indexes = indexes
        self._spoken = max(indexes, key=self._rank, default=DEFAULT_LANGUAGE)

    @classmethod
    def build(cls, entries: Sequence[FaqEntry], encoder: Encodes) -> FaqLanguages:
        """Encode all wordings."""
        return cls({}).updated(entries, encoder)

    @property
    def entries(self) -> Sequence[FaqEntry]:
        """All entries, language by language."""
        return tuple(entry for index in self._indexes.values() for entry in index.entries)

    def updated(self, entries: Sequence[FaqEntry], encoder: Encodes) -> FaqLanguages:
        """The FAQ of other entries; of those that are worded as here, everything is taken over."""
        sorted_out: dict[str, list[FaqEntry]] = {}
        for entry in entries:
            sorted_out.setdefault(entry.language, []).append(entry)
        return FaqLanguages(
            {language: self._of(language).updated(some, encoder) for language, some in sorted_out.items()}
        )

    def index(self, language: str | None) -> FaqIndex:
        """What answers customers of this language (None: unknown).

        A language without entries is answered in the project's, and where that has none, in the one with the most.
        """
        return self._of(language if language is not None and language in self._indexes else self._spoken)

    def _of(self, language: str) -> FaqIndex:
        return self._indexes.get(language, _NOTHING)

    def _rank(self, language: str) -> tuple[bool, int]:
        return language == DEFAULT_LANGUAGE, len(self._indexes[language].entries)
