"""The sample business in a SQLite file of its own, apart from the bot's memory.

Opened by `actions.shop.open`; the actions see it as a Shop. Only here does the shop speak SQL. Each piece of
work is one hop to a thread: through an asynchronous driver every statement would be one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Integer,
    RowMapping,
    Select,
    cast,
    create_engine,
    event,
    func,
    insert,
    select,
    update,
)

from actions.shop import rules
from actions.shop.books import Books
from actions.shop.port import Look, NewOrder, NewReturn, Order, OrderItem, OrderState, ReturnRecord, Shopper, Sizes
from actions.shop.sql_books import insert_orders, prepare_books
from actions.shop.sql_tables import (
    EVERY_LINE,
    NEWEST_FIRST,
    lines,
    looks,
    ordered_again,
    orders,
    products,
    returns,
    shoppers,
    sizes,
    sold_out,
)

_BUSY_MS = 10_000  # how long a writer waits for another process's short transaction
_THREADS = 2  # one may write while another reads

T = TypeVar("T")


class SqlShop:
    """A Shop over SQLite, safe for many callers and processes: each change is one immediate transaction."""

    def __init__(self, path: Path, *, today: Callable[[], date]) -> None:
        self._engine = _engine(path)
        self._writer = self._engine.execution_options(shop_begin="BEGIN IMMEDIATE")
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="shop")
        self._today = today

    async def prepare(self, books: Callable[[date], Books]) -> None:
        """Create the schema, fill an empty file, and move dates written on an earlier day up to today.

        All dates move by the same number of days, so "arrives tomorrow" stays true of a file opened next month.
        """
        today = self._today()
        await self._change(lambda change: prepare_books(change, books(today), today))

    async def close(self) -> None:
        """Finish what is under way and let go of the file."""
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._engine.dispose)

    async def shoppers(self) -> Sequence[Shopper]:
        """Everyone who has an account, by id."""
        wanted = select(shoppers).order_by(shoppers.c.id)
        return await self._read(lambda read: [Shopper(**row) for row in read.execute(wanted).mappings()])

    async def orders(self, shopper_id: str) -> Sequence[Order]:
        """All orders of one shopper, newest first."""
        return await self._read(lambda read: _orders(read, EVERY_LINE.where(orders.c.shopper_id == shopper_id)))

    async def find_order(self, number: str, email: str) -> Order | None:
        """The order whose number and e-mail both match."""
        wanted = (
            EVERY_LINE.join(shoppers, shoppers.c.id == orders.c.shopper_id)
            .where(orders.c.number == rules.plain_number(number))
            .where(func.lower(shoppers.c.email) == rules.plain_email(email))
        )
        return await self._read(lambda read: next(iter(_orders(read, wanted)), None))

    async def create_return(self, new: NewReturn) -> ReturnRecord:
        """Register a return once per key."""
        today = self._today()

        def work(change: Connection) -> ReturnRecord:
            registered = _return(change, new.key)
            if registered is not None:
                return registered
            order = _order(change, new.order_number)
            item = rules.check_return(order, new, today=today)
            size = rules.size_sent(item.name, _sizes(change, new.sku), new)
            return _register(change, replace(new, size=size), order=order, today=today)

        return await self._change(work)

    async def cancel(self, order_number: str) -> Order:
        """Cancel an order that has not shipped."""

        def work(change: Connection) -> Order:
            order = _order(change, order_number)
            if not rules.needs_cancelling(order):
                return order
            return _amend(change, order, state=OrderState.CANCELLED.value, expected_on=None)

        return await self._change(work)

    async def change_address(self, order_number: str, address: str) -> Order:
        """Send an unshipped order elsewhere."""

        def work(change: Connection) -> Order:
            order = _order(change, order_number)
            if not rules.needs_new_address(order, address):
                return order
            return _amend(change, order, address=address.strip())

        return await self._change(work)

    async def prices(self, skus: Sequence[str]) -> Mapping[str, int]:
        """What each costs now; what can't be ordered now is left out."""
        return await self._read(lambda read: _prices(read, skus))

    async def sizes(self, sku: str) -> Sizes | None:
        """The sizes of a product."""
        return await self._read(lambda read: _sizes(read, sku))

    async def looks(self, skus: Sequence[str]) -> Mapping[str, Look]:
        """How each product looks."""
        wanted = select(looks).where(looks.c.sku.in_(skus))
        rows = await self._read(lambda read: read.execute(wanted).mappings().all())
        return {row["sku"]: Look(row["picture"], row["page"]) for row in rows}

    async def order_again(self, new: NewOrder) -> Order:
        """Place an order once per key."""
        today = self._today()

        def work(change: Connection) -> Order:
            known = change.scalar(select(ordered_again.c.order_number).where(ordered_again.c.key == new.key))
            if known is not None:
                return _order(change, known)
            earlier = _order(change, new.repeats)
            items = rules.lines_again(earlier, new, _prices(change, new.skus))
            highest = change.scalar(select(func.max(cast(orders.c.number, Integer)))) or 0
            order = rules.next_order(earlier, new, items, number=highest + 1, today=today)
            insert_orders(change, [order])
            change.execute(insert(ordered_again).values(key=new.key, order_number=order.number))
            return order

        return await self._change(work)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        return await self._hop(self._engine, work)

    async def _change(self, work: Callable[[Connection], T]) -> T:
        return await self._hop(self._writer, work)

    async def _hop(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        def transaction() -> T:
            with engine.begin() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._threads, transaction)


