"""Asks the FAQ its held-out questions before a change is published, and tells which would get another answer.

Called by `bot.faq.publish`. Everything here is pure computing: call it in a thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.faq.entry import FaqEntry, faq_texts
from bot.faq.index import FaqIndex
from bot.faq.rows import Encodes
from bot.faq.words import FloatArray

_CHUNK = 64
"""Texts that are encoded before anybody else gets a turn: some tens of milliseconds."""


@dataclass(frozen=True, slots=True)
class LostQuestion:
    """A held-out question of `entry` that another entry would answer now.

    `before` is what answered it until now: `entry` itself, or another where the question is a new one.
    """

    question: str
    entry: FaqEntry
    before: FaqEntry | None
    after: FaqEntry | None


@dataclass
class _Asked:
    """An FAQ, and what it answered so far."""

    entries: Sequence[FaqEntry]
    index: FaqIndex
    answers: dict[str, FaqEntry | None] = field(default_factory=dict)


class HeldOutTests:
    """Runs held-out questions. Remembers vectors and the last answers, so that the next change costs little."""

    def __init__(self, *, encoder: Encodes) -> None:
        self._encoder = encoder
        self._vectors: dict[str, FloatArray] = {}
        self._recent: list[_Asked] = []

    def warm(self, entries: Sequence[FaqEntry]) -> None:
        """Get ready to test changes of these entries."""
        self._recent = [self._asked(entries, questions_of(entries))]

    def lost(self, before: Sequence[FaqEntry], after: Sequence[FaqEntry]) -> list[LostQuestion]:
        """The questions that were answered by their own entry, or are new, and would now get another answer.

        An FAQ that is filled for the first time loses nothing.
        """
        if not before:
            return []
        questions = questions_of(after)
        then = self._asked(before, questions)
        now = self._asked(after, questions)
        self._forget_all_but([*before, *after])
        self._recent = [then, now]
        known = {(entry.id, question) for entry in before for question in entry.tests}
        return [
            LostQuestion(question, entry, then.answers[question], now.answers[question])
            for entry in after
            for question in entry.tests
            if not _is(now.answers[question], entry)
            and (_is(then.answers[question], entry) or (entry.id, question) not in known)
        ]

    def _asked(self, entries: Sequence[FaqEntry], questions: Sequence[str]) -> _Asked:
        same = (asked for asked in self._recent if asked.entries == entries)
        asked = next(same, None) or _Asked(entries, self._index(entries))
        new = [question for question in questions if question not in asked.answers]
        if new:
            asked.answers.update(zip(new, asked.index.best_of(self._encoded(new), new), strict=True))
        return asked

    def _index(self, entries: Sequence[FaqEntry]) -> FaqIndex:
        return FaqIndex.of(entries, self._encoded(faq_texts(entries)))

    def _encoded(self, texts: Sequence[str]) -> FloatArray:
        new = list(dict.fromkeys(text for text in texts if text not in self._vectors))
        for start in range(0, len(new), _CHUNK):
            chunk = new[start : start + _CHUNK]
            self._vectors.update(zip(chunk, self._encoder.encode(chunk), strict=True))
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        return np.stack([self._vectors[text] for text in texts])

    def _forget_all_but(self, entries: Sequence[FaqEntry]) -> None:
        wanted = {*faq_texts(entries), *questions_of(entries)}
        self._vectors = {text: vector for text, vector in self._vectors.items() if text in wanted}


def questions_of(entries: Sequence[FaqEntry]) -> list[str]:
    """All held-out questions, each once."""
    return list(dict.fromkeys(question for entry in entries for question in entry.tests))


def _is(answer: FaqEntry | None, entry: FaqEntry) -> bool:
    return answer is not None and answer.id == entry.id
