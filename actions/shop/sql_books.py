"""Brings the sample shop's file into being, and up to date with today's books. Called by `sql`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta

from sqlalchemy import Connection, Table, func, insert, inspect, select, update

from actions.shop.books import Books
from actions.shop.port import Look, Order, Sizes
from actions.shop.sql_tables import (
    DATED,
    LATER,
    anchor,
    lines,
    looks,
    metadata,
    orders,
    products,
    returns,
    shoppers,
    sizes,
    sold_out,
)


def prepare_books(change: Connection, books: Books, today: date) -> None:
    """Create the schema, fill an empty file, and move dates written on an earlier day up to today."""
    metadata.create_all(change)
    _add_columns(change)
    day = change.scalar(select(anchor.c.day))
    if day is None:
        _fill(change, books, today)
    elif day < today:
        _shift(change, today - day)
    _add_missing(change, sizes, books.sizes)
    _add_missing(change, looks, books.looks)


def insert_orders(change: Connection, placed: Sequence[Order]) -> None:
    """Write orders with their lines."""
    heads = [asdict(order) | {"state": order.state.value} for order in placed]
    bought = [
        item | {"order_number": head["number"], "position": position}
        for head in heads
        for position, item in enumerate(head.pop("items"))
    ]
    change.execute(insert(orders), heads)
    change.execute(insert(lines), bought)


def _fill(change: Connection, books: Books, today: date) -> None:
    change.execute(insert(products), [asdict(product) for product in books.products])
    change.execute(insert(shoppers), [asdict(shopper) for shopper in books.shoppers])
    insert_orders(change, books.orders)
    if books.sold_out:
        change.execute(insert(sold_out), [{"sku": sku} for sku in sorted(books.sold_out)])
    if books.returns:
        change.execute(insert(returns), [{"key": key, **asdict(it)} for key, it in books.returns.items()])
    change.execute(insert(anchor).values(day=today))


def _add_columns(change: Connection) -> None:
    """Bring a file up to date that was written before these columns were."""
    for column in LATER:
        name = column.table.name
        if all(there["name"] != column.name for there in inspect(change).get_columns(name)):
            change.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {column.name} VARCHAR")


def _add_missing(change: Connection, table: Table, known: Mapping[str, Sizes] | Mapping[str, Look]) -> None:
    """What is known of the products on the shelf, by sku, as far as the file does not have it."""
    there = set(change.scalars(select(products.c.sku).where(products.c.sku.not_in(select(table.c.sku)))))
    new = [{"sku": sku, **asdict(it)} for sku, it in known.items() if sku in there]
    if new:
        change.execute(insert(table), new)


def _shift(change: Connection, by: timedelta) -> None:
    for column in (*DATED, anchor.c.day):
        moved = func.date(column, f"+{by.days} days")
        change.execute(update(column.table).values({column: moved}))
