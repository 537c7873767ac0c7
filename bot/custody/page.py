"""The page behind a link to a customer's data, at the gateway. Opening it takes nothing; its button fetches, once.

A link preview or a virus scanner that follows every link therefore uses nothing up.
"""

from __future__ import annotations

from html import escape
from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, Response

from bot.custody.document import ARCHIVE_NAME, as_archive
from bot.custody.links import PATH, ExportLinks
from memory.ports import Custody

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,200}$")]

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Robots-Tag": "noindex",
}
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem; color: #1c1c1c }}
button {{ font: inherit; padding: .6rem 1.2rem; border: 0; border-radius: .4rem; background: #1f5c46; color: #fff }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
{action}
</main>
</body>
</html>
"""
_READY: Final = (
    "Your data",
    "It comes as one file, with a page to read and the same for programs. The link works once.",
    '<form method="post"><button type="submit">Download my data</button></form>',
)
_GONE: Final = (
    "This link no longer works",
    "It was used before, or is older than an hour. Say “send me my data” in the chat to get a new one.",
    "",
)


def my_data_router(*, custody: Custody, links: ExportLinks) -> APIRouter:
    """`GET` and `POST /my-data/{token}`."""
    router = APIRouter(prefix=PATH, include_in_schema=False)

    @router.get("/{token}")
    async def show(token: Token) -> HTMLResponse:
        """Say what is here, and offer it."""
        return _page(*_READY) if links.export_id(token) else _page(*_GONE, status=410)

    @router.post("/{token}")
    async def fetch(token: Token) -> Response:
        """Hand it out, the first time it is asked for."""
        export_id = links.export_id(token)
        export = await custody.redeem(export_id) if export_id else None
        if export is None:
            return _page(*_GONE, status=410)
        named = {"Content-Disposition": f'attachment; filename="{ARCHIVE_NAME}"'}
        return Response(as_archive(export), media_type="application/zip", headers={**_HEADERS, **named})

    return router


def _page(title: str, text: str, action: str, status: int = 200) -> HTMLResponse:
    content = _PAGE.format(title=escape(title), text=escape(text), action=action)
    return HTMLResponse(content, status, _HEADERS)
