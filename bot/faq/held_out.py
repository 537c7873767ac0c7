"""Asks the FAQ its held-out questions before a change is published, and tells which would get another answer.

Called by `bot.faq.publish`. Everything here is pure computing: call it in a thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from bot.faq.entry import FaqEntry
from bot.faq.languages import FaqLanguages
from bot.faq.rows import Encodes
from bot.faq.words import FloatArray

_CHUNK = 64
"""Texts that are encoded before anybody else gets a turn: some tens of milliseconds."""


class Question(NamedTuple):
    """A held-out question, asked in the language of its entry."""

    language: str
    text: str


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
    index: FaqLanguages
    answers: dict[Question, FaqEntry | None] = field(default_factory=dict)

    def is_wrong(self, entry: FaqEntry, text: str) -> bool:
        """Whether another entry answers this question than the one it belongs to."""
        answer = self.answer(entry, text)
        return answer is None or answer.id != entry.id

    def answer(self, entry: FaqEntry, text: str) -> FaqEntry | None:
        """What answers a held-out question of an entry."""
        return self.answers[Question(entry.language, text)]


class HeldOutTests:
    """Runs held-out questions. Remembers vectors and the last answers, so that the next change costs little."""

    def __init__(self, *, encoder: Encodes) -> None:
        self._encoder = _InChunks(encoder)
        self._vectors: dict[str, FloatArray] = {}
        self._recent: list[_Asked] = []

    def warm(self, entries: Sequence[FaqEntry]) -> None:
        """Get ready to test changes of these entries."""
        self._recent = [self._asked(entries, questions_of(entries))]

    def wrong(self, entries: Sequence[FaqEntry]) -> list[LostQuestion]:
        """The questions of an FAQ that another entry answers than their own, whatever was before."""
        now = self._asked(entries, questions_of(entries))
        return [
            LostQuestion(text, entry, None, now.answer(entry, text))
            for entry in entries
            for text in entry.tests
            if now.is_wrong(entry, text)
        ]

    def lost(self, before: Sequence[FaqEntry], after: Sequence[FaqEntry]) -> list[LostQuestion]:
        """The questions that were answered by their own entry, or are new, and would now get another answer.

        The questions of an entry that goes away don't count. An FAQ that is filled for the first time loses nothing.
        """
        if not before:
            return []
        questions = questions_of(after)
        then, now = self._asked(before, questions), self._asked(after, questions)
        self._recent = [then, now]
        self._vectors = {text: self._vectors[text] for _, text in questions}
        known = {(entry.id, text) for entry in before for text in entry.tests}
        return [
            LostQuestion(text, entry, then.answer(entry, text), now.answer(entry, text))
            for entry in after
            for text in entry.tests
            if now.is_wrong(entry, text) and ((entry.id, text) not in known or not then.is_wrong(entry, text))
        ]

    def _asked(self, entries: Sequence[FaqEntry], questions: Sequence[Question]) -> _Asked:
        same = (asked for asked in self._recent if asked.entries == entries)
        nearly = self._recent[-1].index if self._recent else FaqLanguages({})
        asked = next(same, None) or _Asked(entries, nearly.updated(entries, self._encoder))
        new = [question for question in questions if question not in asked.answers]
        for language in {question.language for question in new}:
            texts = [question.text for question in new if question.language == language]
            best = asked.index.index(language).best_of(self._encoded(texts), texts)
            asked.answers.update(zip((Question(language, text) for text in texts), best, strict=True))
        return asked

    def _encoded(self, texts: Sequence[str]) -> FloatArray:
        new = list(dict.fromkeys(text for text in texts if text not in self._vectors))
        if new:
            self._vectors.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._vectors[text] for text in texts])


class _InChunks:
    """An encoder that lets others have a turn now and then."""

    def __init__(self, encoder: Encodes) -> None:
        self._encoder = encoder

    def encode(self, texts: Sequence[str]) -> FloatArray:
        starts = range(0, len(texts), _CHUNK)
        return np.concatenate([self._encoder.encode(texts[start : start + _CHUNK]) for start in starts])


def questions_of(entries: Iterable[FaqEntry]) -> list[Question]:
    """All held-out questions, each once in a language."""
    return list(dict.fromkeys(Question(entry.language, text) for entry in entries for text in entry.tests))
