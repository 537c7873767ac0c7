"""Finds order numbers in the ways people write them. Called by `finder`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.nlu.found import Found
from bot.nlu.text import in_small

_GAP: Final = r"(?:\s?[-–—_.:/#]\s?|\s(?:no\.?\s|number\s)?)?"
_CUED: Final = (
    r"(?:\border(?:\s?(?:number|no\b\.?|num|id|ref(?:erence)?|nr))?(?:\s(?:is|was))?\s?:?\s?"
    r"|\b(?:reference|ref\b\.?|confirmation)(?:\s(?:number|no\b\.?))?(?:\s(?:is|was))?\s?:?\s?"
    r"|(?=#)|(?=\b{prefix}{gap}\d)|\bno\b\.?\s?"
    r"|(?<!house )(?<!door )(?<!card )(?<!phone )(?<!flat )(?<!account )(?<!model )\bnumber\s?(?:is\s|was\s)?)"
    r"(?P<all>(?:#\s?)?(?:{prefix}{gap})?(?P<number>\d{{3,9}}))(?![\w-]|[.,]\d)"
)
_BARE: Final = (
    r"(?<![\w£$€#.,/:@+-])(?P<all>(?P<number>\d{{{digits}}}))(?![\w£$€%/:-]|[.,]\d|\s?(?:g|grams?|kg|kilos?|km|miles?|"
    r"m|mm|cm|"
    r"ml|l|litres?|lumens?|people|percent|pounds|quid|euros?|am|pm|hours?|days?|years?|models?|versions?|editions?|"
    r"metres?|feet|calories|watts?|steps|catalogue|collection|season|range|mah|hpa|rpm|joules|bc|ad)\b)"
)
_LISTED: Final = r"(?<![\w£$€.,/:+-])\d{{{digits}}}(?:[,/&+]\d{{{digits}}})+(?![\w/:-]|[.,]\d)"
"""Several without a space: "2058/2059"."""
_NUMBER: Final = re.compile(r"(?P<all>(?P<number>\d+))")
_DENIED: Final = re.compile(r"\b(?:not|isn['’]?t|instead of)\s$")
_YEAR: Final = re.compile(
    r"\b(?:in|since|year|of|january|february|march|april|may|june|july|august|september|october|november|december|"
    r"spring|summer|autumn|winter|christmas|easter)\s$"
)
_OTHER_NUMBER: Final = re.compile(
    r"\b(?:error|code|pin|model|digits|sku|extension|ext|room|style|flight|version|box|barcode|four(?:\sare)?|"
    r"ends?(?:\s(?:in|with))?|(?:house|door|flat|card|account|phone)(?:\s(?:number|no\.?))?|ending(?:\sin)?)"
    r"(?:\sis|\swas)?\s$"
)


class Orders:
    """The finder, set to the way a shop numbers its orders."""

    def __init__(self, *, digits: int, prefix: str) -> None:
        """Take how many `digits` a number has when nothing else tells that it is one, and what may precede it."""
        escaped = re.escape(prefix.lower()) if prefix else r"\border"
        self._cued = re.compile(_CUED.format(prefix=escaped, gap=_GAP))
        self._bare = re.compile(_BARE.format(digits=digits))
        self._listed = re.compile(_LISTED.format(digits=digits))

    def find(self, text: str) -> Iterator[Found]:
        """Yield the digits of each number; its place has the sign and prefix too. Some may be found twice."""
        text = in_small(text)
        cued = self._cued.finditer(text)
        bare = (match for match in self._bare.finditer(text) if not _is_something_else(match))
        listed = (part for whole in self._listed.finditer(text) for part in _NUMBER.finditer(text, *whole.span()))
        for match in (*cued, *bare, *(number for number in listed if not _is_something_else(number))):
            denied = bool(_DENIED.search(_just_before(match)))
            yield Found("order_number", match["number"], match.start("all"), match.end("all"), denied=denied)


def _is_something_else(match: re.Match[str]) -> bool:
    """Whether it is spoken of as a year ("in 2024", but not "the status of 1031") or as another kind of number."""
    before = _just_before(match)
    is_year = match["number"][:2] in {"19", "20"} and bool(_YEAR.search(before))
    return is_year or bool(_OTHER_NUMBER.search(before))


def _just_before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start("all") - 24) : match.start("all")]
