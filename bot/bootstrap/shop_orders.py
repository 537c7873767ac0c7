"""What the shop says of a customer's orders, as the desk shows it."""

from __future__ import annotations

from collections.abc import Sequence

from actions.shop.port import ShopBackend
from bot.desk.orders import OrderLine
from memory.model import Customer

MOST_ORDERS = 10
"""Orders that a brief shows."""


class ShopOrders:
    """The orders of customers as the desk shows them, from the shop."""

    def __init__(self, shop: ShopBackend) -> None:
        self._shop = shop

    async def of(self, customer: Customer) -> Sequence[OrderLine]:
        """The newest first, at most ten; empty for who is not proved to be somebody whom the shop knows."""
        orders = await self._shop.orders(customer.subject) if customer.subject else ()
        return [
            OrderLine(
                number=order.number,
                state=order.state.value.replace("_", " ").capitalize(),
                things=", ".join(
                    (f"{item.quantity} × {item.name}" if item.quantity > 1 else item.name)
                    + (" (returned)" if item.returned else "")
                    for item in order.items
                ),
                placed_on=order.placed_on,
                expected_on=order.expected_on,
                is_open=order.state.is_open,
            )
            for order in orders[:MOST_ORDERS]
        ]
