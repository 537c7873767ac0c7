"""What customers call an order or a product: "call it mum's gift". Called by `finder`.

To which order it belongs, only the conversation knows: `actions.nicknames` settles that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.nlu.facts.claims import Claim
from bot.nlu.facts.stated import Stated

WORDS: Final = "call name save remember nickname label"

_IT: Final = (
    r"(?:it|this(?:\s(?:one|order))?|that(?:\s(?:one|order))?|them|the\s(?:first|second|third|last|other|latest)(?:\s(?:one|order))?|"
    r"order\s#?\d{4}|my\s(?:last\s)?order|the\s(?:\w+\s)?(?:order|tent|boots|jacket|stove|bag|rucksack|fleece|one))"
)
_ASKED: Final = (
    r"(?:^|\b(?:let['’]?s|let\sus|i['’]ll|i\swill|can\swe|please|pls|you\scan|can\syou|we\scan|just|and|also)\s+)"
)
_CALL: Final = re.compile(
    rf"{_ASKED}\W*(?:please\s)?(?:(?:call|name|nickname|label)\s{_IT}|(?:save|remember|store|keep|label)\s{_IT}\sas)\s"
    r"(?:the\s|my\s|our\s)?[\"“'‘]?(?P<name>[^\W\d_][\w'’ -]{1,38}?)[\"”'’]?"
    r"\s*(?:,?\s(?:please|pls|ok|okay|from\snow\son))*\s*[.!]*$",
    re.IGNORECASE,
)
_NO_NAME: Final = re.compile(
    r"^(?:an?|off|quits|back|for|when|if|what|whatever|by|to|done|even|later|out|up|down|me|cancelled|read|well|not|in|on|at|is|was)\b",
    re.IGNORECASE,
)


def nicknames(claim: Claim) -> Iterator[Stated]:
    """Yield what an order or a product shall be called."""
    match = _CALL.search(claim.text.rstrip())
    if match and not claim.is_conditional and not _NO_NAME.match(match["name"]):
        yield Stated("nickname", match["name"].strip(), claim.start + match.start(), claim.start + match.end())
