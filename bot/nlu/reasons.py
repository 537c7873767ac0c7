"""Finds why something goes back in the many words people have: "can't get them over my calves". Called by `finder`.

Adds to the fixed phrases of `nlu_data`; the patterns stand in `reason_cues`. Only values that the shop has are found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from bot.nlu.found import Found
from bot.nlu.gates import Gate
from bot.nlu.reason_cues import REASONS
from bot.nlu.text import in_small

_ENTITY: Final = "return_reason"
_DENIED: Final = re.compile(
    r"\b(?:not|never|no|without|(?:is|was|are|were|does|did|do|has|have|had)n['’]?t)\s(?:[\w'’]+\s)?$"
)
# What may happen, what is asked of all such things and what a repair is for has not happened to this one.
_SUPPOSED: Final = re.compile(
    r"\b(?:(?:if|in case|unless|when)\s(?:it|they|the|its|it['’]s|they['’]re|theyre|this|these|that|something|"
    r"anything|an?|"
    r"items?|things|my new|goods)|do(?:es)?\s(?:it|they|the|these|those|this|your|you)|(?:will|would|could|might|can)"
    r"\s(?:it|they|"
    r"the|these|this)|likely|easily|repair|fix|mend|cover(?:s|ed)?|avoid|prevent|protect\w*|worried|afraid|scared|"
    r"policy (?:on|for)|(?:is|are) there)\b"
    r"(?:(?!\b(?:because|cos|coz|as|since|but|and|so)\b)[^.!?,;]){0,50}$"
)
# Boots that are broken in have no fault.
_WORN_IN: Final = re.compile(
    r"broken in\b(?!\s(?:half|two|three|transit|the|several|places|pieces|my|our|an?|it|one)\b)"
)
# Of a page or a payment that "won't open" nothing goes back.
_NO_ITEM: Final = re.compile(
    r"\b(?:code|voucher|coupon|password|login|link|website|site|page|app|checkout|button|card|payment|tracking|screen|"
    r"refund|e-?mail|chat|bot|basket|account)s?\s(?:[\w'’]{1,14}\s){0,2}$"
)


class Reasons:
    """The patterns of the values that a shop has."""

    def __init__(self, *, values: Collection[str]) -> None:
        self._gate = Gate((reason.hints, reason) for reason in REASONS if reason.value in values)

    def find(self, text: str, exact: Iterable[Found]) -> Iterator[Found]:
        """Yield of `exact`, the phrases found, what is no other matter, and reasons in other words; some overlap."""
        text = in_small(text)
        for found in (*exact, *self._reworded(text)):
            if not (_WORN_IN.match(text, found.start) or _SUPPOSED.search(text, max(0, found.start - 80), found.start)):
                yield found

    def _reworded(self, text: str) -> Iterator[Found]:
        for reason in self._gate.open_to(text):
            for match in reason.pattern.finditer(text):
                start, end = _place(match)
                before = text[max(0, start - 40) : start]
                if not _NO_ITEM.search(before):
                    yield Found(_ENTITY, reason.value, start, end, denied=bool(_DENIED.search(before)))


def _place(match: re.Match[str]) -> tuple[int, int]:
    """Return where the group `it` or `it2` is, else the whole match."""
    return match.span(match.lastgroup) if match.lastgroup else match.span()
