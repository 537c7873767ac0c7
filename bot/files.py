"""Which files are taken, what they are by their content, and how they are handed out. Used by `bot.attachments`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from bot.http import MAX_FILE, ApiError
from bot.masking import masked_name
from memory.model import NewFile

LONGEST_NAME: Final = 120
_UNKNOWN: Final = "application/octet-stream"
_BEGINNINGS: Final[Sequence[tuple[bytes, str]]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
"""How files of these types begin (https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern)."""
_ENDINGS: Final[Mapping[str, str]] = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069/\\:*?"<>|]+')
"""What no name holds: control characters, those that turn writing round, and what file systems mean something by."""

TAKEN: Final = "pictures (PNG, JPEG, GIF, WebP), PDFs and plain text"


def type_of(content: bytes) -> str | None:
    """What a file is by its content; None for what is not taken."""
    for beginning, media_type in _BEGINNINGS:
        if content.startswith(beginning):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "text/plain" if _is_text(content) else None


def received(name: str, content: bytes) -> NewFile:
    """A file that somebody sends, its name without secrets. Raises ApiError 413, 415, and 422 for an empty one."""
    if not content:
        raise ApiError(422, "empty_file", "The file is empty.")
    if len(content) > MAX_FILE:
        raise ApiError(413, "too_large", f"The file is larger than {MAX_FILE // 2**20} MB.")
    media_type = type_of(content)
    if media_type is None:
        raise ApiError(415, "unsupported_type", f"Files of this kind are not taken, only {TAKEN}.")
    return NewFile(_named(masked_name(name), media_type), media_type, content)


def served(name: str, content: bytes) -> Response:
    """A file as an answer from which nothing runs: never a page, never in our origin, kept in no cache."""
    media_type = type_of(content) or _UNKNOWN
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(_fit(name), safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-site",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=media_type, headers=headers)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)


def _named(name: str, media_type: str) -> str:
    """The name with the ending of what it is: a PDF that calls itself a picture is called a PDF."""
    fit, ending = _fit(name), _ENDINGS[media_type]
    stem, dot, given = fit.rpartition(".")
    if dot and f".{given.casefold()}" in {ending, ".jpeg" if ending == ".jpg" else ending}:
        return fit
    text = media_type == "text/plain" and dot and given.casefold() in {"md", "csv", "log"}
    return fit if text else f"{(stem or fit)[: LONGEST_NAME - 5]}{ending}"


def _fit(name: str) -> str:
    words = _UNFIT.sub(" ", name).strip(" .")
    return words[-LONGEST_NAME:] or "file"
