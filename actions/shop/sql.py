"""The sample business in a SQLite file of its own, apart from the bot's memory.

Opened by `actions.shop.open`; the actions see it as a ShopBackend. Only here does the shop speak SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Integer,
    MetaData,
    RowMapping,
    Select,
    String,
    Table,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from actions.shop import rules
from actions.shop.books import Books
from actions.shop.port import NewReturn, Order, OrderItem, OrderState, ReturnRecord, Shopper

_BUSY_MS = 10_000  # how long a writer waits for another process's short transaction

metadata = MetaData()

products = Table(
    "products",
    metadata,
    Column("sku", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("price_pence", Integer, nullable=False),
)
shoppers = Table(
    "shoppers",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False, unique=True),
)
orders = Table(
    "orders",
    metadata,
    Column("number", String, primary_key=True),
    Column("shopper_id", ForeignKey("shoppers.id"), nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("placed_on", Date, nullable=False),
    Column("expected_on", Date),
    Column("delivered_on", Date),
    Column("carrier", String),
    Column("tracking", String),
    Column("address", String, nullable=False),
)
lines = Table(
    "order_lines",
    metadata,
    Column("order_number", ForeignKey("orders.number"), primary_key=True),
    Column("sku", ForeignKey("products.sku"), primary_key=True),
    Column("position", Integer, nullable=False),
    # Name and price are copied: an order keeps what was bought, whatever the shelf says later.
    Column("name", String, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price_pence", Integer, nullable=False),
    Column("returned", Boolean, nullable=False, default=False),
)
returns = Table(
    "returns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("label", String, nullable=False, unique=True),
    Column("order_number", ForeignKey("orders.number"), nullable=False),
    Column("sku", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("resolution", String, nullable=False),
    Column("created_on", Date, nullable=False),
)
anchor = Table("anchor", metadata, Column("day", Date, primary_key=True))
"""The one day the dates in this file are relative to; see `SqlShop.prepare`."""

_DATED = (orders.c.placed_on, orders.c.expected_on, orders.c.delivered_on, returns.c.created_on)
_EVERY_LINE = select(
    orders,
    lines.c.sku,
    lines.c.name,
    lines.c.quantity,
    lines.c.price_pence,
    lines.c.returned,
).join(lines, lines.c.order_number == orders.c.number)
_NEWEST_FIRST = (orders.c.placed_on.desc(), orders.c.number.desc(), lines.c.position)


class SqlShop:
    """A ShopBackend over SQLite, safe for many callers and processes: each change is one immediate transaction."""

    def __init__(self, path: Path, *, today: Callable[[], date]) -> None:
        self._engine = _engine(path)
        self._writer = self._engine.execution_options(shop_begin="BEGIN IMMEDIATE")
        self._today = today

    async def prepare(self, books: Callable[[date], Books]) -> None:
        """Create the schema, fill an empty file, and move dates written on an earlier day up to today.

        All dates move by the same number of days, so "arrives tomorrow" stays true of a file opened next month.
        """
        today = self._today()
        async with self._change() as change:
            await change.run_sync(metadata.create_all)
            day = await change.scalar(select(anchor.c.day))
            if day is None:
                await _fill(change, books(today), today)
            elif day < today:
                await _shift(change, today - day)

    async def close(self) -> None:
        """Let go of the file."""
        await self._engine.dispose()

    async def shoppers(self) -> Sequence[Shopper]:
        """Everyone who has an account, by id."""
        async with self._engine.connect() as connection:
            found = await connection.execute(select(shoppers).order_by(shoppers.c.id))
            return [Shopper(**row) for row in found.mappings()]

    async def orders(self, shopper_id: str) -> Sequence[Order]:
        """All orders of one shopper, newest first."""
        async with self._engine.connect() as connection:
            return await _orders(connection, _EVERY_LINE.where(orders.c.shopper_id == shopper_id))

    async def returns(self) -> Sequence[ReturnRecord]:
        """Every registered return, oldest first; for the shop's own people and for tests."""
        async with self._engine.connect() as connection:
            rows = (await connection.execute(select(returns).order_by(returns.c.label))).mappings().all()
            return [_as_return(row) for row in rows]

    async def find_order(self, number: str, email: str) -> Order | None:
        """The order whose number and e-mail both match."""
        wanted = (
            _EVERY_LINE.join(shoppers, shoppers.c.id == orders.c.shopper_id)
            .where(orders.c.number == rules.plain_number(number))
            .where(func.lower(shoppers.c.email) == rules.plain_email(email))
        )
        async with self._engine.connect() as connection:
            return next(iter(await _orders(connection, wanted)), None)

    async def create_return(self, new: NewReturn) -> ReturnRecord:
        """Register a return once per key."""
        async with self._change() as change:
            registered = await _return(change, new.key)
            if registered is not None:
                return registered
            order = await _order(change, new.order_number)
            rules.check_return(order, new, today=self._today())
            return await _register(change, new, order=order, today=self._today())

    async def cancel(self, order_number: str) -> Order:
        """Cancel an order that has not shipped."""
        async with self._change() as change:
            order = await _order(change, order_number)
            if not rules.needs_cancelling(order):
                return order
            return await _amend(change, order, state=OrderState.CANCELLED.value, expected_on=None)

    async def change_address(self, order_number: str, address: str) -> Order:
        """Send an unshipped order elsewhere."""
        async with self._change() as change:
            order = await _order(change, order_number)
            if not rules.needs_new_address(order, address):
                return order
            return await _amend(change, order, address=address.strip())

    def _change(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self._writer.begin()


def _engine(path: Path) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")

    @event.listens_for(engine.sync_engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver's own implicit BEGIN is deferred and comes too late: we say when a transaction begins.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", f"busy_timeout={_BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock before it reads; otherwise two could check a rule and both act on it.
        connection.exec_driver_sql(connection.get_execution_options().get("shop_begin", "BEGIN"))

    return engine


async def _orders(connection: AsyncConnection, wanted: Select[Any]) -> list[Order]:
    rows = (await connection.execute(wanted.order_by(*_NEWEST_FIRST))).mappings()
    grouped: dict[str, list[RowMapping]] = {}
    for row in rows:
        grouped.setdefault(row["number"], []).append(row)
    return [_as_order(group) for group in grouped.values()]


def _as_order(rows: Sequence[RowMapping]) -> Order:
    head = {column.name: rows[0][column.name] for column in orders.columns}
    head["state"] = OrderState(head["state"])
    items = [
        OrderItem(
            sku=row["sku"],
            name=row["name"],
            quantity=row["quantity"],
            price_pence=row["price_pence"],
            returned=row["returned"],
        )
        for row in rows
    ]
    return Order(**head, items=items)


async def _order(connection: AsyncConnection, written: str) -> Order:
    number = rules.plain_number(written)
    matching = await _orders(connection, _EVERY_LINE.where(orders.c.number == number))
    return rules.found(next(iter(matching), None), number)


async def _return(connection: AsyncConnection, key: str) -> ReturnRecord | None:
    row = (await connection.execute(select(returns).where(returns.c.key == key))).mappings().first()
    return None if row is None else _as_return(row)


def _as_return(row: RowMapping) -> ReturnRecord:
    return ReturnRecord(**{name: value for name, value in row.items() if name not in {"id", "key"}})


async def _register(change: AsyncConnection, new: NewReturn, *, order: Order, today: date) -> ReturnRecord:
    position = (await change.scalar(select(func.count()).select_from(returns)) or 0) + 1
    record = ReturnRecord(
        label=rules.label(position),
        order_number=order.number,
        sku=new.sku,
        reason=new.reason,
        resolution=new.resolution,
        created_on=today,
    )
    await change.execute(insert(returns).values(key=new.key, **asdict(record)))
    line = (lines.c.order_number == order.number) & (lines.c.sku == new.sku)
    await change.execute(update(lines).where(line).values(returned=True))
    return record


async def _amend(change: AsyncConnection, order: Order, **values: Any) -> Order:
    await change.execute(update(orders).where(orders.c.number == order.number).values(**values))
    return await _order(change, order.number)


async def _fill(change: AsyncConnection, books: Books, today: date) -> None:
    await change.execute(insert(products), [asdict(product) for product in books.products])
    await change.execute(insert(shoppers), [asdict(shopper) for shopper in books.shoppers])
    heads = [asdict(order) | {"state": order.state.value} for order in books.orders]
    bought = [
        item | {"order_number": head["number"], "position": position}
        for head in heads
        for position, item in enumerate(head.pop("items"))
    ]
    await change.execute(insert(orders), heads)
    await change.execute(insert(lines), bought)
    if books.returns:
        await change.execute(insert(returns), [{"key": key, **asdict(it)} for key, it in books.returns.items()])
    await change.execute(insert(anchor).values(day=today))


async def _shift(change: AsyncConnection, by: timedelta) -> None:
    for column in (*_DATED, anchor.c.day):
        moved = func.date(column, f"+{by.days} days")
        await change.execute(update(column.table).values({column: moved}))
