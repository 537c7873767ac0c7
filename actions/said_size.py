"""The size that a customer says: in words, bare in answer to a question, as theirs, or only as "my usual size"."""

from __future__ import annotations

import re
from typing import Final

from actions.heard import Heard

USUAL: Final = "usual"
"""In place of a size: the one that is known of the customer."""

PUTS_RIGHT: Final = r"(?:that|this|it)(?:['’]?s| is)? (?:wrong|incorrect|not (?:right|true|correct)|out of date|old)\b"
"""How a value that was told is said to be wrong, before the right one."""
_FILLER: Final = (
    rf"(?:(?:{PUTS_RIGHT}|it['’]?s|it is|now|an?|size|to|no|in|oh|yes|please|"
    r"i['’]?d like|i need|i want|make it|the|just)\W+)*"
)
_BARE: Final = re.compile(
    rf"\W*{_FILLER}(?P<value>(?:(?:uk|eu) )?\d{{1,2}}(?:\.5)?|xxs|xs|s|m|l|xl|xxl|xxxl)"
    r"(?:\W+(?:please|thanks|then))*\W*"
)
_OWN: Final = r"(?:usual|normal|regular|standard|ordinary)"
_I_WEAR: Final = r"i (?:always|usually|normally) (?:take|wear|have|get|order|buy)"
_USUAL_SIZE: Final = re.compile(
    rf"\b(?:my|the|same) {_OWN} (?:\w+ )?size\b(?! (?:is|are)\b)|"
    rf"\b(?:same|the|my) size (?:as (?:always|usual|ever|before)|{_I_WEAR})\b"
)
_USUAL: Final = re.compile(
    rf"\b(?:my|the|same) {_OWN}(?: one)?\W*(?:$|(?:please|again|thanks|one)\b)|"
    rf"\b(?:same )?as (?:always|usual|ever)\b|\b(?:what|the one) {_I_WEAR}\b"
)


def bare_size(heard: Heard) -> str | None:
    """A size in answer to the question for one: "44", "M please", "it's a UK 9"."""
    bare = _BARE.fullmatch(heard.words)
    return heard.value("size") or (bare["value"].upper() if bare else None)


def says_usual(heard: Heard, *, asked: bool) -> bool:
    """Whether the usual size is meant: "my usual size"; where a size was asked for, "the usual" is enough."""
    return bool(_USUAL_SIZE.search(heard.words) or (asked and _USUAL.search(heard.words)))
