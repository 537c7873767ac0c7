"""What only the SQLite shop promises: it survives reopening, several processes, and the passing of days."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from actions.shop.demo import demo_books
from actions.shop.open import open_shop
from actions.shop.port import NewOrder, NewReturn, Order, OrderState
from actions.shop.sql import SqlShop

TODAY = date(2025, 3, 14)
THE_TENT = NewReturn("turn-1", "1031", "ridge-2-tent", "too_small", "refund")


async def the_order(shop: SqlShop, number: str, email: str) -> Order:
    order = await shop.find_order(number, email)
    assert order is not None
    return order


async def test_what_a_customer_did_is_still_there_after_reopening(tmp_path: Path) -> None:
    first = await open_shop(tmp_path / "shop.db", today=lambda: TODAY)
    record = await first.create_return(THE_TENT)
    await first.cancel("1050")
    await first.close()

    again = await open_shop(tmp_path / "shop.db", today=lambda: TODAY)
    assert await again.create_return(THE_TENT) == record
    assert (await the_order(again, "1050", "ben.carter@example.com")).state is OrderState.CANCELLED
    await again.close()


async def test_a_file_opened_ten_days_later_moves_every_date_by_ten_days(tmp_path: Path) -> None:
    first = await open_shop(tmp_path / "shop.db", today=lambda: TODAY)
    record = await first.create_return(THE_TENT)
    await first.close()

    later = TODAY + timedelta(days=10)
    again = await open_shop(tmp_path / "shop.db", today=lambda: later)
    expected = {order.number: order for order in demo_books(later).orders}
    for shopper in await again.shoppers():
        for order in await again.orders(shopper.id):
            wanted = expected[order.number]
            assert (order.placed_on, order.expected_on, order.delivered_on) == (
                wanted.placed_on,
                wanted.expected_on,
                wanted.delivered_on,
            )
    assert (await again.create_return(THE_TENT)).created_on == record.created_on + timedelta(days=10)
    await again.close()


async def test_a_file_of_an_earlier_version_is_brought_up_to_date_and_keeps_its_returns(tmp_path: Path) -> None:
    first = await open_shop(tmp_path / "shop.db", today=lambda: TODAY)
    record = await first.create_return(THE_TENT)
    await first.close()
    with closing(sqlite3.connect(tmp_path / "shop.db")) as older:
        older.executescript(
            "DROP TABLE sizes; ALTER TABLE returns DROP COLUMN size; ALTER TABLE orders DROP COLUMN wishes;"
        )

    again = await open_shop(tmp_path / "shop.db", today=lambda: TODAY)
    assert await again.create_return(THE_TENT) == record
    jacket = NewReturn("turn-2", "1023", "squall-jacket", "too_small", "exchange", "L")
    assert (await again.create_return(jacket)).size == "L"
    assert (await again.order_again(NewOrder("turn-3", "1031", ("tarn-mat",), wishes="by DHL"))).wishes == "by DHL"
    await again.close()


async def test_a_clock_that_went_back_moves_nothing(tmp_path: Path) -> None:
    first = await open_shop(tmp_path / "shop.db", today=lambda: TODAY)
    before = list(await first.orders("c-101"))
    await first.close()

    again = await open_shop(tmp_path / "shop.db", today=lambda: TODAY - timedelta(days=3))
    assert list(await again.orders("c-101")) == before
    await again.close()


async def test_two_processes_opening_a_new_file_at_once_fill_it_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "shop.db"
    shops = await asyncio.gather(*(open_shop(path, today=lambda: TODAY) for _ in range(4)))
    assert len(await shops[0].shoppers()) == len(demo_books(TODAY).shoppers)
    for shop in shops:
        await shop.close()


async def test_two_processes_registering_one_return_at_once_agree(tmp_path: Path) -> None:
    shops = [await open_shop(tmp_path / "shop.db", today=lambda: TODAY) for _ in range(3)]
    records = await asyncio.gather(*(shop.create_return(THE_TENT) for shop in shops for _ in range(5)))
    assert len(set(records)) == 1
    for shop in shops:
        await shop.close()
