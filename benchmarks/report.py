"""Turns the rounds of a comparison into medians, ratios and the page `docs/benchmarks.md`.

Called by `benchmarks.compare`.
"""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from benchmarks.measure import Latency

P50_SHARE: Final = 1 / 3
GROWTH: Final = 1.2
THROUGHPUT_TIMES: Final = 3.0
GROWTH_FROM, GROWTH_TO = 10, 2000
"""The bars: our p50 of stock's, our p50 after 2,000 messages of that after 10, our throughput of stock's."""


@dataclass(slots=True)
class Figures:
    """What one side came to in one round; None and empty for stages that were left out."""

    start_s: float | None = None
    rss_mb: float | None = None
    action_server_rss_mb: float | None = None
    sequential: Latency | None = None
    per_second: float | None = None
    history: dict[int, Latency] = field(default_factory=dict)

    def one_message(self, figure: Callable[[Latency], float | None]) -> float | None:
        """A figure of the messages sent one after the other."""
        return figure(self.sequential) if self.sequential else None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a figure of both sides, medians over the rounds."""

    title: str
    unit: str
    ours: float | None
    stock: float | None
    more_is_better: bool = False

    @property
    def times(self) -> float | None:
        """How many times better ours is."""
        if not self.ours or not self.stock:
            return None
        return self.ours / self.stock if self.more_is_better else self.stock / self.ours


@dataclass(frozen=True, slots=True)
class Bar:
    """A promise with its figure, and whether it was kept (None: not measured in this run)."""

    promise: str
    figure: str
    kept: bool | None


class Comparison:
    """All rounds of both sides."""

    def __init__(self, *, ours: Sequence[Figures], stock: Sequence[Figures]) -> None:
        self._ours = ours
        self._stock = stock

    def rows(self) -> list[Row]:
        """The table's lines, in the order of a customer's interest."""
        kinds = dict.fromkeys(kind for side in self._ours if side.sequential for kind in side.sequential.by_kind)
        rows = [
            self._row("One message, p50", "ms", lambda it: it.one_message(_p50)),
            self._row("One message, p99", "ms", lambda it: it.one_message(lambda one: one.p99_ms)),
            *(self._kind_row(kind) for kind in kinds),
            self._row("Messages a second, 8 customers at once", "/s", lambda it: it.per_second, more_is_better=True),
            *(self._history_row(size) for size in sorted({size for it in self._ours for size in it.history})),
            self._row("Start to first answered message", "s", lambda it: it.start_s),
            self._row("Memory after 100 messages", "MB", lambda it: it.rss_mb),
            self._row("… of an action server beside it", "MB", lambda it: it.action_server_rss_mb or None),
            self._row("Messages answered", "%", lambda it: it.one_message(lambda one: one.answered * 100)),
        ]
        return [row for row in rows if row.ours is not None or row.stock is not None]

    def bars(self) -> list[Bar]:
        """What was promised, and what came of it."""
        one = self._row("", "", lambda it: it.one_message(_p50))
        many = self._row("", "", lambda it: it.per_second, more_is_better=True)
        early, late = self._history_row(GROWTH_FROM).ours, self._history_row(GROWTH_TO).ours
        share = one.ours / one.stock if one.ours and one.stock else None
        growth = late / early if late and early else None
        return [
            _bar("p50 of one message at most a third of stock Rasa’s", share, lambda it: it <= P50_SHARE),
            _bar("p50 after 2,000 messages at most 1.2 × that after 10", growth, lambda it: it <= GROWTH),
            _bar("at least 3 × stock Rasa’s throughput", many.times, lambda it: it >= THROUGHPUT_TIMES),
        ]

    def _kind_row(self, kind: str) -> Row:
        return self._row(f"… {kind}, p50", "ms", lambda it: it.one_message(lambda one: one.by_kind.get(kind)))

    def _history_row(self, size: int) -> Row:
        title = f"After {size:,} messages of one customer, p50"
        return self._row(title, "ms", lambda it: it.history[size].p50_ms if size in it.history else None)

    def _row(
        self, title: str, unit: str, figure: Callable[[Figures], float | None], *, more_is_better: bool = False
    ) -> Row:
        return Row(title, unit, _median(self._ours, figure), _median(self._stock, figure), more_is_better)


def _p50(messages: Latency) -> float:
    return messages.p50_ms


def _median(rounds: Sequence[Figures], figure: Callable[[Figures], float | None]) -> float | None:
    values = [value for value in map(figure, rounds) if value is not None]
    return statistics.median(values) if values else None


def _bar(promise: str, value: float | None, is_kept: Callable[[float], bool]) -> Bar:
    if value is None:
        return Bar(promise, "not measured", None)
    return Bar(promise, f"{value:.2f}", is_kept(value))


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "measured_on": f"{datetime.now(timezone.utc):%d %B %Y}",
    }


def page(comparison: Comparison, *, rounds: int, on: Mapping[str, str], stock_model_as_is: bool = False) -> str:
    """The Markdown page of a run."""
    return _PAGE.format(
        **on,
        rounds=rounds,
        data_note=_OLDER_DATA if stock_model_as_is else "",
        table="\n".join(_table(comparison.rows())),
        bars="\n".join(_bar_line(bar) for bar in comparison.bars()),
    )


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| | Threadkeeper | stock Rasa | times better |"
    yield "|---|---:|---:|---:|"
    for row in rows:
        times = "" if row.times is None or row.unit == "%" else f"{row.times:.1f} ×"
        yield f"| {row.title} | {_figure(row.ours, row.unit)} | {_figure(row.stock, row.unit)} | {times} |"


def _bar_line(bar: Bar) -> str:
    verdict = {True: "kept", False: "**missed**", None: "open"}[bar.kept]
    return f"- {bar.promise}: {bar.figure}, {verdict}"


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    digits = 1 if value < 100 and unit != "%" else 0
    return f"{value:,.{digits}f} {unit}"


_OLDER_DATA: Final = " In this run its model may be of a slightly earlier state of them."
_PAGE: Final = """# Benchmarks

