"""Finds colours also with their shade and misspelt ("dark green", "gery"), and tells them from figures of speech.

Called by `finder` with what `phrases` found; the colours and their wordings come from the configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.nlu.found import Found

_SHADE: Final = re.compile(
    r"(?<![\w-])(?:light|dark|pale|bright|deep|soft|dusty|royal|sky|baby|hot|electric|neon|pastel|emerald|forest|"
    r"racing|"
    r"midnight|steel|jet|dull|rich|vivid|off|dk|lt)[\s-]$",
    re.IGNORECASE,
)
# Figures of speech and things of which the colour says nothing about the item.
_THING: Final = re.compile(
    r"\s(?:friday|bread|rice|sauce|sugar|paper|envelopes?|bears?|mou?ld|ice|gas|wine|meat|lies?|goods|noise|label|"
    r"vans?|"
    r"lining|juice|peel|pages?|cards?|areas?|energy|compan(?:y|ies)|credentials|power|electricity|delivery|choice|"
    r"planet|waste|bins?|light|tape|rag|flags?|cross|alert|carpet|letter|tick|moon|badge|collar|screen|market|marks?|"
    r"holes?|spots?|list|humou?r|magic|hair|belt|hat hacker|water|tea|coffee|fingers?|thumb|hot|spirit|vinegar|fish|"
    r"eyes?)\b",
    re.IGNORECASE,
)
_SAYING: Final = re.compile(
    r"\b(?:(?:saw|see|seeing|seen|am|im|i'm|into the)\s(?=red)|(?:was|were|am|be|is|account)\sin the\s(?=red|black)|"
    r"out of the\s(?=blue)|feel(?:ing)?\s(?=blue)"
    r"|go(?:ing|es|ne)?\s(?=green))",
    re.IGNORECASE,
)
# These are things too: "a charcoal jacket" has the colour, "can it burn charcoal" has none.
_THINGS_TOO_LINE: Final = "charcoal cream sand wine plum mint lime rust chocolate violet lavender scarlet slate"
_THINGS_TOO: Final = frozenset(_THINGS_TOO_LINE.split())
_SHOWN: Final = re.compile(r"\s(?:ones?|version|colou?r(?:ed)?)\b", re.IGNORECASE)
_BEHIND_IN: Final = re.compile(r"\bin(?:\sthe)?\s$", re.IGNORECASE)

_WORD: Final = re.compile(r"(?<![\w@.-])[^\W\d_]{4,12}(?![\w@])")
_SLIPS: Final = 1


class Colours:
    """The colours of a shop in one message."""

    def __init__(self, *, entity: str, values: Mapping[str, str], known: frozenset[str]) -> None:
        """Take the entity's name, its wordings to values, and the words that are no slips of the keyboard."""
        self._entity = entity
        self._values = {wording: value for wording, value in values.items() if wording.isalpha()}
        self._known = known
        self._nearest = lru_cache(maxsize=4096)(self._look_up)

    def find(self, text: str, exact: Sequence[Found], sold: Iterable[Found]) -> Iterator[Found]:
        """Yield of `exact` what is meant as a colour, with its shade, and what is misspelt; `sold` are the products."""
        starts = {piece.start for piece in sold}
        for piece in exact:
            if self._is_colour(text, piece, starts):
                shade = _SHADE.search(text, max(0, piece.start - 12), piece.start)
                yield replace(piece, start=shade.start()) if shade else piece
        for match in _WORD.finditer(text):
            value = self._nearest(match[0].lower())
            if value:
                yield Found(self._entity, value, match.start(), match.end())

    def _is_colour(self, text: str, piece: Found, starts: set[int]) -> bool:
        if _THING.match(text, piece.end) or any(found.end() == piece.start for found in _SAYING.finditer(text)):
            return False
        if text[piece.start : piece.end].lower() not in _THINGS_TOO:
            return True
        is_shown = piece.end + 1 in starts or _SHOWN.match(text, piece.end)
        return bool(is_shown or _BEHIND_IN.search(text, 0, piece.start))

    def _look_up(self, word: str) -> str | None:
        """Return the colour that an unknown word is a slip of; the first letter is hardly ever wrong."""
        if word in self._known or word in self._values:
            return None
        wordings = [wording for wording in self._values if wording[0] == word[0] and len(wording) > _SLIPS + 2]
        nearest = process.extractOne(word, wordings, scorer=OSA.distance, score_cutoff=_SLIPS)
        return self._values[nearest[0]] if nearest else None
