"""One spaCy tokenizer with one vocabulary for all components: a word met for the first time is looked at once.

Called by tokens, phrases and clauses. A blank pipeline: no model to download.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import spacy
from spacy.attrs import IS_ALPHA, IS_PUNCT, IS_SPACE, IS_TITLE, LOWER
from spacy.language import Language
from spacy.tokens import Doc

_ASKED: Final = frozenset({LOWER, IS_ALPHA, IS_PUNCT, IS_SPACE, IS_TITLE})
"""What is asked of words; spaCy would find out fifteen things more of each new one, which takes longer than cutting."""
_AT_HAND: Final = 8
"""Messages whose words are kept: several components ask for those of the message in hand."""


@lru_cache(maxsize=1)
def english() -> Language:
    """Return this process's tokenizer; words tell `lower_` and whether they are alphabetic, signs, spaces, titles."""
    language = spacy.blank("en")
    vocabulary: Any = language.vocab  # spaCy's stubs don't know the getters
    vocabulary.lex_attr_getters = {
        attribute: find for attribute, find in vocabulary.lex_attr_getters.items() if attribute in _ASKED
    }
    return language


@lru_cache(maxsize=_AT_HAND)
def doc_of(text: str) -> Doc:
    """Return the words of a text, the same for all who ask: nobody may merge or split them."""
    return english().make_doc(text)