def _engine(path: Path) -> Engine:
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver's own implicit BEGIN is deferred and comes too late: we say when a transaction begins.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", f"busy_timeout={_BUSY_MS}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock before it reads; otherwise two could check a rule and both act on it.
        connection.exec_driver_sql(connection.get_execution_options().get("shop_begin", "BEGIN"))

    return engine


def _orders(connection: Connection, wanted: Select[Any]) -> list[Order]:
    rows = (connection.execute(wanted.order_by(*NEWEST_FIRST))).mappings()
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


def _order(connection: Connection, written: str) -> Order:
    number = rules.plain_number(written)
    matching = _orders(connection, EVERY_LINE.where(orders.c.number == number))
    return rules.found(next(iter(matching), None), number)


def _return(connection: Connection, key: str) -> ReturnRecord | None:
    row = (connection.execute(select(returns).where(returns.c.key == key))).mappings().first()
    return None if row is None else _as_return(row)


def _as_return(row: RowMapping) -> ReturnRecord:
    return ReturnRecord(**{name: value for name, value in row.items() if name not in {"id", "key"}})


def _register(change: Connection, new: NewReturn, *, order: Order, today: date) -> ReturnRecord:
    position = (change.scalar(select(func.count()).select_from(returns)) or 0) + 1
    record = ReturnRecord(
        label=rules.label(position),
        order_number=order.number,
        sku=new.sku,
        reason=new.reason,
        resolution=new.resolution,
        created_on=today,
        size=new.size,
    )
    change.execute(insert(returns).values(key=new.key, **asdict(record)))
    line = (lines.c.order_number == order.number) & (lines.c.sku == new.sku)
    change.execute(update(lines).where(line).values(returned=True))
    return record


def _amend(change: Connection, order: Order, **values: Any) -> Order:
    change.execute(update(orders).where(orders.c.number == order.number).values(**values))
    return _order(change, order.number)


def _sizes(connection: Connection, sku: str) -> Sizes | None:
    row = connection.execute(select(sizes).where(sizes.c.sku == sku)).mappings().first()
    return Sizes(row["worn"], tuple(row["offered"]), row["in_words"]) if row else None


def _prices(connection: Connection, skus: Sequence[str]) -> Mapping[str, int]:
    there = products.c.sku.in_(skus) & products.c.sku.not_in(select(sold_out.c.sku))
    return {row.sku: row.price_pence for row in connection.execute(select(products).where(there))}
