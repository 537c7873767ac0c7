"""What all tables are made of: their metadata, times in UTC, and the columns that many have. Called by its siblings."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

row_ids = sa.Sequence("row_ids", metadata=metadata)
"""Where PostgreSQL gets row ids; on SQLite a table of this name, made by its migration, has the last of each table."""


class Utc(sa.types.TypeDecorator[datetime]):
    """Aware datetimes in UTC, also on SQLite, which keeps no time zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse naive values: nobody could say what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Name the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


Json = sa.JSON(none_as_null=True)


def customer_id_column() -> sa.Column[str]:
    return sa.Column("customer_id", sa.Text, sa.ForeignKey("customers.customer_id"), primary_key=True)


def id_column() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False)


def _side(context: Any) -> str | None:
    """Whose address the running transaction writes for; see `Tx.side`."""
    side: str | None = context.execution_options.get("side")
    return side


def original_column() -> sa.Column[str]:
    return sa.Column("original_customer_id", sa.Text, default=_side)


def where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def text_column(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def time_column(name: str) -> sa.Column[datetime]:
    return sa.Column(name, Utc, nullable=False)
