"""One-time codes: how they look, and what is kept of them. Pure; used by memory and by channels where one is typed.

Long ones travel in links and nobody types them. Short ones are read from one screen and typed into another: they have
no vowels, so that they never spell a word, and no signs that look alike.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

LONG_BYTES = 18
"""144 bits: nobody guesses one, and it fits a Telegram deep link."""
LETTERS, DIGITS = "BCDFGHJKMNPQRSTVWXZ", "23456789"
SHORT_SIGNS = 8
"""Of 27 different ones: 2.8e11 codes, of which at most a few thousand are good at a time."""

CODE_LIFE = timedelta(minutes=10)
WINDOW = timedelta(minutes=10)
"""The time over which codes and wrong codes are counted."""
CODES_A_CUSTOMER = 5
"""How many codes one customer may have made within the window."""
WRONG_AN_ADDRESS = 5
"""After so many wrong codes within the window an address is not listened to."""
WRONG_IN_ALL = 100
"""After so many wrong codes within the window from all addresses, which are cheap, short codes are not listened to."""

_SIGNS = LETTERS + DIGITS
_HALF = f"[{_SIGNS}]{{4}}"
_ALONE = re.compile(f"({_HALF})[ -]?({_HALF})", re.IGNORECASE)
_AMONG_WORDS = re.compile(f"(?<![\\w-])({_HALF})-({_HALF})(?![\\w-])", re.IGNORECASE)
_FEW_WORDS = 80
"""Characters of a message in which a code may stand among words: "my code is BX7M-4QPD"."""


def long_code() -> str:
    """A code for a link."""
    return secrets.token_urlsafe(LONG_BYTES)


def short_code() -> str:
    """A code to be typed, in two halves: "BX7M-4QPD". It has at least two digits and two letters."""
    while True:
        signs = "".join(secrets.choice(_SIGNS) for _ in range(SHORT_SIGNS))
        if _looks_like_code(signs):
            return f"{signs[:4]}-{signs[4:]}"


def typed_code(text: str) -> str | None:
    """The short code that a message is or has in it, as it was issued; None when there is none."""
    match = _ALONE.fullmatch(text.strip().rstrip("."))
    if match is None and len(text) <= _FEW_WORDS:
        match = _AMONG_WORDS.search(text)
    if match is None or not _looks_like_code(match[1] + match[2]):
        return None
    return f"{match[1]}-{match[2]}".upper()


def is_short(code: str) -> bool:
    """Whether a code is one of those that could be guessed with patience."""
    return typed_code(code) == code


def sealed(code: str, key: bytes) -> str:
    """What is stored of a code. Keyed, so that who reads the database can't try all short codes on it."""
    return hmac.new(key, code.encode(errors="replace"), hashlib.sha256).hexdigest()


def _looks_like_code(signs: str) -> bool:
    digits = sum(sign in DIGITS for sign in signs)
    return 2 <= digits <= SHORT_SIGNS - 2
