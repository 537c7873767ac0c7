"""What the load of visitors is judged by, and the page that tells it. Used by `benchmarks.visitors`."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.report import machine

MOST_P99_MS: Final = 1_000.0
MOST_GROWTH: Final = 0.05
"""By how much of itself the memory may have grown from the second fifth of the time to the last."""
MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How many visitors, how many messages a second of all of them, for how many seconds; by how many workers they
    are answered beside a gateway, or 0 for one server that does everything.
    """

    visitors: int
    rate: float
    seconds: float
    workers: int = 0

    @property
    def messages(self) -> int:
        """How many there are altogether."""
        return round(self.rate * self.seconds)

    @property
    def set_up(self) -> str:
        """In words: over which database, in which processes."""
        return f"PostgreSQL, a gateway and {self.workers} workers" if self.workers else "SQLite, one server"


@dataclass(slots=True)
class Tally:
    """What was measured; times in milliseconds, each from when its message was due."""

    received: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    """MB, taken at equal distances from the first message to the last."""
    opened: float = 0.0
    """Seconds until all who came at once had the chat open."""
    took: float = 0.0
    """Seconds from the first message until the last was answered."""
    cpu: float = 0.0
    """Seconds of processor time of the server's own processes meanwhile."""
    cpu_here: float = 0.0
    """The same of the visitors."""
    reconnects: int = 0
    lost: int = 0
    """Messages that never came back in their visitor's stream, or were never answered."""
    doubled: int = 0
    disordered: int = 0

    @property
    def rate(self) -> float:
        """Messages answered a second."""
        return len(self.answered) / self.took if self.took else 0.0

    def at(self, percent: int) -> float:
        """Milliseconds within which so many percent were answered."""
        return _part(self.answered, percent)


Run = tuple[Plan, Tally]


def growth(memory: Sequence[float]) -> float:
    """By how much of itself it grew from the second fifth of the time, when all is warm, to the last."""
    fifth = max(1, len(memory) // 5)
    warm, late = statistics.median(memory[fifth : 2 * fifth] or memory), statistics.median(memory[-fifth:])
    return late / warm - 1


def by_minute(memory: Sequence[float], seconds: float) -> Sequence[float]:
    """The memory at the beginning, after each full minute, and at the end, MB."""
    between = seconds / max(1, len(memory) - 1)
    minutes = range(int(seconds // MINUTE) + 1)
    places = [min(len(memory) - 1, round(minute * MINUTE / between)) for minute in minutes]
    return [memory[place] for place in dict.fromkeys([*places, len(memory) - 1])]


def missed(tally: Tally) -> list[str]:
    """Which bars were not met."""
    counts = {"lost": tally.lost, "doubled": tally.doubled, "out of order": tally.disordered}
    return [
        *(f"{count:,} messages were {what}" for what, count in counts.items() if count),
        *([f"p99 is {tally.at(99):,.0f} ms"] if tally.at(99) >= MOST_P99_MS else []),
        *([f"memory grew by {growth(tally.memory):.1%}"] if growth(tally.memory) > MOST_GROWTH else []),
    ]


def _part(times: Sequence[float], percent: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else float("inf")


def report(runs: Sequence[Run]) -> str:
    """The page."""
    there, plan = machine(), runs[0][0]
    told = "\n".join(_section(plan, tally) for plan, tally in runs)
    return f"""# Visitors of a website

{plan.visitors:,} visitors with the chat open, {plan.rate:g} messages a second for {plan.seconds:g} seconds.
Written by `uv run python -m benchmarks.visitors`; run it yourself, the figures depend on the machine.

Measured on {there["measured_on"]}: {there["processor"]}, {there["cores"]} cores for the server, its database and the
visitors together.

{told}
## How it is measured

All visitors open the chat at once, before the first message. Messages are due at a steady rate from then on and are
sent then, whether or not the server keeps up: who is late counts as late.
Each is a question of the FAQ that its visitor has not asked yet. Answers come by Server-Sent Events, as the widget has
them; in the end each visitor's stream is held against what they sent. Processor time is that of the server's own
processes, without PostgreSQL's.
"""


def _section(plan: Plan, tally: Tally) -> str:
    rows = "\n".join(
        f"| {what} | {' | '.join(f'{_part(times, part):,.0f}' for part in (50, 95, 99, 100))} |"
        for what, times in (("received", tally.received), ("answered in its stream", tally.answered))
    )
    memory = " / ".join(f"{each:,.0f}" for each in by_minute(tally.memory, plan.seconds))
    server, visitors = (1000 * used / max(1, len(tally.answered)) for used in (tally.cpu, tally.cpu_here))
    not_met = "\n".join(f"- {bar}" for bar in missed(tally)) or (
        "Nothing was lost, doubled or out of order, p99 stayed under a second and the memory flat."
    )
    return f"""## {plan.set_up}

| milliseconds from when a message was due until it was | p50 | p95 | p99 | most |
|---|---:|---:|---:|---:|
{rows}

| | |
|---|---:|
| seconds until all, who come at once, have the chat open | {tally.opened:.1f} |
| messages sent / answered | {len(tally.received):,} / {len(tally.answered):,} |
| answered a second | {tally.rate:.1f} |
| lost / doubled / out of order | {tally.lost:,} / {tally.doubled:,} / {tally.disordered:,} |
| lines that ended and were taken up again | {tally.reconnects:,} |
| processor time a message: server / visitors | {server:.1f} / {visitors:.1f} ms |
| server's memory at the beginning / after each minute / at the end | {memory} MB |
| growth from the second fifth of the time to the last | {growth(tally.memory):.1%} |

{not_met}
"""
