"""What only the databases have: schemas, several processes, killed processes, plans."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from memory.errors import SchemaTooNew
from memory.model import (
    CaseState,
    CloseCase,
    CustomerId,
    DeliveryState,
    EndFact,
    FaqRecord,
    HandoffState,
    LearnFact,
    LinkResult,
    OpenCase,
    Outcome,
    Proof,
    Reply,
    Topic,
    Wish,
)
from memory.sql import SqlMemory
from memory.sql.moving import MOVING, OUTSIDE, Moving
from memory.sql.schema import configuration
from memory.sql.tables import metadata, row_ids
from tests.conftest import HandClock
from tests.contract.memory.talk import ANA, Talk
from tests.postgres import PostgresServer
from tests.remembering import open_memory


def differences(connection: sa.Connection) -> list[Any]:
    """What Alembic would change to make the database agree with the tables."""
    options = {"compare_type": True, "include_name": lambda name, _kind, _parents: name != row_ids.name}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


async def test_migrations_and_tables_agree_on_sqlite(tmp_path: Path, clock: HandClock) -> None:
    async with open_memory(f"sqlite:///{tmp_path}/memory.db", clock=clock):
        engine = sa.create_engine(f"sqlite:///{tmp_path}/memory.db")
        with engine.connect() as connection:
            assert differences(connection) == []
        engine.dispose()


async def test_migrations_and_tables_agree_on_postgresql(empty_postgres_url: str, clock: HandClock) -> None:
    async with open_memory(empty_postgres_url, clock=clock):
        engine = create_async_engine(empty_postgres_url)
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []
        await engine.dispose()


async def test_indexes_have_the_same_conditions_in_migrations_and_tables(tmp_path: Path, clock: HandClock) -> None:
    made = tmp_path / "made.db"
    engine = sa.create_engine(f"sqlite:///{made}")
    metadata.create_all(engine)
    engine.dispose()
    async with open_memory(f"sqlite:///{tmp_path}/memory.db", clock=clock):
        assert indexes(tmp_path / "memory.db") == indexes(made)


def indexes(path: Path) -> set[str]:
    """The statements that made a file's indexes."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        return {" ".join(sql.split()) for (sql,) in rows}


async def test_the_faq_of_an_older_database_is_kept_when_its_schema_is_brought_up(
    tmp_path: Path, clock: HandClock
) -> None:
    path = tmp_path / "memory.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
        content, time = "'How?', 'Poles first.', 'tents', '[]', '[]'", "'2029-01-01 00:00:00.000000'"
        connection.exec_driver_sql(f"INSERT INTO faq_entries VALUES ('pitch', {content}, 1, 1, 0, {time})")
        connection.exec_driver_sql(f"INSERT INTO faq_versions VALUES ('pitch', 1, {content}, 0, {time})")
    engine.dispose()
    async with open_memory(f"sqlite:///{path}", clock=clock) as memory:
        (record,) = await memory.faq.all()
        (version,) = await memory.faq.versions("pitch")
    assert record == FaqRecord("pitch", "How?", (), "Poles first.", department="tents")
    assert (version.record, version.by) == (record, None)


async def test_a_fact_of_an_older_database_is_sure(tmp_path: Path, clock: HandClock) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/memory.db")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0002")
        time = "2029-01-01 00:00:00.000000"
        ana = f"INSERT INTO customers (customer_id, created_at, last_number) VALUES ('ana', '{time}', 1)"
        size = (
            f"INSERT INTO facts (customer_id, id, key, value, number, at) VALUES ('ana', 1, 'size', 'M', 1, '{time}')"
        )
        for statement in (ana, size):
            connection.exec_driver_sql(statement)
    engine.dispose()
    async with open_memory(f"sqlite:///{tmp_path}/memory.db", clock=clock) as memory:
        (fact,) = await memory.facts.history(CustomerId("ana"))
    assert (fact.key, fact.value, fact.confidence, fact.said) == ("size", "M", 1.0, None)


async def test_processes_that_start_at_once_migrate_once(empty_postgres_url: str, clock: HandClock) -> None:
    async def start() -> None:
        async with open_memory(empty_postgres_url, clock=clock) as memory:
            assert await memory.faq.all() == []

    await asyncio.gather(*(start() for _ in range(4)))


