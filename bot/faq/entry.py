"""What an FAQ entry is, and what its fields may hold: the same for files, the desk's API and the command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

ID_PATTERN: Final = r"[a-z0-9][a-z0-9_-]{0,79}"
MAX_QUESTION: Final = 500
MAX_ANSWER: Final = 4000
"""Characters; more than one message of Telegram's could hold."""
MAX_PHRASINGS: Final = 200
MAX_TESTS: Final = 50
MAX_TAGS: Final = 20
MAX_LABEL: Final = 50
"""Characters of a tag or a department."""

_ISO_639_1: Final = (  # https://www.loc.gov/standards/iso639-2/php/code_list.php
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka "
    "kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng "
    "nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su "
    "sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
LANGUAGES: Final = frozenset(_ISO_639_1.split())
DEFAULT_LANGUAGE: Final = "en"
"""The language of an entry that names none, and of customers of whom none is known."""
UNKNOWN_LANGUAGE: Final = "unknown language; write its two-letter code (ISO 639-1), such as en"
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters and halves of characters: not every database, channel and file takes them."""
ENDS_TOO_EARLY: Final = "valid_until must be later than valid_from"


def writable(text: str) -> str:
    """The text with plain line ends. Raises ValueError for characters that no FAQ can hold, naming the first."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if odd := _UNWRITABLE.search(plain):
        raise ValueError(f"the character U+{ord(odd[0]):04X} can't stand in a text; take it out")
    return plain


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """One question with its answer. `tests` are held-out wordings: they check the search and never feed it.

    `heard` are further ways to ask it that the training data has; memory and files keep the entry without them.
    """

    id: str
    question: str
    answer: str
    phrasings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    department: str | None = None
    tests: tuple[str, ...] = ()
    language: str = DEFAULT_LANGUAGE
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    heard: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        """What it is about, together with its like: the first tag, without tags itself alone."""
        return self.tags[0] if self.tags else self.id

    @property
    def wordings(self) -> tuple[str, ...]:
        """All ways to ask it, the question itself first, none twice."""
        return tuple(dict.fromkeys((self.question, *self.phrasings, *self.heard)))


def known_language(tag: str | None) -> str | None:
    """The two letters of a language tag (BCP 47) such as "de-AT"; None for one that has none, or for no tag at all."""
    code = (tag or "").replace("_", "-").partition("-")[0].lower()
    return code if code in LANGUAGES else None


def faq_texts(entries: Sequence[FaqEntry]) -> list[str]:
    """Return every wording of every entry, entry by entry: the order of the rows of a search index."""
    return [wording for entry in entries for wording in entry.wordings]
