"""Looks again and again, whatever comes of it. Used by what runs beside the requests in every gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


async def make_rounds(look: Callable[[], Awaitable[object]], *, every: float, failed: str) -> None:
    """Look now and every so many seconds, until cancelled.

    A look that fails, as when the database is away, is logged as the event `failed`; the next one finds the same.
    """
    while True:
        try:
            await look()
        except Exception:
            log.exception(failed)
        await asyncio.sleep(every)
