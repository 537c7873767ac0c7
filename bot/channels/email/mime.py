"""Reads one mail as it came: who, when in which thread, and what they wrote themselves. Used by `arrivals`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import compat32
from typing import Any, Final

from bot.channels.email.headers import Mime, author, decoded, field, ids, without_prefixes
from bot.channels.email.quotes import own_words
from bot.channels.email.words import is_attachment, words_of
from bot.channels.port import storable

LONGEST_TEXT: Final = 10_000
"""Characters kept of what somebody wrote, as many as over REST; the mail itself stays in the mailbox."""
LONGEST_SUBJECT: Final = 200
_MOST_REFERENCES: Final = 20
_MOST_ATTACHMENTS: Final = 50
_SMALLEST_PICTURE: Final = 10_000
"""Bytes below which a picture between the lines is taken for decoration, such as the logo of a signature."""
_KINDS: Final[Mapping[str, str]] = {"image": "photo", "audio": "audio", "video": "video"}


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as the rest of the channel sees it. `message_id` keeps its brackets; "" when the mail has none."""

    name: str
    address: str
    message_id: str
    key: str
    answers: Sequence[str]
    subject: str
    words: str
    language: str
    attachments: Sequence[Mapping[str, Any]]

    @property
    def text(self) -> str:
        """What was said: the subject tells what a thread is about, so it leads the first mail and no other."""
        subject = without_prefixes(self.subject)
        if self.answers or not subject or subject.casefold() in self.words.casefold():
            return self.words
        return f"{subject}\n\n{self.words}".strip()

    @property
    def references(self) -> str:
        """What an answer refers to (RFC 5322, 3.6.4): this mail last, its forerunners before."""
        return " ".join([*self.answers, *([self.message_id] if self.message_id else [])][-_MOST_REFERENCES:])


def parse(raw: bytes) -> Mime:
    """The parts of a mail, however badly they are put together."""
    return message_from_bytes(raw, policy=compat32)


def read(mail: Mime) -> Mail | None:
    """What a mail says; None when it does not say who it is from."""
    who = author(mail)
    if who is None:
        return None
    name, address = who
    found = ids(mail, "Message-ID")
    message_id = found[0] if found else ""
    words = own_words(words_of(mail))
    key = message_id.strip("<>") or _digest(mail, words)
    return Mail(
        name=storable(name),
        address=address,
        message_id=message_id,
        key=key,
        answers=ids(mail, "References", "In-Reply-To"),
        subject=storable(field(mail, "Subject"))[:LONGEST_SUBJECT],
        words=_cut(storable(words)),
        language=field(mail, "Content-Language").partition(",")[0].strip(),
        attachments=[*_attachments(mail, key)][:_MOST_ATTACHMENTS],
    )


def part_of(mail: Mime, number: int) -> bytes | None:
    """The content of a part, by the number that its attachment has; None when there is none."""
    part = next((part for place, part in enumerate(_parts(mail)) if place == number), None)
    if part is None:
        return None
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else part.as_bytes()


def _digest(mail: Mime, words: str) -> str:
    """Stands for the id that a mail lacks: the same mail delivered again has the same."""
    told = [field(mail, name) for name in ("From", "To", "Date", "Subject")]
    return "sha256:" + hashlib.sha256("\n".join([*told, words]).encode()).hexdigest()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rstrip() + " […]"


def _attachments(mail: Mime, key: str) -> Iterator[Mapping[str, Any]]:
    """What is kept of each: enough to find it in the mailbox, by the mail's id and the number of the part."""
    for number, part in enumerate(_parts(mail)):
        if not is_attachment(part):
            continue
        size = _size(part)
        inline = part.get_content_disposition() != "attachment" and bool(part.get("Content-ID"))
        if inline and part.get_content_maintype() == "image" and size < _SMALLEST_PICTURE:
            continue
        named = decoded(part.get_filename() or "")
        yield {
            "kind": _KINDS.get(part.get_content_maintype(), "document"),
            "file_id": f"{key}#{number}",
            **({"file_name": storable(named)[:LONGEST_SUBJECT]} if named else {}),
            "mime_type": part.get_content_type(),
            "size": size,
        }


def _parts(mail: Mime) -> Iterator[Mime]:
    """All parts in order, without those within a mail that is itself an attachment."""
    yield mail
    payload = mail.get_payload()
    if isinstance(payload, list) and mail.get_content_maintype() == "multipart":
        for part in payload:
            if isinstance(part, Mime):
                yield from _parts(part)


def _size(part: Mime) -> int:
    content = part.get_payload(decode=True)
    return len(content) if isinstance(content, bytes) else len(part.as_bytes())
