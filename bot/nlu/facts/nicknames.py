"""What customers call an order or a product: "call it mum's gift", "the tent is called Bertha". Called by `finder`.

To which order it belongs, only the conversation knows: `actions.nicknames` settles that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.nlu.facts.claims import Claim
from bot.nlu.facts.stated import Stated
from bot.nlu.found import Found

WORDS: Final = "call calls called name named name's save remember nickname nicknamed label"

_PRODUCT: Final = "\x00"
"""Stands for each letter of a product that is called something, whatever the shop sells."""
_THE_PRODUCT: Final = rf"(?:(?:the|my|our|this|that)\s)(?:[\w-]+\s){{0,2}}?{_PRODUCT}+(?:\sone)?"
_IT: Final = (
    r"(?:it|this(?:\s(?:one|order))?|that(?:\s(?:one|order))?|them|the\s(?:first|second|third|last|other|latest)(?:\s(?:one|order))?|"
    rf"order\s#?\d{{4}}|my\s(?:last\s|latest\s)?order|the\s(?:\w+\s)?(?:order|one)|{_THE_PRODUCT})"
)
_ASKED: Final = (
    r"(?:^|\b(?:let['’]?s|let\sus|i['’]ll|i\swill|can\swe|please|pls|you\scan|can\syou|we\scan|just|and|also)\s+)"
)
_TITLE: Final = r"[\"“'‘]?(?:(?-i:[A-ZÀ-Ý])|(?<=[\"“'‘]))"
_NAME: Final = r"(?:the\s|my\s|our\s)?[\"“'‘]?(?P<name>[^\W\d_][\w'’ -]{1,38}?)[\"”'’]?"
_END: Final = r"\s*(?:,?\s(?:please|pls|ok|okay|by\sthe\sway|btw|from\snow\son))*\s*[.!]*$"
_CALLS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_ASKED}\W*(?:please\s)?(?:(?:call|name|nickname|label)\s(?P<it>{_IT})|"
        rf"(?:save|remember|store|keep|label)\s(?P<it2>{_IT})\sas)\s{_NAME}{_END}",
        # What is told of, and not asked for, must be written as a name is: "I called it rubbish".
        rf"\bi(?:['’]ve|\shave)?\s(?:always\s|just\s)?(?:call(?:ed)?|named?|nicknamed?)\s(?P<it>{_IT})\s(?={_TITLE}){_NAME}{_END}",
        rf"(?P<it>{_THE_PRODUCT})(?:\sis|\sare|['’]s)\s(?:called|named|nicknamed)\s(?={_TITLE}){_NAME}{_END}",
        rf"(?P<it>{_THE_PRODUCT})['’]s\sname\sis\s(?={_TITLE}){_NAME}{_END}",
    )
)
_LED_TO: Final = re.compile(
    r"(?:\b(?:call(?:ed)?|named?|nicknamed?|label|save|remember|store|keep)|^\W*(?:and|but|so|btw|by\sthe\sway|also|ok)?)"
    r"\W*(?:the|my|our|this|that)\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_NO_NAME: Final = re.compile(
    r"^(?:an?|off|quits|back|for|when|if|what|whatever|by|to|done|even|later|out|up|down|me|cancelled|read|well|not|in|on|at|is|was)\b",
    re.IGNORECASE,
)


def nicknames(claim: Claim, entities: Sequence[Found]) -> Iterator[Stated]:
    """Yield what an order or a product shall be called, with what the message calls it itself."""
    if claim.is_conditional:
        return
    masked, product = _masked(claim, entities)
    for pattern in _CALLS:
        match = pattern.search(masked)
        if match and not _NO_NAME.match(match["name"]):
            groups = match.groupdict()
            thing = groups["it"] or groups.get("it2") or ""
            about = product if _PRODUCT in thing else thing.lower()
            start, end = claim.start + match.start(), claim.start + match.end()
            yield Stated("nickname", match["name"].strip(), start, end, about=about)
            return


def _masked(claim: Claim, entities: Sequence[Found]) -> tuple[str, str]:
    """The clause with the product that is called something made recognisable, and that product; not one in the name."""
    text = claim.text.rstrip()
    for found in entities:
        start, end = found.start - claim.start, found.end - claim.start
        if found.entity == "product" and 0 <= start < end <= len(text) and _LED_TO.search(text, 0, start):
            return text[:start] + _PRODUCT * (end - start) + text[end:], found.value
    return text, ""
