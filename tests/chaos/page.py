"""The page of a long run: docs/delivery.md. Written by `python -m tests.chaos`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.report import machine
from tests.chaos.plan import Plan
from tests.chaos.run import Result

TEMPLATE = Path(__file__).with_name("page.md")
Cell = Callable[[Result], object]
ROWS: Sequence[tuple[str, Cell]] = (
    ("messages sent", lambda r: f"{r.verdict.sent:,}"),
    ("… delivered once more on purpose", lambda r: f"{r.tally.redelivered:,}"),
    ("… sent again by HTTP clients that had no answer", lambda r: f"{r.tally.sent_again:,}"),
    ("processes killed with SIGKILL", lambda r: r.tally.kills.total()),
    ("**messages lost**", lambda r: f"**{r.verdict.lost}**"),
    ("**messages handled twice**", lambda r: f"**{r.verdict.handled_twice}**"),
    ("**messages out of order**", lambda r: f"**{r.verdict.out_of_order}**"),
    ("replies pushed to Telegram", lambda r: f"{r.verdict.states.total():,}"),
    (
        "… that Telegram was asked for and did not answer: `unknown`, not repeated",
        lambda r: r.verdict.states["unknown"],
    ),
    ("… neither `sent` nor `unknown` in the end", lambda r: r.verdict.states.total() - _ended(r)),
    (
        "… read twice, their process having been killed before it heard that they were sent",
        lambda r: r.verdict.doubled_by_kill,
    ),
    (
        "… read twice, Telegram having delivered them and answered that it broke (500, 502)",
        lambda r: r.verdict.doubled_in_doubt,
    ),
    ("**… read twice for any other reason**", lambda r: f"**{_unexplained(r)}**"),
    ("seconds", lambda r: f"{r.seconds:,.0f}"),
)


def page(plan: Plan, results: Mapping[str, Result]) -> str:
    """The whole page."""
    there, names = machine(), list(results)
    found = [f"- {name}: {fault}" for name in names for fault in results[name].verdict.faults[:20]]
    return TEMPLATE.read_text("utf-8").format(
        **there,
        messages=plan.messages,
        customers=plan.customers,
        seed=plan.seed,
        table=_table(("", *names), [(what, *(cell(results[name]) for name in names)) for what, cell in ROWS]),
        kills=_counted("killed", results, lambda r: r.tally.kills),
        troubles=_counted("at Telegram", results, lambda r: r.tally.troubles),
        faults="\n".join(found) or "No run found anything lost, doubled or out of order.",
    )


def _ended(result: Result) -> int:
    return result.verdict.states["sent"] + result.verdict.states["unknown"]


def _unexplained(result: Result) -> int:
    return sum("read 2 times" in fault or "read 3 times" in fault for fault in result.verdict.faults)


def _counted(what: str, results: Mapping[str, Result], of: Callable[[Result], Mapping[str, int]]) -> str:
    kinds = sorted({kind for result in results.values() for kind in of(result)})
    return _table(
        (what, *results), [(kind, *(of(result).get(kind, 0) for result in results.values())) for kind in kinds]
    )


def _table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
