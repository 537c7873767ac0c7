"""Finds e-mail addresses and phone numbers. Called by `finder`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import phonenumbers

from bot.nlu.found import Found

_EMAIL: Final = re.compile(r"(?<![\w.+-])\w[\w.+'’-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![\w-])")
# As people say it to a bot they fear may choke on the sign: "ana at example dot com".
_SPELT_EMAIL: Final = re.compile(
    r"(?<![\w.+-])(?P<name>[\w.+-]{1,64})\s?[(\[]?\b(?:at|@)\b[)\]]?\s?"
    r"(?P<host>[a-z0-9-]{1,63}(?:\s[(\[]?dot[)\]]?\s[a-z]{2,24}){1,3})\b",
    re.IGNORECASE,
)
_DOT: Final = re.compile(r"\s[(\[]?dot[)\]]?\s", re.IGNORECASE)

_PHONE: Final = re.compile(r"(?<![\w+@./-])\(?(?:\+|0|44)[\d\s().-]{7,22}\d(?![\w@])")
_LAST_GROUP: Final = re.compile(r"[\s().-]{1,20}\d{1,12}$")
_LEAST_DIGITS: Final = 9
"""Shorter ones are dates, order numbers and the like, even if some country had such a phone number."""


def emails(text: str) -> Iterator[Found]:
    """Yield e-mail addresses in small letters."""
    for match in _EMAIL.finditer(text):
        yield Found("email", match.group().lower(), match.start(), match.end())
    if "dot" not in text.lower():
        return
    for match in _SPELT_EMAIL.finditer(text):
        value = f"{match['name']}@{_DOT.sub('.', match['host'])}".lower()
        yield Found("email", value, match.start(), match.end())


def phones(text: str, region: str) -> Iterator[Found]:
    """Yield phone numbers in E.164; one without a country code is of `region` (ISO 3166: "GB")."""
    for match in _PHONE.finditer(text):
        words = match.group()
        # What follows a number after a space may be something else: an order number, an hour.
        while sum(map(str.isdigit, words)) >= _LEAST_DIGITS:
            number = _e164(words, region)
            if number is not None:
                yield Found("phone", number, match.start(), match.start() + len(words))
                break
            shorter = _LAST_GROUP.sub("", words)
            words = shorter if shorter != words else ""


def _e164(words: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(words, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
