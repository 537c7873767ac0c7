"""Finds sums of money: "£129.50", "89,00 €", "forty quid", "a tenner", "50p". Called by `finder`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from bot.nlu.found import Found
from bot.nlu.numbers import IN_WORDS, number_of
from bot.nlu.text import in_small

_CURRENCIES: Final = {
    "£": "GBP",
    "pound": "GBP",
    "quid": "GBP",
    "grand": "GBP",
    "p": "GBP",
    "pence": "GBP",
    "penny": "GBP",
    "tenner": "GBP",
    "fiver": "GBP",
    "€": "EUR",
    "euro": "EUR",
    "cent": "EUR",
    "$": "USD",
    "dollar": "USD",
    "buck": "USD",
}
_CODE: Final = r"(?:gbp|eur|usd|chf|cad|aud|nzd|jpy|sek|nok|dkk|pln)"
_NOTES: Final = {"tenner": Decimal(10), "fiver": Decimal(5)}
_DIGITS: Final = r"(?:\d{1,3}(?:\.\d{3}){1,3},\d{2}|\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,2})?|\d{1,7}(?:[.,]\d{1,2})?)(?!\d)"
_NOT_WITHIN: Final = r"(?<![\w.,£€$])"
_MONEY: Final = re.compile(
    rf"(?:(?P<sign>(?:us)?\$|[£€])\s?|\b(?P<code>{_CODE})\s?)(?P<after>{_DIGITS})(?P<thousand>k\b)?"
    rf"|{_NOT_WITHIN}(?<!weigh )(?<!weighs )(?<!weighing )(?<!lost )(?P<before>{_DIGITS}|{IN_WORDS}|(?:a )?couple(?: "
    rf"of)?|an?)\s?"
    rf"(?P<unit>[£€$](?!\d)|(?:pounds?|quid|euros?|dollars?|bucks?|grand|{_CODE})\b)(?!\s(?:of|in weight|heavy|"
    rf"heavier|lighter|sterling work)\b)"
    rf"(?:(?<=[sd])\s(?:and\s)?(?P<cents>\d{{2}}|{IN_WORDS})\b(?!\s?(?:x|%|of|pairs?|more|each|days?|times)\b)"
    rf"(?:\s?(?:p|pence)\b)?)?"
    rf"|{_NOT_WITHIN}(?P<few>(?:\d{{1,2}}(?=\s?p\b)|{IN_WORDS}(?=\sp\b))(?!\sp[.,]?\s?(?:and|&|n)\sp\b)|(?:\d{{1,3}}|"
    rf"{IN_WORDS})(?=\s(?:pence|penny|cents?)\b))"
    r"\s?(?P<coin>p|pence|penny|cents?)\b"
    rf"|\b(?:(?P<notes>{IN_WORDS}|an?)\s)?(?P<note>tenner|fiver)s?\b"
)


# Most messages name no sum, and looking for these signs is much cheaper than looking for sums.
_HINT: Final = re.compile(
    rf"[£€$]|pound|quid|euro|dollar|buck|grand|tenner|fiver|cent|pen(?:ce|ny)|\bp\b|\dp\b|\b{_CODE}|"
    rf"{_CODE}\b"
)


def sums(text: str) -> Iterator[Found]:
    """Yield each sum as an amount with two decimals and an ISO 4217 code: "129.50 GBP"."""
    small = in_small(text)
    if not _HINT.search(small):
        return
    for match in _MONEY.finditer(small):
        yield Found("money", f"{_amount(match):.2f} {_currency(match)}", match.start(), match.end())


def _amount(match: re.Match[str]) -> Decimal:
    if match["note"]:
        return _number(match["notes"] or "one") * _NOTES[match["note"]]
    if match["few"]:
        return _number(match["few"]) / 100
    amount = _number(match["after"] or match["before"]) * (1000 if match["thousand"] or match["unit"] == "grand" else 1)
    return amount + (_number(match["cents"]) / 100 if match["cents"] else 0)


def _number(words: str) -> Decimal:
    """Read "1,299.50", "1.299,50", "89,00" or "forty": a comma before one or two digits is a decimal comma."""
    if not words[0].isdigit():
        return Decimal(2 if "couple" in words else number_of(words))
    if match := re.search(r",(\d{1,2})$", words):
        return Decimal(words[: match.start()].replace(".", "") + "." + match[1])
    return Decimal(words.replace(",", ""))


def _currency(match: re.Match[str]) -> str:
    name = match["sign"] or match["code"] or match["unit"] or match["coin"] or match["note"]
    name = name.removeprefix("us" if name.endswith("$") else "")
    return _CURRENCIES.get(name) or _CURRENCIES.get(name.removesuffix("s")) or name.upper()
