"""Lets the configured sites use the visitor routes from their pages. Called by `bot.bootstrap`."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "/api/visitor"
"""Where the visitor routes begin; only these are open to other sites."""


class _VisitorCors:
    """Cross-origin answers for the visitor routes only; the desk and REST stay closed to other sites."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._cors = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
            expose_headers=["Retry-After"],
            max_age=600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["type"] == "http" and scope["path"].startswith(PREFIX)
        await (self._cors if is_ours else self._app)(scope, receive, send)


def allow_origins(app: FastAPI, origins: Sequence[str]) -> None:
    """Let pages of these origins use the visitor routes. The server's own pages always can."""
    app.add_middleware(_VisitorCors, origins=tuple(origins))
