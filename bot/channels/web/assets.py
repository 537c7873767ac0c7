"""Serves the built widget: `/widget.js`, which a page includes, the parts that it loads when opened, and its types."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as PathParam
from fastapi.responses import FileResponse

from bot.http import ApiError

DIST = Path(__file__).parent / "dist"
TYPES = Path(__file__).parent / "widget" / "widget.d.ts"

_BRIEFLY = "public, max-age=300"
_FOR_EVER = "public, max-age=31536000, immutable"
_PUBLIC = {
    # Parts are loaded by `import()` from the shop's page, which asks for leave even for public files.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

router = APIRouter(include_in_schema=False)


@router.get("/widget.js")
async def loader() -> FileResponse:
    """The loader: always the same address, so it is cached briefly."""
    return built("widget.js", _BRIEFLY)


@router.get("/widget.d.ts")
async def types() -> FileResponse:
    """What a page may say to the widget and hear from it, for TypeScript."""
    return FileResponse(TYPES, media_type="text/plain; charset=utf-8", headers={"Cache-Control": _BRIEFLY, **_PUBLIC})


@router.get("/widget/{name}")
async def part(name: Annotated[str, PathParam(pattern=r"^[\w-]+\.js$")]) -> FileResponse:
    """A part: its name holds a hash of its content, so it never changes."""
    return built(f"widget/{name}", _FOR_EVER)


def built(name: str, caching: str) -> FileResponse:
    """A file of the web build. Raises ApiError 404 when there is no such file."""
    path = DIST / name
    if not path.is_file():
        raise ApiError(404, "not_found", "There is no such file. If the widget is missing, run `npm run build`.")
    return FileResponse(path, media_type="text/javascript", headers={"Cache-Control": caching, **_PUBLIC})
