"""The words of a mail's parts, whatever their types and charsets. Used by `mime`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from typing import Final

from bot.channels.email.headers import Mime
from bot.channels.email.html import text_of

_QUOTE_DEPTH: Final = re.compile(r"^(?:> ?)*")


def is_attachment(part: Mime) -> bool:
    """Whether a part is a thing of its own and not what was written."""
    if part.is_multipart() and part.get_content_maintype() != "message":
        return False
    if part.get_content_disposition() == "attachment" or part.get_content_maintype() not in {"text", "multipart"}:
        return True
    return part.get_content_type() not in {"text/plain", "text/html"} or bool(part.get_filename())


def words_of(part: Mime) -> str:
    """What was written in a part and those within it. Of alternatives plain text counts, if it says anything."""
    if part.get_content_type() == "multipart/alternative":
        return _best(part)
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        return "\n".join(words for sub in _within(part) if (words := words_of(sub)).strip())
    if is_attachment(part):
        return ""
    text = text_in(part)
    if part.get_content_type() == "text/html":
        return text_of(text)
    return _flowed(part, text) if part.get_param("format") == "flowed" else text


def text_in(part: Mime) -> str:
    """The text of a part. A charset that is unknown or wrong costs letters at most."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return content.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("cp1252", "replace")


def _best(part: Mime) -> str:
    plain = [sub for sub in _within(part) if sub.get_content_type() == "text/plain"]
    others = [sub for sub in _within(part) if sub.get_content_type() != "text/plain"]
    return next((words for sub in (*plain, *others) if (words := words_of(sub)).strip()), "")


def _within(part: Mime) -> Iterator[Mime]:
    payload = part.get_payload()
    yield from (sub for sub in payload if isinstance(sub, Message)) if isinstance(payload, list) else ()


def _flowed(part: Mime, text: str) -> str:
    """Lines that a mail program broke, joined again (RFC 3676)."""
    joined: list[str] = []
    deletes_space = str(part.get_param("delsp", "")).lower() == "yes"
    goes_on = False
    for line in text.replace("\r\n", "\n").split("\n"):
        if goes_on and _depth(joined[-1]) == _depth(line) and line != "-- ":
            joined[-1] = (joined[-1][:-1] if deletes_space else joined[-1]) + line[_depth(line) :].removeprefix(" ")
        else:
            joined.append(line if line.startswith(">") else line.removeprefix(" "))
        goes_on = line.endswith(" ") and line != "-- "
    return "\n".join(joined)


def _depth(line: str) -> int:
    match = _QUOTE_DEPTH.match(line)
    return match.end() if match else 0
