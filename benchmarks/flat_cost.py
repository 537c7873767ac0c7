"""What a turn costs however long the history and however many the customers: `uv run python -m benchmarks.flat_cost`.

On SQLite and PostgreSQL, in turns in one run: a customer with 10, 1,000, 10,000 and 100,000 messages behind them, and
one with 10 among 100,000 others. Writes docs/flat-cost.md. On two cores it takes some five minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `bot serve` does, before numpy is imported

import sqlalchemy as sa

from actions.shop import current
from actions.shop.open import open_shop
from benchmarks.conversation import CONVERSATION
from benchmarks.past import Crowd, take_back, write_past
from benchmarks.report import machine
from benchmarks.rows import in_database
from benchmarks.served import own_postgres
from bot.bootstrap.given import utc_now
from bot.bootstrap.thinker import load_dialogue
from bot.bootstrap.ways import WAYS
from bot.calls import Calls
from bot.faq.seed import faq_records
from bot.hours import SupportHours
from bot.line import Line
from bot.meanwhile import Meanwhile
from bot.settings import PROJECT
from bot.training import train
from bot.turn import TurnHandler
from memory.fakes import FakeMemory
from memory.model import DialogueState, Inbound, LearnFact, OfferAnswer, OpenCase, Outcome, Proof, Reply
from memory.ports import ClaimedTurn
from memory.sql import SqlMemory, open_memory
from memory.sql.tables import metadata

Handle = Callable[[ClaimedTurn], Awaitable[object]]

HISTORIES: Final = (10, 1_000, 10_000, 100_000)
GROWTH: Final = 1.15
LARGEST_SNAPSHOT: Final = 32 * 1024
"""The bars: p50 of that with the shortest history, bytes."""
ALONE, WHOLE = "memory alone", "whole turn"
PAGE: Final = PROJECT / "docs" / "flat-cost.md"
ANSWERED: Final = Outcome(
    replies=(Reply("It is on its way."), Reply("It should arrive tomorrow.")),
    dialogue=DialogueState("x" * 16_000, task="order_status", goal="wants to know where order 1042 is"),
    records=(OpenCase("order", "Order 1042"), OfferAnswer("delivery", "Delivery", 0.9), LearnFact("size", "L")),
)
"""What every turn comes to where memory is measured alone."""


@dataclass(slots=True)
class Place:
    """A customer in a database, and how long their turns took there."""

    database: str
    others: int
    crowd: Crowd
    url: str
    memory: SqlMemory
    last: int
    took: dict[str, list[float]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    async def turn(self, text: str, handle: Handle) -> float:
        """Milliseconds from a message's arrival to the commit of its answer."""
        inbound = Inbound(self.crowd.address, f"measured-{next(self._numbers)}", text, proof=Proof.PLATFORM)
        begun = time.perf_counter()
        accepted = await self.memory.inbox.accept(inbound)
        async with self.memory.turns.claim() as turn:
            assert turn is not None
            await handle(turn)
        took = (time.perf_counter() - begun) * 1000
        assert accepted.customer_id == self.crowd.first
        return took

    async def take_back(self) -> None:
        """Let the customer have as many messages behind them as before."""
        await in_database(self.url, lambda connection: take_back(connection, self.crowd, self.last))


def main() -> None:
    """Measure, print, write."""
    options = _options()
    page = asyncio.run(_measured(options))
    print(page)
    options.page.write_text(page, "utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.flat_cost", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20, help="conversations of eight messages at each place")
    parser.add_argument("--histories", type=int, nargs="+", default=HISTORIES, help="messages behind the customer")
    parser.add_argument("--others", type=int, default=100_000, help="customers in the crowded database")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page goes")
    return parser.parse_args()


async def _measured(options: argparse.Namespace) -> str:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="flat-cost-")))
        new_database = stack.enter_context(own_postgres(folder / "postgres"))
        shop = await open_shop(folder / "shop.sqlite")
        stack.push_async_callback(shop.close)
        current.use(shop)
        places: list[Place] = []
        for crowds in _databases(options):
            sqlite = f"sqlite:///{folder}/{len(places)}.sqlite"
            places += await _places("SQLite", sqlite, crowds, stack)
            places += await _places("PostgreSQL", new_database(), crowds, stack)
        await _rounds(places, options.rounds, ALONE, _commit)
        for place in places:
            await in_database(place.url, _without_state)
        await _rounds(places, options.rounds, WHOLE, (await _handler()).handle)
        largest = max([await in_database(place.url, _largest_snapshot) for place in places])
        return _page(places, largest, options.rounds)


def _databases(options: argparse.Namespace) -> list[list[Crowd]]:
    """Who is in each database. The last of each but the single ones is the crowd around them."""
    alone = [Crowd(f"history-{messages}", 1, messages) for messages in options.histories]
    least = min(options.histories)
    return [alone, [Crowd("lonely", 1, least), Crowd("others", options.others, least)]]


async def _places(database: str, url: str, crowds: Sequence[Crowd], stack: AsyncExitStack) -> list[Place]:
    memory = await stack.enter_async_context(open_memory(url, clock=_clock, ways=WAYS))
    begun = time.perf_counter()
    last = await in_database(url, lambda connection: _write(connection, crowds))
    print(f"{database}: {last:,} rows in {time.perf_counter() - begun:.0f} s", flush=True)
    others = sum(crowd.customers for crowd in crowds if crowd.customers > 1)
    measured = [crowd for crowd in crowds if crowd.customers == 1]
    return [Place(database, others, crowd, url, memory, last) for crowd in measured]


