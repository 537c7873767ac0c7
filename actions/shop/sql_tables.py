"""The tables of the sample shop's file, and what is read from them again and again. Used by `sql` only."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Integer, MetaData, String, Table, select

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
    Column("wishes", String),
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
    Column("size", String),
)
sizes = Table(
    "sizes",
    metadata,
    Column("sku", ForeignKey("products.sku"), primary_key=True),
    Column("worn", String, nullable=False),
    Column("offered", JSON, nullable=False),
    Column("in_words", String, nullable=False),
)
looks = Table(
    "looks",
    metadata,
    Column("sku", ForeignKey("products.sku"), primary_key=True),
    Column("picture", String),
    Column("page", String),
)
sold_out = Table("sold_out", metadata, Column("sku", String, primary_key=True))
ordered_again = Table(
    "ordered_again",
    metadata,
    Column("key", String, primary_key=True),
    Column("order_number", ForeignKey("orders.number"), nullable=False),
)
anchor = Table("anchor", metadata, Column("day", Date, primary_key=True))
"""The one day the dates in this file are relative to; see `SqlShop.prepare`."""

LATER = (returns.c.size, orders.c.wishes)
"""Columns that a file of an earlier version does not have."""
DATED = (orders.c.placed_on, orders.c.expected_on, orders.c.delivered_on, returns.c.created_on)
EVERY_LINE = select(
    orders,
    lines.c.sku,
    lines.c.name,
    lines.c.quantity,
    lines.c.price_pence,
    lines.c.returned,
).join(lines, lines.c.order_number == orders.c.number)
NEWEST_FIRST = (orders.c.placed_on.desc(), orders.c.number.desc(), lines.c.position)
