"""Products as cards, which a website shows beneath an answer that says the same in words. Used by the tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions.shop import current as shop
from actions.shop.port import Look, OrderItem
from actions.wording import pounds

Cards = Sequence[Mapping[str, Any]]
"""Each with `title`, and as far as there are any: `price`, `text`, `picture` and `link` (addresses), and `payloads`: of
the message's buttons, those that belong to this product. Read by `bot.dialogue.cards`."""

MOST: Final = 4
"""More would push the answer out of sight."""


async def item_cards(items: Sequence[OrderItem]) -> Cards:
    """The first lines of an order as cards; none at all if the shop has no picture or page of any of them."""
    looks = await (await shop.current()).looks([item.sku for item in items])
    return [_card(item, looks.get(item.sku, Look())) for item in items[:MOST]] if looks else ()


def _card(item: OrderItem, look: Look) -> Mapping[str, Any]:
    each = " each" if item.quantity > 1 else ""
    title = item.name if item.quantity == 1 else f"{item.quantity} × {item.name}"
    full = {"title": title, "price": f"{pounds(item.price_pence)}{each}", "picture": look.picture, "link": look.page}
    return {name: value for name, value in full.items() if value}
