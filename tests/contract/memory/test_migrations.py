"""Every schema there ever was is brought up with all that is in it, and the bot goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from benchmarks.rows import PER_CUSTOMER, fill, in_database
from memory.model import CustomerId, HandoffState, ReadBy
from memory.sql.schema import configuration
from tests.conftest import HandClock
from tests.contract.memory.talk import Talk
from tests.remembering import open_memory

Rows: TypeAlias = Mapping[sa.Table, Sequence[Mapping[str, Any]]]
"""What a database holds."""

REVISIONS = [script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()][::-1]
GONE: Mapping[str, str] = {
    "cases.outcome": "how a case stands and ended is one thing now: cases.state",
    "merges.first_number": "the number before it says as much: merges.last_number",
    "merges.replaced_dialogue": "was never read; what a link sets aside is in set_aside",
    "promises.kept_at": "how a promise ended is one thing now: promises.state and closed_at",
    "readings.handoff_id": "what is shown need not be of a conversation: readings.seen",
    "messages.original_number": "a thread that is given back is numbered anew",
}
"""Columns that were left behind, and why."""
ROWS = 3 * PER_CUSTOMER
ANA, ANAS_PHONE = CustomerId("customer_id-0"), ("telegram", "address_id-1")
"""A customer as `benchmarks.rows` makes them, with an address of theirs."""


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/memory.db"
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.mark.parametrize("revision", REVISIONS)
async def test_nothing_is_lost_and_the_conversation_goes_on(url: str, revision: str, clock: HandClock) -> None:
    before = await in_database(url, lambda connection: filled(connection, revision))
    async with open_memory(url, clock=clock) as memory:
        after = await in_database(url, contents)
        assert list(lost(before, after)) == []
        await goes_on(Talk(memory, clock))


def filled(connection: sa.Connection, revision: str) -> Rows:
    """Make the schema of a revision and put rows into all its tables; returns them."""
    command.upgrade(configuration(connection), revision)
    fill(connection, tables(connection), ROWS)
    rows = contents(connection)
    assert all(rows.values()), "a table without rows shows nothing"
    return rows


def tables(connection: sa.Connection) -> list[sa.Table]:
    """The tables that are there, parents first."""
    there = sa.MetaData()
    there.reflect(connection)
    return [table for table in there.sorted_tables if table.name not in {"alembic_version", "row_ids"}]


def contents(connection: sa.Connection) -> Rows:
    """All that is there."""
    return {table: connection.execute(sa.select(table)).mappings().all() for table in tables(connection)}


def lost(before: Rows, after: Rows) -> Iterator[str]:
    """What was there and is not, or is not what it was. Rows are found by the primary key they had."""
    now = {table.name: rows for table, rows in after.items()}
    for table, rows in before.items():
        key = [column.name for column in table.primary_key]
        there = {tuple(row[name] for name in key): row for row in now.get(table.name, ())}
        for row in rows:
            kept = there.get(tuple(row[name] for name in key), {})
            wanted = {name: value for name, value in row.items() if f"{table.name}.{name}" not in GONE}
            yield from (f"{table}.{name} of {row}" for name in wanted if kept.get(name, "gone") != wanted[name])


async def goes_on(talk: Talk) -> None:
    """Ana is known, answered after what she had waiting, and seen with her past at the desk."""
    assert (await talk.hear("and now?", ANAS_PHONE)).customer_id == ANA
    thread = await talk.answer("ok")
    assert [fact.value for fact in thread.facts] == ["value-0"]
    await talk.answer("ok")
    said = await talk.texts(ANA)
    assert (len(said), said[-4:]) == (PER_CUSTOMER + 4, ["hello", "ok", "and now?", "ok"])

    (waiting,) = await talk.memory.handoffs.queue([HandoffState.QUEUED])
    view = await talk.memory.handoffs.view(waiting.handoff.id)
    assert view.brief.customer.id == ANA
    (delivery,) = await talk.memory.outbox.claim(["web", "telegram"], 5)
    assert (delivery.customer_id, delivery.message.text) == (ANA, "text-0")
    assert len(await talk.memory.faq.all()) == ROWS


async def test_who_looked_at_what_did_not_arrive_is_known_by_the_view_from_then_on(url: str, clock: HandClock) -> None:
    noted = "INSERT INTO readings (id, agent_id, handoff_id, at, by) VALUES (1, 'mara', 'dead-letters', :now, 'opened')"

    def old(connection: sa.Connection) -> None:
        command.upgrade(configuration(connection), "0027")
        connection.execute(sa.text(noted), {"now": clock()})

    await in_database(url, old)
    async with open_memory(url, clock=clock) as memory:
        (reading,) = await memory.readings.latest(10)
    assert (reading.agent_id, reading.by, reading.handoff_id) == ("mara", ReadBy.UNDELIVERED, None)
