"""Links keep their grounds and can be undone: sides of rows, what was set aside, and refused one-time codes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON()


def upgrade() -> None:
    """Add columns and tables. Merges from before are kept, as far as their grounds are known."""
    op.add_column("customers", sa.Column("email_key", sa.Text))
    op.add_column("customers", sa.Column("renumbered", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE customers SET email_key = lower(trim(email))")
    op.create_index("ix_customers_email_key", "customers", ["email_key"])
    for table in ("routes", "dialogue_states"):
        op.add_column(table, sa.Column("original_customer_id", sa.Text))
    op.drop_column("messages", "original_number")
    _merges()
    _set_aside()
    _refused_codes()


def _merges() -> None:
    earlier = _earlier_merges()
    op.drop_table("merges")
    merges = op.create_table(
        "merges",
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("id", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("from_customer_id", "into_customer_id")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("proof", "why", "by")),
        *(sa.Column(name, sa.Text) for name in ("channel", "address_id")),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("last_number", sa.BigInteger, nullable=False),
        sa.Column("lent", _JSON, nullable=False),
        sa.Column("undone_at", _TIME),
        *(sa.Column(name, sa.Text) for name in ("undone_by", "undone_why", "original_customer_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], name="fk_merges_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_merges"),
    )
    op.create_index("ix_merges_id", "merges", ["id"])
    op.bulk_insert(
        merges, [_with_grounds(number, row) for number, row in enumerate(earlier, start=_first_id(len(earlier)))]
    )


def _earlier_merges() -> list[dict[str, Any]]:
    names = ("customer_id", "from_customer_id", "why", "first_number")
    merges = sa.table("merges", *map(sa.column, names), sa.column("at", _TIME))
    rows = op.get_bind().execute(sa.select(merges).order_by(merges.c.at)).mappings().all()
    return [dict(row) for row in rows]


def _first_id(count: int) -> int:
    """SQLite counts on from the highest; in PostgreSQL all ids come from one sequence, which is moved past these."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        return 1
    first = int(bind.scalar(sa.text("SELECT nextval('row_ids')")))
    bind.execute(sa.text("SELECT setval('row_ids', :last)"), {"last": first + count})
    return first


def _with_grounds(number: int, row: dict[str, Any]) -> dict[str, Any]:
    """What an earlier schema did not note: whose it is by now, the proof, and where the thread that came ended."""
    bind, into = op.get_bind(), row["customer_id"]
    customer_id, merged_into = into, sa.text("SELECT merged_into FROM customers WHERE customer_id = :id")
    while further := bind.scalar(merged_into, {"id": customer_id}):
        customer_id = further
    came = sa.text("SELECT max(number) FROM messages WHERE customer_id = :id AND original_customer_id = :side")
    last = bind.scalar(came, {"id": customer_id, "side": row["from_customer_id"]})
    return {
        "customer_id": customer_id,
        "id": number,
        "from_customer_id": row["from_customer_id"],
        "into_customer_id": into,
        "proof": "signed_token" if row["why"] == "signed in" else "one_time_code",
        "why": row["why"],
        "by": "customer",
        "at": row["at"],
        "last_number": last or row["first_number"] - 1,
        "lent": {},
        "original_customer_id": None if customer_id == into else into,
    }


def _set_aside() -> None:
    op.create_table(
        "set_aside",
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("of_table", sa.Text, nullable=False),
        sa.Column("row", _JSON, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("original_customer_id", sa.Text),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], name="fk_set_aside_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "id", name="pk_set_aside"),
    )


def _refused_codes() -> None:
    op.create_table(
        "refused_codes",
        sa.Column("id", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("channel", "address_id")),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_refused_codes"),
    )
    op.create_index("ix_refused_codes_at", "refused_codes", ["at"])
    op.create_index("ix_refused_codes_address", "refused_codes", ["channel", "address_id", "at"])
