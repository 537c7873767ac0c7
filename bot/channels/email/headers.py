"""Reads single header fields of mails, however badly they are written. Used by everything here that reads mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from typing import Final

Mime = Message
"""A mail or a part of one, as the standard library reads it under its forgiving policy."""

_LONGEST: Final = 10_000
"""Characters of a field that are looked at; no honest one is longer, and reading it takes more than linear time."""
_ID: Final = re.compile(r"<[^<>\s]{1,250}>")
_ADDRESS: Final = re.compile(r"[^@\s<>(),;:\"\\\[\]]+@[^@\s<>(),;:\"\\\[\]]+\.[^@\s<>(),;:\"\\\[\]]+")
_PREFIXES: Final = re.compile(
    r"^\s*(?:(?:re|aw|antw|sv|vs|rif|res|odp|fwd?|wg|tr|rv|enc|回复|答复)(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE
)


def field(mail: Mime, name: str) -> str:
    """A field's value on one line, with encoded words decoded; empty when there is none."""
    return decoded(next(iter(values(mail, name)), ""))


def values(mail: Mime, name: str) -> Sequence[str]:
    """All values of a field as they came; letters that should have been encoded are taken for UTF-8, else for Latin."""
    return [_text(value)[:_LONGEST] for key, value in mail.raw_items() if key.lower() == name.lower()]


def decoded(raw: str) -> str:
    """A raw value as text. What can't be decoded stays as it is."""
    try:
        text = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError):
        text = raw
    return " ".join(text.encode("utf-8", "replace").decode().split())


def author(mail: Mime) -> tuple[str, str] | None:
    """Name and address of the only one whom the mail says it is from; None when that is nobody, or several."""
    fields = values(mail, "From")
    found = getaddresses(fields)
    if len(fields) != 1 or len(found) != 1:
        return None
    name, address = found[0]
    if not _ADDRESS.fullmatch(address):
        return None
    return decoded(name), address.casefold()


def ids(mail: Mime, *names: str) -> Sequence[str]:
    """The message ids in these fields, each once, with their brackets."""
    found = [each for name in names for value in values(mail, name) for each in _ID.findall(value)]
    return list(dict.fromkeys(found))


def without_prefixes(subject: str) -> str:
    """A subject without "Re:" and its like in other languages."""
    return _PREFIXES.sub("", subject).strip()


def _text(value: object) -> str:
    content = str(value).encode("utf-8", "surrogateescape")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
