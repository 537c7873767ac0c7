"""Finds fixed phrases that stand for a value ("too tight" for too_small), with spaCy's entity ruler.

Called by the entity component; the phrases come from the synonyms of the training data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import spacy
from spacy.tokens import Doc

from bot.nlu.patterns import Found

_NEGATIONS: Final = frozenset({"not", "n't", "nt", "never", "no", "without", "isn", "wasn"})
_REACH: Final = 3
"""How many words before a phrase a "not" still turns it round: "don't want a refund"."""


class Phrases:
    """A spaCy pipeline with nothing but a tokenizer and the phrases."""

    def __init__(self, *, values: Mapping[str, Mapping[str, str]]) -> None:
        """Take, for each entity, its phrases and the values they stand for."""
        self._spacy = spacy.blank("en")
        patterns = [
            {"label": entity, "pattern": spelling, "id": value}
            for entity, phrases in values.items()
            for phrase, value in phrases.items()
            for spelling in _spellings(phrase)
        ]
        if patterns:
            ruler = self._spacy.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
            ruler.add_patterns(patterns)  # type: ignore[attr-defined]  # a Pipe, to the type checker

    def find(self, text: str) -> list[Found]:
        """Return the phrases in the text that are not negated."""
        return list(self._found(self._spacy(text.replace("’", "'"))))

    def _found(self, doc: Doc) -> Iterator[Found]:
        for span in doc.ents:
            if not _is_negated(doc, span.start):
                yield Found(span.label_, span.ent_id_, span.start_char, span.end_char, certain=False)


def _spellings(phrase: str) -> set[str]:
    """Return a phrase with and without its apostrophes: many leave them out."""
    return {phrase, phrase.replace("'", "")}


def _is_negated(doc: Doc, start: int) -> bool:
    for token in reversed(doc[max(0, start - _REACH) : start]):
        if token.is_punct:
            return False
        if token.lower_ in _NEGATIONS:
            return True
    return False
