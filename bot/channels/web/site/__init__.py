"""The operators' page at `/widget/`: the line that puts the chat on a site, put together by a form, to be copied."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse

from bot.channels.web.assets import built

_HERE = Path(__file__).parent
_BRIEFLY = "no-cache"
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_NO_SITE = "<li>None yet: only this server’s own pages.</li>"


def site_router(*, server: str, origins: Sequence[str]) -> APIRouter:
    """`GET /widget/`, for a server at this address that lets these sites use the widget."""
    router = APIRouter(include_in_schema=False)
    allowed = "".join(f"<li><code>{escape(origin)}</code></li>" for origin in origins) or _NO_SITE
    template = (_HERE / "index.html").read_text(encoding="utf-8")
    page = template.replace("{server}", escape(server.rstrip("/"))).replace("{origins}", allowed)

    @router.get("/widget")
    @router.get("/widget/")
    async def shown() -> HTMLResponse:
        """The page; where scripts are off, it still has the plain line."""
        return HTMLResponse(page, headers={"Content-Security-Policy": _CSP, "Cache-Control": _BRIEFLY})

    @router.get("/widget/site.css")
    async def looks() -> FileResponse:
        return FileResponse(_HERE / "site.css", media_type="text/css", headers={"Cache-Control": _BRIEFLY})

    @router.get("/widget/site.js")
    async def script() -> FileResponse:
        """What puts the line together. Registered before `/widget/{name}`, which serves the chat's parts."""
        return built("site.js", _BRIEFLY)

    return router
