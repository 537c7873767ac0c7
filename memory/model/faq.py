"""FAQ entries and their history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FaqRecord:
    """An FAQ entry: `phrasings` are further ways to ask `question`; `version` counts edits from 1.

    `language` is a two-letter code (ISO 639-1). Customers get the answer from `valid_from` until before `valid_until`
    (None: no limit). `tests` are held-out questions that this entry should answer; they are never searched.
    """

    id: str
    question: str
    phrasings: Sequence[str]
    answer: str
    tags: Sequence[str] = ()
    department: str = "general"
    version: int = 1
    language: str = "en"
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    tests: Sequence[str] = ()

    def is_valid_at(self, time: datetime) -> bool:
        """Whether customers get this answer then."""
        return (self.valid_from is None or self.valid_from <= time) and not self.has_expired_at(time)

    def has_expired_at(self, time: datetime) -> bool:
        """Whether customers will never get this answer again."""
        return self.valid_until is not None and self.valid_until <= time


@dataclass(frozen=True, slots=True)
class FaqVersion:
    """An FAQ entry as it was from `at` on; `by` names who wrote or deleted it (None: it came from the files)."""

    record: FaqRecord
    at: datetime
    by: str | None = None
    deleted: bool = False
