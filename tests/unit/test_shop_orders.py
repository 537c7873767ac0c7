"""The desk reads a customer's orders from the shop, for those whom it knows, and no others."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from actions.shop.open import open_shop
from bot.bootstrap.shop_orders import MOST_ORDERS, ShopOrders
from memory.model import Cursor, Customer, CustomerId

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)


def customer(subject: str | None) -> Customer:
    return Customer(CustomerId("c1"), subject, None, None, NOW, Cursor(0))


async def test_each_order_has_its_number_state_and_things_the_newest_first(tmp_path: Path) -> None:
    shop = await open_shop(tmp_path / "shop.sqlite")
    for shopper in await shop.shoppers():
        known = await shop.orders(shopper.id)
        lines = await ShopOrders(shop).of(customer(shopper.id))
        assert [line.number for line in lines] == [order.number for order in known][:MOST_ORDERS]
        for line, order in zip(lines, known, strict=False):
            assert line.state == order.state.value.replace("_", " ").capitalize()
            assert all(item.name in line.things for item in order.items)
            assert (line.placed_on, line.is_open) == (order.placed_on, order.state.is_open)
    await shop.close()


async def test_who_is_not_proved_to_be_somebody_has_no_orders_here(tmp_path: Path) -> None:
    shop = await open_shop(tmp_path / "shop.sqlite")
    assert await ShopOrders(shop).of(customer(None)) == []
    assert await ShopOrders(shop).of(customer("nobody")) == []
    await shop.close()
