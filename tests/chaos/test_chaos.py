"""The short form of the chaos run; the long one: `python -m tests.chaos`. A failure names the seed and the customer."""

from __future__ import annotations

from pathlib import Path

from tests.chaos.books import Books, PostgresBooks, SqliteBooks
from tests.chaos.page import page
from tests.chaos.plan import SHORT
from tests.chaos.run import ALONE, SHARED, run
from tests.postgres import PostgresServer


async def test_nothing_is_lost_or_doubled_by_one_process_over_sqlite(tmp_path: Path) -> None:
    await holds(SqliteBooks(tmp_path / "memory.sqlite"), ALONE, tmp_path)


async def test_nothing_is_lost_or_doubled_by_two_gateways_and_two_workers_over_postgres(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    with postgres.database() as url:
        await holds(PostgresBooks(url), SHARED, tmp_path)


async def holds(books: Books, roles: tuple[str, ...], folder: Path) -> None:
    result = await run(plan=SHORT, books=books, roles=roles, folder=folder)
    faults = "\n".join(result.verdict.faults[:20])
    assert not result.verdict.faults, f"with seed {SHORT.seed}:\n{faults}"
    assert result.verdict.handled == result.verdict.sent == SHORT.messages
    assert result.tally.kills.total() >= SHORT.kills
    assert result.tally.redelivered
    assert result.tally.troubles
    assert f"| messages sent | {SHORT.messages} |" in page(SHORT, {"here": result})
