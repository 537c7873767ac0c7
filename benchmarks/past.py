"""Customers with a past, written into a database in one go, and taken back to it after each measured conversation.

Called by `benchmarks.flat_cost`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from benchmarks.rows import ROW, Value, count_on, insert
from memory.model import Address, CustomerId
from memory.sql.tables import metadata

MESSAGES_PER_ROW: Final[Mapping[str, int]] = {
    "messages": 1,
    "inbox": 2,
    "outbox": 2,
    "attempts": 5,
    "merges": 10_000,
}
"""How many messages there are to one row of a table (nobody links addresses often); to one of any other:"""
OTHERWISE: Final = 50
ONCE: Final = frozenset({"addresses", "customers", "dialogue_states", "routes"})
"""Tables with one row a customer, however much they write."""
SNAPSHOT: Final = 2_000
SPEECH: Final = "I had hoped that it would be here by the end of the week. Could you tell me where it is? Message "


@dataclass(frozen=True, slots=True)
class Crowd:
    """Some customers, each with so many messages behind them."""

    name: str
    customers: int
    messages: int

    @property
    def first(self) -> CustomerId:
        """One of them."""
        return CustomerId(f"{self.name}-0")

    @property
    def address(self) -> Address:
        """Where that one writes from."""
        return Address("telegram", self.first)


def write_past(connection: sa.Connection, crowds: Sequence[Crowd]) -> int:
    """Give the crowds all that such customers leave in the tables; returns the last row id."""
    last = 0
    for crowd in crowds:
        for table in metadata.sorted_tables:
            if _is_theirs(table, crowd):
                rows = crowd.customers * (1 if table.name in ONCE else _rows_of(table, crowd.messages))
                insert(connection, table, rows, _given(table, crowd, last))
                last += rows
    count_on(connection, metadata.sorted_tables, last)
    return last


def take_back(connection: sa.Connection, crowd: Crowd, last: int) -> None:
    """Remove what the crowd's first customer has said and done since; `last` is the last row id of the past.

    The dialogue's state stays, which is bounded.
    """
    for table in reversed(metadata.sorted_tables):
        numbered = "id" if "id" in table.c and isinstance(table.c.id.type, sa.Integer) else "number"
        if "customer_id" in table.c and numbered in table.c:
            after = last if numbered == "id" else crowd.messages
            newer = sa.and_(table.c.customer_id == crowd.first, table.c[numbered] > after)
            connection.execute(sa.delete(table).where(newer))
    customers = metadata.tables["customers"]
    back = sa.update(customers).where(customers.c.customer_id == crowd.first)
    connection.execute(back.values(last_number=crowd.messages))


def _is_theirs(table: sa.Table, crowd: Crowd) -> bool:
    """The state of a dialogue is left out for a single customer: the dialogue makes its own."""
    if table.name == "dialogue_states":
        return crowd.customers > 1
    return "customer_id" in table.primary_key.columns or table.name == "routes"


def _rows_of(table: sa.Table, messages: int) -> int:
    return max(messages // MESSAGES_PER_ROW.get(table.name, OTHERWISE), 1)


def _given(table: sa.Table, crowd: Crowd, last: int) -> Mapping[str, Value]:
    """What makes the rows those of the crowd's customers, in turns."""
    customer = sa.literal(f"{crowd.name}-") + sa.cast(ROW % crowd.customers, sa.Text)
    given: dict[str, Value] = {
        "customer_id": customer,
        "id": ROW + last + 1,
        "number": ROW // crowd.customers + 1,
        "last_number": sa.literal(crowd.messages),
        "text": sa.literal(SPEECH) + sa.cast(ROW, sa.Text),
        "snapshot": sa.literal("x" * SNAPSHOT),
    }
    if table.name in ONCE:
        given |= {"address_id": customer, "channel": sa.literal("telegram"), "scope": sa.literal("proved")}
    return {name: value for name, value in given.items() if _fits(table, name)}


def _fits(table: sa.Table, name: str) -> bool:
    return name in table.c and not (name == "id" and isinstance(table.c.id.type, sa.Text))
