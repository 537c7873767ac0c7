"""Reports that a mail of ours could not be delivered (RFC 3464), also in free form. Used by `arrivals`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.channels.email.headers import Mime, decoded, field
from bot.channels.email.settings import MessageIds
from bot.channels.email.words import text_in

_FROM_MAIL_SYSTEM: Final = re.compile(r"\b(?:mailer-daemon|postmaster)@", re.IGNORECASE)
_LONGEST_REASON: Final = 200
_ADDRESS: Final = re.compile(r"<?[^\s<>]+@[^\s<>]+>?:?\s*")


@dataclass(frozen=True, slots=True)
class Bounce:
    """Deliveries that came back, and what the other server said."""

    deliveries: Sequence[int]
    reason: str


def bounce_in(mail: Mime, ids: MessageIds) -> Bounce | None:
    """What came back; None for any other mail, and for a report that a mail is only late."""
    if not _is_report(mail):
        return None
    told = [_told(part) for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    failures = [each for each in told if each.get("action", "").lower() == "failed"]
    if told and not failures:
        return None
    deliveries = ids.found_in("\n".join(_texts(mail)))
    return Bounce(deliveries, _reason(failures[0] if failures else {})) if deliveries else None


def _is_report(mail: Mime) -> bool:
    if mail.get_content_type() == "multipart/report":
        return str(mail.get_param("report-type", "")).lower() == "delivery-status"
    return bool(_FROM_MAIL_SYSTEM.search(field(mail, "From")))


def _told(part: Mime) -> dict[str, str]:
    """The fields of a delivery status, those of the message and those of its first recipient together."""
    blocks = part.get_payload()
    found: dict[str, str] = {}
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Mime):
            found = {**{key.lower(): decoded(str(value)) for key, value in block.raw_items()}, **found}
    return found


def _texts(mail: Mime) -> Iterator[str]:
    """Wherever a mail of ours may be named."""
    for part in mail.walk():
        yield " ".join(str(value) for name, value in part.raw_items() if name.lower() in _NAMES_MAILS)
        if part.get_content_maintype() == "text":
            yield text_in(part)


_NAMES_MAILS: Final = frozenset({"message-id", "in-reply-to", "references", "original-message-id"})


def _reason(told: dict[str, str]) -> str:
    """What the other server said, without the address, which is no news and somebody's own."""
    said = told.get("diagnostic-code", "").partition(";")[2].strip() or told.get("status", "")
    words = _ADDRESS.sub("", said)[:_LONGEST_REASON].strip()
    return f"The mail came back: {words}" if words else "The mail came back."