Threadkeeper beside stock Rasa 3.6.21, trained on the same data, on the same machine, in one run. Written by
`uv run python -m benchmarks.compare`; run it yourself, the figures depend on the machine.

Measured on {measured_on}: {processor}, {cores} cores, {system}, Python {python}; medians of {rounds} rounds in turns.

{table}

## Bars

{bars}

## What is compared

- **Threadkeeper**: `bot serve`, one server with its defaults. Every message is stored before it is acknowledged, and
  the turn (transcript, dialogue state, records, outbox) is one transaction in a SQLite file.
- **Stock Rasa**: `rasa run` in its own environment with its own pins, the configuration that `rasa init` gives
  (DIET, ResponseSelector, TED, RulePolicy), REST channel, SQL tracker store in a SQLite file.
- **The same training data**: our NLU examples, rules, stories and domain. FAQ entries become retrieval intents, stock
  Rasa’s own way to answer FAQ. Order numbers and e-mails are marked in the examples, because its pipeline learns
  entities from marks where ours finds them by rules.{data_note}
- **The same custom actions**: stock Rasa calls this very `actions/` package through Rasa’s own action server, its
  documented way. Its start-up time and memory are not counted against stock Rasa. Small talk and FAQ are listed
  apart, so that the cost of that hop can be told from the rest.

## How it is measured

- The client is the same for both: HTTP with keep-alive on the same machine, one message after the other, each
  conversation (8 messages: small talk, two FAQ questions, an order task) by a new customer.
- 100 messages warm up; memory is read then (resident, with children). p99 is the nearest rank.
- “Messages a second” has 8 customers at once, each waiting for their answer before they go on.
- “After N messages” sends N messages of one customer and takes the median of the next 32.
- The time to start is from process start to the first answered message, the model being trained.
- Training and installing are not measured. The two sides never run at the same time.
"""
