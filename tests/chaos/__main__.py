"""The long form: `uv run python -m tests.chaos`. Writes docs/delivery.md; ends with 1 for any fault."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bot.settings import PROJECT
from tests.chaos.books import Books, PostgresBooks, SqliteBooks
from tests.chaos.page import page
from tests.chaos.plan import LONG, Plan
from tests.chaos.run import ALONE, SHARED, Result, run
from tests.postgres import postgres_server

PAGE = PROJECT / "docs" / "delivery.md"
SQLITE, POSTGRES, REAL = "SQLite, one process", "PostgreSQL, two gateways, two workers", "SQLite, with the real model"
ROLES: Mapping[str, tuple[str, ...]] = {SQLITE: ALONE, POSTGRES: SHARED, REAL: ALONE}
SHORT_NAMES: Mapping[str, str] = {"sqlite": SQLITE, "postgres": POSTGRES, "model": REAL}
WITH_MODEL = 20
"""With the real model a life begins ten times as slowly: so many times fewer messages and kills are made."""


def main() -> int:
    """Run all three, say what was found, and write the page."""
    parser = argparse.ArgumentParser(prog="tests.chaos", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=LONG.messages)
    parser.add_argument("--customers", type=int, default=LONG.customers)
    parser.add_argument("--kills", type=int, default=LONG.kills)
    parser.add_argument("--seed", type=int, default=LONG.seed)
    parser.add_argument("--only", choices=list(SHORT_NAMES), help="one of the three, told in the terminal")
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    plan = replace(LONG, seed=given.seed, messages=given.messages, customers=given.customers, kills=given.kills)
    results = {name: _run(name, plan) for name in ([SHORT_NAMES[given.only]] if given.only else ROLES)}
    if given.only:
        print(page(plan, results))
    else:
        given.page.write_text(page(plan, results), "utf-8")
    return 1 if any(result.verdict.faults for result in results.values()) else 0


def _run(name: str, plan: Plan) -> Result:
    if name == REAL:
        plan = replace(
            plan,
            messages=plan.messages // WITH_MODEL,
            customers=max(10, plan.customers // WITH_MODEL),
            kills=max(1, plan.kills // WITH_MODEL),
            dialogue="real",
        )
    folder = Path(tempfile.mkdtemp(prefix="threadkeeper-chaos-"))
    with _books(name, folder) as books:
        result = asyncio.run(run(plan=plan, books=books, roles=ROLES[name], folder=folder))
    print(f"{name}: {result.seconds:.0f} s, seed {plan.seed}, {len(result.verdict.faults)} faults; logs in {folder}")
    print("\n".join(result.verdict.faults), result.verdict, result.tally.kills, result.tally.troubles, flush=True)
    return result


@contextmanager
def _books(name: str, folder: Path) -> Iterator[Books]:
    if name != POSTGRES:
        yield SqliteBooks(folder / "memory.sqlite")
        return
    with postgres_server() as server, server.database() as url:
        yield PostgresBooks(url)


if __name__ == "__main__":
    sys.exit(main())
