"""Finds fixed phrases that stand for a value ("too tight" for too_small), with spaCy's tokenizer and phrase matcher.

Called by `finder`; the phrases come from the synonyms of the training data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from bot.nlu.english import doc_of, english
from bot.nlu.found import Found

_NEGATIONS: Final = frozenset({"not", "n't", "nt", "never", "no", "without", "isn", "wasn"})
_REACH: Final = 3
"""How many words before a phrase a "not" still turns it round: "don't want a refund"."""

_REASON: Final = "return_reason"
_OF_THE_WEBSITE: Final = frozenset(
    {"code", "voucher", "coupon", "password", "login", "link", "website", "site", "page", "app", "checkout", "button"}
)


class Phrases:
    """All phrases of all entities; of two that overlap, the one that begins first counts, then the longer."""

    def __init__(self, *, values: Mapping[str, Mapping[str, str]]) -> None:
        """Take, for each entity, its phrases and the values they stand for."""
        self._english = english()
        self._matcher = PhraseMatcher(self._english.vocab, attr="LOWER")
        self._meanings: dict[int, tuple[str, str]] = {}
        for entity, phrases in values.items():
            for value in set(phrases.values()):
                self._add(entity, value, [phrase for phrase, meant in phrases.items() if meant == value])

    def _add(self, entity: str, value: str, phrases: list[str]) -> None:
        key = f"{entity} {value}"
        self._matcher.add(
            key, [self._english.make_doc(spelling) for phrase in phrases for spelling in _spellings(phrase)]
        )
        self._meanings[self._english.vocab.strings[key]] = entity, value

    def find(self, text: str) -> list[Found]:
        """Return the phrases in the text; a negated one is denied."""
        return list(self._found(doc_of(text.replace("’", "'"))))

    def _found(self, doc: Doc) -> Iterator[Found]:
        last = 0
        for key, start, end in sorted(self._matcher(doc), key=lambda match: (match[1], -match[2])):
            entity, value = self._meanings[key]
            if start >= last and not (entity == _REASON and _is_of_the_website(doc, start)):
                last = end
                span = doc[start:end]
                yield Found(entity, value, span.start_char, span.end_char, denied=_is_negated(doc, start))


def _is_of_the_website(doc: Doc, start: int) -> bool:
    """Whether a code or a page is spoken of: "the discount code doesn't work" says nothing of an item."""
    return any(token.lower_ in _OF_THE_WEBSITE for token in doc[max(0, start - _REACH) : start])


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