async def test_a_newer_schema_is_refused_on_sqlite(tmp_path: Path, clock: HandClock) -> None:
    url = f"sqlite:///{tmp_path}/memory.db"
    async with open_memory(url, clock=clock):
        pass
    with closing(sqlite3.connect(tmp_path / "memory.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(SchemaTooNew, match="newer Threadkeeper"):
        async with open_memory(url, clock=clock):
            pass


async def test_a_newer_schema_is_refused_on_postgresql(
    postgres: PostgresServer, empty_postgres_url: str, clock: HandClock
) -> None:
    async with open_memory(empty_postgres_url, clock=clock):
        pass
    postgres.run(empty_postgres_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew):
        async with open_memory(empty_postgres_url, clock=clock):
            pass


async def test_memory_survives_a_restart_and_takes_up_aiosqlites_urls(tmp_path: Path, clock: HandClock) -> None:
    async with open_memory(f"sqlite+aiosqlite:///{tmp_path}/new/memory.db", clock=clock) as memory:
        ana = await Talk(memory, clock).say("before", ("web", "v"), identity=ANA)
    async with open_memory(f"sqlite:///{tmp_path}/new/memory.db", clock=clock) as memory:
        talk = Talk(memory, clock)
        assert await talk.texts(ana) == ["before", "ok"]
        assert await talk.say("after", ("web", "w"), identity=ANA) == ana


async def test_databases_that_forget_or_are_unknown_are_refused(clock: HandClock) -> None:
    for url in ("sqlite://", "sqlite:///:memory:", "mysql://localhost/x"):
        with pytest.raises(ValueError, match="Memory"):
            async with open_memory(url, clock=clock):
                pass


KILLED_WHILE_BUSY = """
    import asyncio, os, sys
    from datetime import datetime, timezone
    from tests.remembering import open_memory

    async def main() -> None:
        async with open_memory(sys.argv[1], clock=lambda: datetime(2040, 1, 1, tzinfo=timezone.utc)) as memory:
            sending = await memory.outbox.claim(["telegram"], 1)
            async with memory.turns.claim() as turn:
                assert turn is not None
                os._exit(90 + len(sending))

    asyncio.run(main())
"""


def killed(url: str) -> int:
    """Let another process die in the middle of a turn; returns how many deliveries it had in hand."""
    program = [sys.executable, "-c", textwrap.dedent(KILLED_WHILE_BUSY), url]
    died = subprocess.run(program, check=False, capture_output=True, text=True)
    assert died.returncode >= 90, died.stderr
    return died.returncode - 90


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database on disk."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/memory.db"
    return str(request.getfixturevalue("postgres_url"))


@asynccontextmanager
async def two_processes(url: str, clock: HandClock) -> AsyncIterator[tuple[SqlMemory, SqlMemory]]:
    """Two memories over one database, as two processes have them."""
    async with open_memory(url, clock=clock) as one, open_memory(url, clock=clock) as two:
        yield one, two


async def test_a_turn_that_killed_its_process_is_tried_again_and_counted(url: str, clock: HandClock) -> None:
    async with open_memory(url, clock=clock) as memory:
        accepted = await Talk(memory, clock).hear("poison")
    assert killed(url) == 0
    async with open_memory(url, clock=clock) as memory, memory.turns.claim() as turn:
        assert turn is not None
        assert (turn.inbox_id, turn.attempt, turn.inbound.text) == (accepted.inbox_id, 2, "poison")


async def test_what_was_in_hand_at_two_deaths_waits_until_the_process_lives(url: str, clock: HandClock) -> None:
    async with open_memory(url, clock=clock) as memory:
        accepted = await Talk(memory, clock).hear("poison")
    assert killed(url) == 0
    assert killed(url) == 0
    async with open_memory(url, clock=clock) as memory:
        other = await Talk(memory, clock).hear("hello", ("telegram", "7"))
        async with memory.turns.claim() as first:
            assert first is not None
            assert first.inbox_id == other.inbox_id
            await first.commit(Outcome())
        async with memory.turns.claim() as none:
            assert none is None
        clock.advance(seconds=4)
        async with memory.turns.claim() as turn:
            assert turn is not None
            assert (turn.inbox_id, turn.attempt) == (accepted.inbox_id, 3)


async def test_what_a_killed_process_was_sending_is_sent_again(url: str, clock: HandClock) -> None:
    async with open_memory(url, clock=clock) as memory:
        talk = Talk(memory, clock)
        customer_id = await talk.say()
        await talk.hear()
    assert killed(url) == 1
    async with open_memory(url, clock=clock) as memory:
        assert await memory.outbox.claim(["telegram"], 1) == []
        assert await memory.outbox.recover() == 1
        (again,) = await memory.outbox.claim(["telegram"], 1)
        assert (again.message.text, again.attempt) == ("ok", 2)
        await memory.outbox.settle(again.id, DeliveryState.SENT)
        assert (await Talk(memory, clock).said(customer_id))[1].delivery is DeliveryState.SENT


async def test_what_a_living_process_is_sending_is_left_to_it(postgres_url: str, clock: HandClock) -> None:
    async with two_processes(postgres_url, clock) as (one, two):
        await Talk(one, clock).say()
        (row,) = await one.outbox.claim(["telegram"], 1)
        assert await two.outbox.recover() == 0
        assert await two.outbox.claim(["telegram"], 1) == []
        await one.outbox.settle(row.id, DeliveryState.SENT)


async def test_what_a_process_that_never_comes_back_was_sending_is_taken_over_at_the_second_look(
    postgres_url: str, clock: HandClock
) -> None:
    async with two_processes(postgres_url, clock) as (one, two):
        await Talk(one, clock).say(at=("telegram", "1"))
        await Talk(two, clock).say(at=("telegram", "2"))
        (row,) = await one.outbox.claim(["telegram"], 1)
        (own,) = await two.outbox.claim(["telegram"], 1)
        assert [await two.outbox.adopt() for _ in range(3)] == [0, 0, 0]

        await one.close()

        assert [await two.outbox.adopt() for _ in range(3)] == [0, 1, 0]
        (again,) = await two.outbox.claim(["telegram"], 5)
        assert (again.id, again.attempt) == (row.id, 2)
        assert own.id != row.id


async def test_a_chat_to_which_a_process_has_just_sent_rests_for_a_second_from_the_others_only(
    postgres_url: str, clock: HandClock
) -> None:
    async with two_processes(postgres_url, clock) as (one, two):
        talk = Talk(one, clock)
        await talk.say(at=("telegram", "1"))
        (first,) = await one.outbox.claim(["telegram"], 5)
        await one.outbox.settle(first.id, DeliveryState.SENT)
        await talk.say(at=("telegram", "1"))
        await talk.say(at=("telegram", "2"))
        assert [each.address.id for each in await two.outbox.claim(["telegram"], 5)] == ["2"]
        (second,) = await one.outbox.claim(["telegram"], 5)
        await one.outbox.settle(second.id, DeliveryState.SENT)
        await talk.say(at=("telegram", "1"))
        clock.advance(seconds=1)
        (third,) = await two.outbox.claim(["telegram"], 5)
        assert first.id < second.id < third.id


async def test_a_commit_in_one_process_rings_in_the_other(postgres_url: str, clock: HandClock) -> None:
    async with two_processes(postgres_url, clock) as (one, two):
        with two.doorbell.listen("inbox") as ring:
            await Talk(one, clock).hear()
            assert await ring.wait(10)


async def test_a_lost_line_is_taken_up_again_and_rings_for_what_was_missed(
    postgres: PostgresServer, postgres_url: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("memory.sql.postgres.RECONNECT_AFTER", 0)
    async with open_memory(postgres_url, clock=clock) as memory:
        with memory.doorbell.listen("inbox") as ring:
            others = "query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
            ended = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {others}"
            assert "     1" in postgres.run(postgres_url, ended)
            assert await ring.wait(20)
            await Talk(memory, clock).hear()
            assert await ring.wait(20)


async def test_two_processes_share_the_turns(postgres_url: str, clock: HandClock) -> None:
    async with two_processes(postgres_url, clock) as (one, two):
        talk = Talk(one, clock)
        await talk.hear("a", ("telegram", "1"))
        await talk.hear("b", ("telegram", "1"))
        await talk.hear("c", ("telegram", "2"))
        async with one.turns.claim() as first, two.turns.claim() as second, two.turns.claim() as third:
            assert first is not None
            assert second is not None
            assert (first.inbound.text, second.inbound.text, third) == ("a", "c", None)
            await first.commit(Outcome(replies=[Reply("re a")]))
            await second.commit(Outcome(replies=[Reply("re c")]))
        async with two.turns.claim() as turn:
            assert turn is not None
            assert turn.inbound.text == "b"


async def test_a_one_time_code_is_nowhere_in_the_database(tmp_path: Path, clock: HandClock) -> None:
    async with open_memory(f"sqlite:///{tmp_path}/memory.db", clock=clock) as memory:
        talk = Talk(memory, clock)
        ana = await talk.say(at=("web", "v"), identity=ANA)
        code = await memory.identities.issue_code(ana, clock.now.replace(year=2031))
        assert (await talk.thread_at(link_code=code)).link is LinkResult.LINKED
    stored = (tmp_path / "memory.db").read_bytes()
    assert b"ana@example.com" in stored
    assert code.encode() not in stored


async def test_a_merge_keeps_where_everything_came_from(tmp_path: Path, clock: HandClock) -> None:
    async with open_memory(f"sqlite:///{tmp_path}/memory.db", clock=clock) as memory:
        talk = Talk(memory, clock)
        ana = await talk.say("first", ("web", "w"), identity=ANA)
        visitor = await talk.say("second", ("web", "v"))
        await talk.say("third", ("web", "v"), identity=ANA)
    with closing(sqlite3.connect(tmp_path / "memory.db")) as connection:
        moved = connection.execute("SELECT number, original_customer_id FROM messages ORDER BY number")
        assert moved.fetchall()[:4] == [(1, None), (2, None), (3, visitor), (4, visitor)]
        (merge,) = connection.execute("SELECT customer_id, from_customer_id, proof, channel, address_id FROM merges")
        assert merge == (ana, visitor, "signed_token", "web", "v")


def test_every_table_kept_by_customer_says_how_it_moves_when_customers_are_linked() -> None:
    described = {moving.table.name for moving in MOVING} | {table.name for table in OUTSIDE}
    kept = {table.name for table in metadata.tables.values() if "customer_id" in table.c}
    assert kept == described, "tell in memory/sql/moving.py how the table moves, in one line of MOVING"


@pytest.mark.parametrize("moving", MOVING, ids=lambda moving: moving.table.name)
def test_a_table_that_moves_knows_the_side_of_its_rows_and_its_message_numbers(moving: Moving) -> None:
    table = moving.table
    assert "original_customer_id" in table.c, "use _original(), so that unlinking knows whose each row is"
    numbers = {column.name for column in table.c if column.name.endswith("number")}
    assert numbers == set(moving.numbers), "columns of message numbers shift with the messages"


async def test_merges_of_the_first_schema_keep_their_grounds_and_can_be_undone(
    tmp_path: Path, clock: HandClock
) -> None:
    path = tmp_path / "memory.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0002")
        for statement in MERGED_BEFORE:
            connection.exec_driver_sql(statement)
    engine.dispose()
    async with open_memory(f"sqlite:///{path}", clock=clock) as memory:
        (link,) = await memory.links.of(CustomerId("ana"))
        assert (link.proof, link.why, link.absorbed) == (Proof.SIGNED_TOKEN, "signed in", "visitor")
        found = await memory.identities.identified_by_email("Ana@Example.com")
        assert found is not None
        await memory.links.undo(link.id, why="not hers", by="operator")
        talk = Talk(memory, clock)
        assert (await talk.texts(found.id), await talk.texts(link.absorbed)) == (["hers"], ["before"])


_AT = "'2029-01-01 00:00:00.000000'"
MERGED_BEFORE = (
    f"INSERT INTO customers VALUES ('ana', 'ana-7', 'Ana', 'ana@example.com', {_AT}, 2, NULL, NULL, NULL, NULL)",
    f"INSERT INTO customers VALUES ('visitor', NULL, NULL, NULL, {_AT}, 0, NULL, NULL, NULL, 'ana')",
    "INSERT INTO messages (customer_id, number, author, channel, text, at, original_customer_id, original_number)"
    f" VALUES ('ana', 1, 'customer', 'web', 'hers', {_AT}, NULL, NULL),"
    f" ('ana', 2, 'customer', 'web', 'before', {_AT}, 'visitor', 1)",
    f"INSERT INTO merges VALUES ('ana', 'visitor', 'signed in', {_AT}, 2, NULL)",
)


async def test_every_move_of_a_handoff_is_audited(tmp_path: Path, clock: HandClock) -> None:
    async with open_memory(f"sqlite:///{tmp_path}/memory.db", clock=clock) as memory:
        talk = Talk(memory, clock)
        handoff, mara = await talk.taken()
        await memory.handoffs.reply(handoff.id, mara, "hello")
        await memory.handoffs.move(handoff.id, HandoffState.RESOLVED, mara, "refunded")
    with closing(sqlite3.connect(tmp_path / "memory.db")) as connection:
        moves = connection.execute("SELECT from_state, to_state, by, why FROM handoff_moves ORDER BY id").fetchall()
    assert moves == [
        (None, "requested", "bot", "asked_for_person"),
        ("requested", "queued", "bot", None),
        ("queued", "accepted", "mara", None),
        ("accepted", "active", "mara", None),
        ("active", "resolved", "mara", "refunded"),
    ]


NO_TABLE = {"SCAN CONSTANT ROW", "SCAN (subquery-1)"}
OF_WHAT_WAITS = {"ix_inbox_waiting", "ix_outbox_due", "ix_outbox_held", "ix_outbox_sending"}
"""Indexes that hold only what still waits, so that running through them is short."""


WHOLE_THREAD = re.compile(r"SEARCH (messages|outbox) .*\(customer_id=\?\)$")
"""How a plan shows that it goes through all of a customer's messages; only merging may."""


async def test_no_statement_of_a_turn_or_the_desk_scans_a_table(tmp_path: Path, clock: HandClock) -> None:
    statements: set[tuple[str, int]] = set()

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def _note(_c: Any, _cur: Any, statement: str, parameters: Any, _ctx: Any, many: bool) -> None:
        if statement.split(maxsplit=1)[0] in {"SELECT", "UPDATE", "DELETE"}:
            statements.add((statement, len(parameters[0] if many else parameters)))

    try:
        async with open_memory(f"sqlite:///{tmp_path}/memory.db", clock=clock) as memory:
            statements.clear()
            talk = Talk(memory, clock)
            handoff, mara = await talk.taken()
            await talk.say(at=("rest", "r"), identity=ANA)
            await talk.say(at=("web", "v"))
            ana = await talk.say(at=("web", "v"), identity=ANA)
            await talk.hear(at=("rest", "r"), identity=ANA)
            case = OpenCase("return_item", "A return", "k")
            ended = [CloseCase(case.topic, state, case.key) for state in (CaseState.SOLVED_ASSUMED, CaseState.SOLVED)]
            await talk.answer(
                records=[case, *ended, case, OpenCase("t", "Another"), CloseCase("t", CaseState.ABANDONED)]
            )
            await memory.transcript.holding(ana, ["tent", "boot"], 10)
            await talk.hear(at=("web", "v"), identity=ANA)
            await talk.answer(records=[LearnFact("size", "M"), EndFact("size")])
            await memory.facts.history(handoff.customer_id)
            await memory.handoffs.reply(handoff.id, mara, "hello")
            await memory.handoffs.view(handoff.id)
            await memory.handoffs.queue(list(type(handoff.state)))
            await talk.wish(Wish.QUIET_HOURS, "00:00-23:59", at=("telegram", "7"))
            told = await talk.say(at=("telegram", "7"))
            await memory.notices.post(told, Topic.ORDERS, "Your order is on its way.", "n1")
            for row in await memory.outbox.claim(["telegram"], 5):
                await memory.outbox.settle(row.id, DeliveryState.SENT)
            await memory.outbox.recover()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", _note)
    with closing(sqlite3.connect(tmp_path / "memory.db")) as connection:
        for statement, count in sorted(statements):
            plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", [None] * count).fetchall()
            scans = {step for *_, step in plan if step.startswith("SCAN")} - NO_TABLE
            assert {step.split()[-1] for step in scans} <= OF_WHAT_WAITS, f"{scans} in {statement}"
            whole_threads = {step for *_, step in plan if WHOLE_THREAD.search(step)}
            assert not whole_threads or " SET customer_id=" in statement, f"{whole_threads} in {statement}"
