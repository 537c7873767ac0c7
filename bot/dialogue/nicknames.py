"""Reads what customers call by a name of their own: "where is Bertha?" as "where is the Ridge 2 Tent from order 1031?".

Done before anything is understood, so that every task and every question knows what is meant. Called by `embedded`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from re import Match
from typing import Any, Final

_PREFIX: Final = "nickname:"
_BEFORE: Final = r"(?<![\w'’-])(?:(?:my|the|our|your|that|this)\s+)?"
_NAMING: Final = re.compile(
    r"\b(?:call|(?:re|nick)?name|label|save|remember|store|keep|forget)(?:d|ed|s|ing)?\b[^.?!,;]*$|"
    r"\b(?:i['’]?m|i\sam|name['’]?s|name\sis|it['’]?s|this\sis|an?|another|any|new|some)\s$",
    re.IGNORECASE,
)
"""What comes before a name that is given, taken away, a person's, or just words: "I'm Bertha", "sell a blue tent"."""


def in_our_words(text: str, known: Mapping[str, Any]) -> str:
    """The text with each nickname replaced by what it stands for."""
    for name, thing in _nicknames(known).items():
        words = re.escape(name).replace("'", "['’]")
        pattern = re.compile(rf"{_BEFORE}{words}(?![\w-])", re.IGNORECASE)
        text = pattern.sub(partial(_unless_named, thing=thing), text)
    return text


def _unless_named(found: Match[str], thing: str) -> str:
    return found[0] if _NAMING.search(found.string, 0, found.start()) else thing


def _nicknames(known: Mapping[str, Any]) -> Mapping[str, str]:
    """Name → what it stands for, the longest name first, as a shorter one may be part of it."""
    facts = [fact for fact in known.get("facts") or () if str(fact["key"]).startswith(_PREFIX)]
    named = {str(fact["key"])[len(_PREFIX) :].replace("’", "'"): _thing(str(fact["value"])) for fact in facts}
    return dict(sorted(named.items(), key=lambda each: len(each[0]), reverse=True))


def _thing(value: str) -> str:
    """ "mum's gift: order 1042" is the order, "Bertha: Ridge 2 Tent, order 1031" the thing from it."""
    item, _, order = value.rpartition(": ")[2].rpartition(", ")
    return f"the {item} from {order}" if item else order
