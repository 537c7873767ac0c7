"""The shop that the tasks of this process work with.

`bot.bootstrap` calls `use` at start-up. Under `rasa run actions` nobody does; then the demo shop opens at first need.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from actions.shop.open import open_shop
from actions.shop.port import Shop

PATH_VARIABLE = "THREADKEEPER_SHOP_PATH"
DEFAULT_PATH = Path(".var/shop.sqlite")


class _Counter:
    """Holds the one shop; a class so that nothing is rebound in the module itself."""

    shop: Shop | None = None
    opening: asyncio.Lock | None = None


def use(shop: Shop | None) -> None:
    """From now on every task works with `shop`; None forgets it."""
    _Counter.shop = shop


async def current() -> Shop:
    """The shop in use; the demo shop in the file named by THREADKEEPER_SHOP_PATH when none was chosen."""
    if _Counter.shop is None:
        _Counter.opening = _Counter.opening or asyncio.Lock()
        async with _Counter.opening:
            if _Counter.shop is None:
                _Counter.shop = await open_shop(Path(os.environ.get(PATH_VARIABLE) or DEFAULT_PATH))
    return _Counter.shop
