"""Serves the desk's built page under `/desk`. Built by `bot.bootstrap`; the page itself lives in `page/`."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, PlainTextResponse
from starlette.responses import Response

DIST = Path(__file__).parent / "dist"

_CSP = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
_PAGE_HEADERS = {"Content-Security-Policy": _CSP, "Cache-Control": "no-cache"}
_ASSET_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable"}  # their names change with their content


def desk_pages(dist: Path = DIST) -> APIRouter:
    """`/desk` and all below it: assets by their name, everything else is the page, which reads its own address."""
    router = APIRouter(include_in_schema=False)
    root = dist.resolve()

    @router.get("/desk")
    @router.get("/desk/{path:path}")
    async def page(path: str = "") -> Response:
        return _asset(root, path) or _index(root)

    return router


def _asset(root: Path, path: str) -> Response | None:
    """A built file, or a 404 for one that was asked for and is not there; None when `path` is a place in the page."""
    if "\0" in path:
        return PlainTextResponse("Not found.", 404)
    if "." not in path.rpartition("/")[2]:
        return None
    file = (root / path).resolve()
    if not file.is_relative_to(root) or not file.is_file() or file.name == "index.html":
        return PlainTextResponse("Not found.", 404)
    return FileResponse(file, headers=_ASSET_HEADERS if file.parent.name == "assets" else _PAGE_HEADERS)


def _index(root: Path) -> Response:
    index = root / "index.html"
    if not index.is_file():
        return PlainTextResponse("The desk's page has not been built. Run: npm ci && npm run build", 503)
    return FileResponse(index, headers=_PAGE_HEADERS)
