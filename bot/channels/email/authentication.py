"""Whether the server that received a mail vouches for its author. Used by `arrivals`.

Only what the operator's own server says counts (RFC 8601): anybody can write such a line into a mail they send. The
server puts its line above the others and takes away those that pretend to be its own (section 5).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.channels.email.headers import Mime, values
from memory.model import Proof

_COMMENT: Final = re.compile(r"\([^()]*\)")
_RESULT: Final = re.compile(r"^(?P<method>dkim|dmarc)(?:/\d+)?\s*=\s*(?P<result>\w+)(?P<rest>.*)$", re.IGNORECASE)
_PROPERTY: Final = re.compile(r"\b(header\.(?:d|from))\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


def proof_of(mail: Mime, address: str, authserv_id: str | None) -> Proof:
    """PLATFORM when our server found the author's domain proved by DKIM or DMARC, else NONE."""
    results = _of_our_server(mail, authserv_id) if authserv_id else None
    domain = address.rpartition("@")[2]
    if results is None:
        return Proof.NONE
    return Proof.PLATFORM if any(_vouches(each, domain) for each in results.split(";")[1:]) else Proof.NONE


def _of_our_server(mail: Mime, authserv_id: str) -> str | None:
    """The uppermost line of our server: one below it may have come with the mail."""
    for value in values(mail, "Authentication-Results"):
        line = _without_comments(value)
        if line.partition(";")[0].lower().split()[:1] == [authserv_id.lower()]:
            return line
    return None


def _without_comments(value: str) -> str:
    line = " ".join(value.split())
    while (shorter := _COMMENT.sub(" ", line)) != line:
        line = shorter
    return line


def _vouches(result: str, domain: str) -> bool:
    match = _RESULT.match(result.strip())
    if match is None or match["result"].lower() != "pass":
        return False
    told: Mapping[str, str] = {name.lower(): value.lower() for name, value in _PROPERTY.findall(match["rest"])}
    if match["method"].lower() == "dmarc":
        return told.get("header.from") == domain
    signer = told.get("header.d", "")
    return signer == domain or ("." in signer and domain.endswith(f".{signer}"))
