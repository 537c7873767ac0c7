"""Runs Threadkeeper and stock Rasa in turns and writes docs/benchmarks.md: `uv run python -m benchmarks.compare`.

`--help` lists the stages; with all of them and three rounds it takes some fifteen minutes on two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from benchmarks import measure, report
from benchmarks.contenders import Contender, Running, StockRasa, Threadkeeper
from benchmarks.report import Comparison, Figures

ROOT: Final = Path(__file__).resolve().parents[1]
STAGES: Final = ("start", "latency", "throughput", "history")
WARM_UP: Final = 100
START_WITHIN: Final = 300.0
CUSTOMERS: Final = 8


def main() -> None:
    """Measure, print, write."""
    options = _options()
    both: list[Contender] = [Threadkeeper(), StockRasa(model_as_is=options.stock_model_as_is)]
    sides = [side for side in both if options.only in {None, side.name}]
    for side in sides:
        side.prepare()
    rounds: dict[str, list[Figures]] = {side.name: [] for side in sides}
    for number in range(1, options.rounds + 1):
        for side in sides:
            print(f"Round {number} of {options.rounds}: {side.name}", flush=True)
            rounds[side.name].append(_measured(side, options))
            print(f"  {_brief(rounds[side.name][-1])}", flush=True)
    _publish(rounds, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.compare", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each side is measured, in turns")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=STAGES, help="“start” is always measured")
    parser.add_argument("--messages", type=int, default=400, help="messages of the latency stage")
    parser.add_argument("--seconds", type=float, default=15, help="length of the throughput stage")
    parser.add_argument("--history", type=int, nargs="+", default=[10, 400, 2000], help="points of the history stage")
    parser.add_argument("--stock-history", type=int, default=400, help="stock Rasa goes no further: it takes long")
    parser.add_argument(
        "--stock-model-as-is", action="store_true", help="don’t train stock Rasa anew; the page says so"
    )
    parser.add_argument("--only", choices=[Threadkeeper.name, StockRasa.name], help="measure one side alone")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "benchmarks.md", help="where the page goes")
    parser.add_argument("--results", type=Path, default=ROOT / "results", help="folder for the figures as JSON")
    return parser.parse_args()


def _measured(side: Contender, options: argparse.Namespace) -> Figures:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, side.running(Path(folder)) as server:
        try:
            return asyncio.run(_stages(server, options, _sizes(side, options)))
        except Exception:
            print((Path(folder) / "server.log").read_text(errors="replace")[-4000:])
            raise


def _sizes(side: Contender, options: argparse.Namespace) -> Sequence[int]:
    limit = options.stock_history if side.name == StockRasa.name else max(options.history)
    return [size for size in options.history if size <= limit]


async def _stages(server: Running, options: argparse.Namespace, sizes: Sequence[int]) -> Figures:
    figures = Figures()
    figures.start_s = await measure.first_answer(
        server.url, begun=server.begun, within=START_WITHIN, is_up=server.is_up
    )
    if "latency" in options.stages:
        await measure.sequential(server.url, WARM_UP)
        figures.rss_mb, figures.action_server_rss_mb = server.rss_mb(), server.action_server_rss_mb()
        figures.sequential = await measure.sequential(server.url, options.messages)
    if "throughput" in options.stages:
        figures.per_second = await measure.throughput(server.url, customers=CUSTOMERS, seconds=options.seconds)
    if "history" in options.stages:
        figures.history = await measure.history(server.url, sizes)
    return figures


def _brief(figures: Figures) -> str:
    said = [f"start {figures.start_s:.1f} s"]
    if figures.sequential:
        said.append(f"p50 {figures.sequential.p50_ms:.1f} ms, p99 {figures.sequential.p99_ms:.1f} ms")
        said.append(f"{figures.sequential.answered:.0%} answered, {figures.rss_mb:.0f} MB")
    if figures.per_second:
        said.append(f"{figures.per_second:.0f} messages/s")
    said += [f"after {size}: {it.p50_ms:.1f} ms" for size, it in figures.history.items()]
    return "; ".join(said)


def _publish(rounds: dict[str, list[Figures]], options: argparse.Namespace) -> None:
    comparison = Comparison(ours=rounds.get(Threadkeeper.name, []), stock=rounds.get(StockRasa.name, []))
    on = report.machine()
    written = report.page(comparison, rounds=options.rounds, on=on, stock_model_as_is=options.stock_model_as_is)
    options.results.mkdir(parents=True, exist_ok=True)
    figures = {name: [asdict(one) for one in several] for name, several in rounds.items()}
    (options.results / "benchmarks.json").write_text(json.dumps({"machine": on, "rounds": figures}, indent=2) + "\n")
    print(written)
    if options.only is None:
        options.page.parent.mkdir(parents=True, exist_ok=True)
        options.page.write_text(written, "utf-8")


if __name__ == "__main__":
    main()
