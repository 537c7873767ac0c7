"""What files are is told by their content, and nothing runs from one that is handed out."""

from __future__ import annotations

import pytest

from bot.files import received, served, type_of
from bot.http import MAX_FILE, ApiError

PNG = b"\x89PNG\r\n\x1a\n\x00\x01"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0 JFIF", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        ("Grüße\n".encode(), "text/plain"),
        (b"<script>alert(1)</script>", "text/plain"),
        (b"MZ\x90\x00\x03", None),
        (b"PK\x03\x04\x14\x00", None),
        (b"\x7fELF\x02\x01", None),
        (b"Gr\xfc\xdfe", None),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
    ],
)
def test_a_file_is_what_its_content_is(content: bytes, media_type: str | None) -> None:
    assert type_of(content) == media_type


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("valve.PNG", PNG, "valve.PNG"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0", "photo.jpeg"),
        ("photo.exe", PNG, "photo.png"),
        ("invoice.png", b"%PDF-", "invoice.pdf"),
        ("../../etc/passwd", b"x", "etc passwd.txt"),
        ("page.html", b"<b>", "page.txt"),
        ("list.csv", b"a,b", "list.csv"),
        ("\u202egnp.exe\r\nX: y", PNG, "gnp.png"),
        ("  ", PNG, "file.png"),
        ("n" * 300, PNG, "n" * 115 + ".png"),
    ],
)
def test_a_name_says_what_the_file_is_and_nothing_else(name: str, content: bytes, kept: str) -> None:
    assert received(name, content).name == kept


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"", 422, "empty_file"), (b"MZ\x90\x00", 415, "unsupported_type"), (b"x" * (MAX_FILE + 1), 413, "too_large")],
)
def test_what_is_not_taken_is_refused_with_a_reason(content: bytes, status: int, code: str) -> None:
    with pytest.raises(ApiError) as refused:
        received("file.txt", content)
    assert (refused.value.status, refused.value.code) == (status, code)


def test_a_file_is_handed_out_so_that_nothing_runs_from_it() -> None:
    answer = served('Grüße "1".html', b"<script>alert(1)</script>")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%201%20.html"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "private, no-store"
    assert served("x", b"MZ\x90\x00").headers["content-type"] == "application/octet-stream"
