"""Finds order numbers in the ways people write them. Called by `finder`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.nlu.found import Found

_CUED: Final = (
    r"(?:\border(?:\s?(?:number|no\b\.?|num|id|ref(?:erence)?|nr))?(?:\s(?:is|was))?\s?:?\s?"
    r"|\b(?:reference|ref\b\.?|confirmation)(?:\s(?:number|no\b\.?))?(?:\s(?:is|was))?\s?:?\s?"
    r"|(?=#)|(?=\b{prefix}[-.#\s]?\d)|\bno\b\.?\s?"
    r"|(?<!house )(?<!door )(?<!card )(?<!phone )(?<!flat )(?<!account )(?<!model )\bnumber\s?(?:is\s|was\s)?)"
    r"(?P<all>(?:#\s?)?(?:{prefix}[-.#\s]?)?(?P<number>\d{{3,9}}))(?![\w-]|[.,]\d)"
)
_BARE: Final = (
    r"(?<![\w£$€#.,/:@+-])(?P<all>(?P<number>\d{{{digits}}}))(?![\w£$€%/:-]|[.,]\d|\s?(?:g|grams?|kg|kilos?|km|miles?|m|mm|cm|"
    r"ml|l|litres?|lumens?|people|percent|pounds|quid|euros?|am|pm|hours?|days?|years?|models?|versions?|editions?|"
    r"metres?|feet|calories|watts?|steps)\b)"
)
_DENIED: Final = re.compile(r"\b(?:not|isn['’]?t|instead of)\s$", re.IGNORECASE)
_YEAR: Final = re.compile(
    r"\b(?:in|since|year|of|january|february|march|april|may|june|july|august|september|october|november|december|"
    r"spring|summer|autumn|winter|christmas|easter)\s$",
    re.IGNORECASE,
)
_OTHER_NUMBER: Final = re.compile(
    r"\b(?:error|code|pin|model|(?:house|door|flat|card|account|phone)(?:\s(?:number|no\.?))?|ending(?:\sin)?)"
    r"(?:\sis|\swas)?\s$",
    re.IGNORECASE,
)


class Orders:
    """The finder, set to the way a shop numbers its orders."""

    def __init__(self, *, digits: int, prefix: str) -> None:
        """Take how many `digits` a number has when nothing else tells that it is one, and what may precede it."""
        escaped = re.escape(prefix) if prefix else r"\border"
        self._cued = re.compile(_CUED.format(prefix=escaped), re.IGNORECASE)
        self._bare = re.compile(_BARE.format(digits=digits))

    def find(self, text: str) -> Iterator[Found]:
        """Yield the digits of each number; its place has the sign and prefix too. Some may be found twice."""
        cued = self._cued.finditer(text)
        bare = (match for match in self._bare.finditer(text) if not _is_something_else(match))
        for match in (*cued, *bare):
            denied = bool(_DENIED.search(_just_before(match)))
            yield Found("order_number", match["number"], match.start("all"), match.end("all"), denied=denied)


def _is_something_else(match: re.Match[str]) -> bool:
    """Whether it is spoken of as a year ("in 2024", but not "the status of 1031") or as another kind of number."""
    before = _just_before(match)
    is_year = match["number"][:2] in {"19", "20"} and bool(_YEAR.search(before))
    return is_year or bool(_OTHER_NUMBER.search(before))


def _just_before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start("all") - 24) : match.start("all")]
