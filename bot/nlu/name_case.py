"""How a name is written: capitals, accents, and the small words within it. Used by `persons`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_PARTICLES_LINE: Final = "van von de der den da dos di del della la le bin al el ter ten mac st"
PARTICLES: Final = frozenset(_PARTICLES_LINE.split())
"""Words within a name that are no names themselves."""


def without_accents(word: str) -> str:
    """Return a word without the accents of its letters."""
    if word.isascii():
        return word
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


def in_capitals(name: str) -> str:
    """Return a whole name in capitals."""
    words = name.split()
    return " ".join(_capital(word, place, len(words)) for place, word in enumerate(words))


def _capital(word: str, place: int, count: int) -> str:
    """Return one word of a name as it is written in English: "McLeod", "O'Rourke", "van"; mixed letters stay."""
    if word.lower() in PARTICLES and 0 < place < count - 1:
        return word.lower()
    if not (word.islower() or (word.isupper() and len(word) > 1)):
        return word
    parts: Sequence[str] = re.split(r"(['’-])", word.lower())
    capitals = "".join(part.capitalize() for part in parts)
    return re.sub(r"^Mc(\w)", lambda match: "Mc" + match[1].upper(), capitals)
