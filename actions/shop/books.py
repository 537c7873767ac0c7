"""The sample business's books as plain values: what it sells, to whom, and what came back.

`demo` writes them, `sql` and `fakes` keep them; the actions see only the port.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from actions.shop.port import Look, Order, ReturnRecord, Shopper, Sizes


@dataclass(frozen=True, slots=True)
class Product:
    """Something on the shelf; `sku` is also the name the bot's product entity uses."""

    sku: str
    name: str
    price_pence: int


@dataclass(frozen=True, slots=True)
class Books:
    """Everything a shop starts with. `returns` are filed under their idempotency key."""

    products: Sequence[Product]
    shoppers: Sequence[Shopper]
    orders: Sequence[Order]
    returns: Mapping[str, ReturnRecord]
    sold_out: frozenset[str] = frozenset()
    """What can't be ordered now, by sku."""
    sizes: Mapping[str, Sizes] = field(default_factory=dict)
    """Of what comes in sizes, by sku."""
    looks: Mapping[str, Look] = field(default_factory=dict)
    """Of what can be shown, by sku."""
