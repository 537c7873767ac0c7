"""How the store modules reach a database: each piece of work is one function of a transaction.

`Tx` is what such a function gets; `Database` runs it, on SQLite in one hop to a thread, on PostgreSQL over asyncpg.
The functions are plain and synchronous, so that both databases run the same code.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa

from memory.model import CustomerId
from memory.sql import tables as t

T = TypeVar("T")
Clock = Callable[[], datetime]

to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
"""Text stays readable in the file, so that erasing can be checked by searching it."""

NEXT_IDS = sa.text("SELECT nextval('row_ids') FROM generate_series(1, :count)")
COUNT_ON = sa.text(
    "INSERT INTO row_ids (of_table, last) VALUES (:of_table, :count)"
    " ON CONFLICT (of_table) DO UPDATE SET last = last + excluded.last RETURNING last"
)
"""SQLite's way: to look for the highest id would be to read the whole table, which knows its customers first."""


class MustHold(Exception):
    """Two customers are to be merged: no turn of either may run meanwhile. Hold them and run again."""

    def __init__(self, customer_ids: frozenset[CustomerId]) -> None:
        super().__init__()
        self.customer_ids = customer_ids


class MergedMeanwhile(Exception):
    """The customer was merged into another, parted from one, or erased, between two statements. Find them again."""


class Tx:
    """A running transaction: its connection, its one time of day, and what to ring when it has committed.

    `side` is for customers who are linked with others: the one of them at whose address is written what this
    transaction inserts. It goes into `original_customer_id`, so that unlinking gives each their own.
    """

    __slots__ = ("conn", "erases", "held", "now", "postgres", "side", "topics")

    def __init__(
        self, conn: sa.Connection, *, now: datetime, postgres: bool, held: frozenset[CustomerId] = frozenset()
    ) -> None:
        self.conn = conn
        self.now = now
        self.postgres = postgres
        self.held = held
        self.side: str | None = None
        self.topics: set[str] = set()
        self.erases = False
        """Whether what this deletes must not be left in the file either."""

    def run(self, statement: sa.Executable, values: Any = None) -> sa.CursorResult[Any]:
        """Execute a statement, with one set of values or (for many rows) a list of sets."""
        if self.side is None:
            return self.conn.execute(statement, values)
        return self.conn.execute(statement, values, execution_options={"side": self.side})

    def first(self, statement: sa.Executable, values: Any = None) -> Any:
        """The first row, or None."""
        return self.conn.execute(statement, values).first()

    def ring(self, *topics: str) -> None:
        """Ring these bells once the transaction has committed."""
        self.topics.update(topics)

    def ids(self, table: sa.Table, count: int = 1) -> Sequence[int]:
        """New row ids for a table, rising."""
        if self.postgres:
            return sorted(self.conn.scalars(NEXT_IDS, {"count": count}))
        last = self.conn.execute(COUNT_ON, {"of_table": table.name, "count": count}).scalar_one()
        return range(last - count + 1, last + 1)

    def lock(self, *customer_ids: CustomerId) -> None:
        """Keep the customers' rows, and so their message numbers, from others until the end.

        Not for SQLite: its one writer is alone anyway. Stronger locks would stop arrivals (foreign keys).
        """
        if self.postgres:
            wanted = sa.select(t.customers.c.customer_id).where(t.customers.c.customer_id.in_(customer_ids))
            self.run(wanted.order_by(t.customers.c.customer_id).with_for_update(key_share=True)).all()

    def hold(self, *customer_ids: CustomerId) -> None:
        """Lock out arrivals too, and see to it that no turn of theirs is under way."""
        if self.postgres:
            wanted = sa.select(t.customers.c.customer_id).where(t.customers.c.customer_id.in_(customer_ids))
            self.run(wanted.order_by(t.customers.c.customer_id).with_for_update()).all()
        elif not self.held.issuperset(customer_ids):
            raise MustHold(frozenset(customer_ids))

    def stay(self, customer_id: CustomerId) -> None:
        """See to it that nobody merges or erases this customer until the end. Raises MergedMeanwhile."""
        if self.postgres:
            merged = sa.select(t.customers.c.merged_into).where(t.customers.c.customer_id == customer_id)
            row = self.first(merged.with_for_update(read=True, key_share=True))
            if row is None or row.merged_into is not None:
                raise MergedMeanwhile


class Database(ABC):
    """Runs work in transactions. What a write wants rung is rung when, and only when, it has committed."""

    clock: Clock

    @abstractmethod
    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run work that changes nothing."""

    async def glance(self, work: Callable[[Tx], T]) -> T:
        """Like `read`, for a row or two that are found by their keys."""
        return await self.read(work)

    @abstractmethod
    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run work and commit it durably, or leave no trace of it when it raises."""

    @abstractmethod
    async def mark(self, work: Callable[[Tx], T]) -> T:
        """Like `write`, but a failure of power may undo it; a killed process does not. For cheap marks."""

    @abstractmethod
    async def scrub(self) -> None:
        """Clean the database's own files of what was erased, as far as they allow."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of the database."""
