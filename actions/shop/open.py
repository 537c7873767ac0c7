"""Opens the sample business: the schema, the demo data on first use, dates that stay plausible.

Called by the actions' wiring and by the demo page's listing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path

from actions.shop.demo import demo_books
from actions.shop.sql import SqlShop


def utc_today() -> date:
    """Today, in UTC as all dates of the shop."""
    return datetime.now(timezone.utc).date()


async def open_shop(path: Path, *, today: Callable[[], date] = utc_today) -> SqlShop:
    """The shop kept in the SQLite file at `path`, seeded with the demo data if it is new.

    Opening it on a later day moves every date in it on by the days that passed (see `SqlShop.prepare`).
    `today` is asked anew for each rule, so that a shop that stays open for weeks keeps counting.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    shop = SqlShop(path, today=today)
    await shop.prepare(demo_books)
    return shop
