"""What every component reads of a message: its readable beginning, called by tokens, encoder, entities.

Character positions stay those of the original message, so entity offsets can be used on it directly.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

UNDERSTOOD_CHARS: Final = 1000
"""Longer messages are stored whole but understood by their first part: nobody asks in sentence forty."""

# Control and zero-width characters, direction marks and lone surrogates mean nothing to a reader, and the
# last of them cannot even be encoded. The zero-width joiner stays: it holds emoji together.
_UNREADABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


# Longer runs of signs say nothing more, and spaCy takes a second over a thousand emoji in a row.
_SIGNS: Final = re.compile(r"([^\w\s]{20})([^\w\s]+)")

_SPOKEN: Final = {
    "yes": "👍👌✅✔☑💯🆗",
    "no": "👎❌✖🚫🙅",
    "thank you": "🙏❤💚💙😍🥰💐",
    "hello": "👋",
    "I am angry": "😡🤬😠🖕",
    "I do not understand": "🤷🤔😕❓",
}
_EMOJI: Final = {sign: f" {words} " for words, signs in _SPOKEN.items() for sign in signs}
_EMOJI_SIGN: Final = re.compile("[" + "".join(_EMOJI) + "]")
_AT_HAND: Final = 8
"""Messages whose readable beginning is kept: every component asks for that of the message in hand."""
_SAYS_SOMETHING: Final = re.compile(r"\w")


@lru_cache(maxsize=_AT_HAND)
def readable(text: object) -> str:
    """Return the first `UNDERSTOOD_CHARS` characters, each unreadable one replaced by one space."""
    if not isinstance(text, str):
        return ""
    plain = _UNREADABLE.sub(" ", text[:UNDERSTOOD_CHARS])
    return _SIGNS.sub(lambda run: run[1] + " " * len(run[2]), plain)


@lru_cache(maxsize=_AT_HAND)
def spoken(text: object) -> str:
    """Return the readable beginning with common emoji in words, which the sentence model does not know."""
    return _EMOJI_SIGN.sub(lambda sign: _EMOJI[sign[0]], readable(text)).strip()


@lru_cache(maxsize=_AT_HAND)
def in_small(text: str) -> str:
    """Return a text in small letters, each where it was: patterns tell them twice as fast as without regard to case."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(_small_letter(letter) for letter in text)


def _small_letter(letter: str) -> str:
    """A letter that is two when it is small, the dotted İ, stays."""
    small = letter.lower()
    return small if len(small) == 1 else letter


def says_something(text: object) -> bool:
    """Whether there is any letter, digit or known emoji in what can be read of it."""
    return bool(_SAYS_SOMETHING.search(spoken(text)))