async def _rounds(places: Sequence[Place], rounds: int, what: str, handle: Handle) -> None:
    """A conversation at each place in each round, message by message in turns, in an order that changes."""
    order = random.Random(7)
    for number in range(1, rounds + 1):
        print(f"{what}: round {number} of {rounds}", flush=True)
        for line in CONVERSATION:
            for place in order.sample(places, len(places)):
                place.took.setdefault(what, []).append(await place.turn(line.text, handle))
        for place in places:
            await place.take_back()


async def _commit(turn: ClaimedTurn) -> None:
    await turn.commit(ANSWERED)


async def _handler() -> TurnHandler:
    """The dialogue as `bot serve` has it, with the sample shop's FAQ; its model is trained if it is not there."""
    dialogue = load_dialogue(train(PROJECT / "models", on_step=lambda _: None))
    dialogue.use_faq(faq_records(PROJECT / "nlu_data" / "faq"))
    hours = SupportHours.parse("Mon-Fri 09:00-18:00", "Europe/London")
    memory = FakeMemory(clock=_clock, ways=WAYS)  # nobody here waits for a person
    line = Line(offers=memory.offers, hours=hours)
    return TurnHandler(
        dialogue=dialogue,
        hours=hours,
        silence=timedelta(minutes=30),
        abandon_after=timedelta(days=30),
        clock=_clock,
        calls=Calls(line=line, hours=hours),
        meanwhile=Meanwhile(notices=memory.notices, hours=hours),
    )


def _clock() -> datetime:
    """A time after all that `benchmarks.rows` makes."""
    return utc_now() + timedelta(days=3650)


def _write(connection: sa.Connection, crowds: Sequence[Crowd]) -> int:
    last = write_past(connection, crowds)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE")  # which it does by itself, a minute later
    return last


def _without_state(connection: sa.Connection) -> None:
    states = metadata.tables["dialogue_states"]
    connection.execute(sa.delete(states).where(states.c.customer_id.not_like("others-%")))


def _largest_snapshot(connection: sa.Connection) -> int:
    """Bytes; of those whom nobody measured it is not asked."""
    mine = "customer_id NOT LIKE 'others-%%'"
    return int(
        connection.exec_driver_sql(f"SELECT max(length(snapshot)) FROM dialogue_states WHERE {mine}").scalar_one()
    )


def _page(places: Sequence[Place], largest: int, rounds: int) -> str:
    databases = list(dict.fromkeys(place.database for place in places))
    kinds = list(dict.fromkeys((place.crowd.messages, place.others) for place in places))
    growth = max(_growth(place, what, places) for place in places for what in (ALONE, WHOLE))
    table = [
        ["messages behind the customer", "other customers", *(f"{d}, {w}" for d in databases for w in (ALONE, WHOLE))]
    ]
    table.append(["---:"] * len(table[0]))
    for messages, others in kinds:
        here = [place for place in places if (place.crowd.messages, place.others) == (messages, others)]
        cells = [_cell(place, what, places) for place in here for what in (ALONE, WHOLE)]
        table.append([f"{messages:,}", f"{others:,}", *cells])
    return _PAGE.format(
        **machine(),
        alone=ALONE,
        whole=WHOLE,
        turns=rounds * len(CONVERSATION),
        table="\n".join(f"| {' | '.join(row)} |" for row in table),
        growth=f"{growth:.2f}, {'kept' if growth <= GROWTH else '**missed**'}",
        largest=f"{largest:,} bytes, {'kept' if largest <= LARGEST_SNAPSHOT else '**missed**'}",
    )


def _cell(place: Place, what: str, places: Sequence[Place]) -> str:
    return f"{statistics.median(place.took[what]):.1f} ms ({_growth(place, what, places):.2f} ×)"


def _growth(place: Place, what: str, places: Sequence[Place]) -> float:
    """The median as a multiple of that with the shortest history, and nobody else, in the same kind of database."""
    least = min((one for one in places if one.database == place.database and not one.others), key=_messages)
    return statistics.median(place.took[what]) / statistics.median(least.took[what])


def _messages(place: Place) -> int:
    return place.crowd.messages


_PAGE: Final = """# Flat cost

What a turn costs however long the history of its customer and however many customers there are. Written by
`uv run python -m benchmarks.flat_cost`; run it yourself, the figures depend on the machine.

Measured on {measured_on}: {processor}, {cores} cores, {system}, Python {python}; medians of {turns} turns, in
brackets as multiples of the first line.

{table}

## Bars

- p50 at most 1.15 × that with the shortest history: at most {growth}
- a dialogue’s snapshot at most 32 KiB: at most {largest}

## How it is measured

- All places are in one run and take turns, message by message, in an order that changes, so that what else the machine
  does falls on all of them alike.
- A turn goes from the arrival of a message to the commit of its answer. “{alone}” accepts a message, claims it and
  commits two replies, a snapshot of 16 KB, a case, a tried answer and a fact. “{whole}” has the trained dialogue
  between, with the shop and the FAQ, over the conversation that the [benchmarks](benchmarks.md) use.
- After each conversation the customer is taken back to as many messages as before: a line of the table stays true.
- The past is written in bulk into every table that a customer has rows in: to ten messages five arrivals, five
  deliveries and two tried answers, and to fifty one row of anything else.
- PostgreSQL is the one of the tests with its default settings; every commit of both databases waits for the disk.
"""

if __name__ == "__main__":
    main()
