"""`bot evaluate`: measures with a progress bar, prints the figures and writes the report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.evaluation.dialogues import CannotPlay
from bot.evaluation.entities import BadEntityFile
from bot.evaluation.figures import figures, plots, read_bounds, sections
from bot.evaluation.report import Figure, page, save_plot
from bot.evaluation.run import STEPS, Measured, Sources, measure
from bot.evaluation.sets import BadSet
from bot.faq.fields import FaqFileError
from bot.nlu.quiet import silence
from bot.person_topics import BadTopics
from bot.settings import PROJECT
from bot.training import trained_model

_DIALOGUES = PROJECT / "tests" / "conversation"


class CannotEvaluate(Exception):
    """The evaluation could not be done. What follows says why."""


def evaluate_with_progress(model: Path, *, sets: Path, report: Path, dialogues: bool, console: Console) -> bool:
    """Whether every bound was kept. Raises CannotEvaluate."""
    if not sets.is_dir():
        raise CannotEvaluate(f"There is no folder {sets} with held-out sets.")
    sources = Sources(
        model=trained_model(model),
        config=PROJECT / "config.yml",
        training=PROJECT / "nlu_data",
        sets=sets,
        topics=PROJECT / "person_topics.yml",
        dialogues=_DIALOGUES if dialogues and _DIALOGUES.is_dir() else None,
    )
    try:
        bounds = read_bounds(sets / "bounds.yml")
        measured = _measured(sources, console)
        results = figures(measured, bounds)
    except (BadSet, BadEntityFile, BadTopics, FaqFileError, CannotPlay) as exc:
        raise CannotEvaluate(str(exc)) from exc
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(page("How well the bot understands", results, sections(measured)), "utf-8")
    for name, draw in plots(measured).items():
        save_plot(report.with_name(f"{report.stem}-{name}.svg"), draw)
    console.print(_table(results))
    console.print(f"The report, with every miss and the plots: {report}")
    return all(one.holds for one in results)


def _measured(sources: Sources, console: Console) -> Measured:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, silence():
        bar = progress.add_task("evaluating", total=STEPS)
        begun = iter(range(STEPS))

        def step(what: str) -> None:
            progress.update(bar, completed=next(begun), description=what)

        measured = measure(sources, step)
        progress.update(bar, completed=STEPS, description="evaluated")
    return measured


def _table(results: Sequence[Figure]) -> Table:
    table = Table("Figure", box=None)
    table.add_column("Measured", justify="right")
    table.add_column("Bound", justify="right")
    for one in results:
        table.add_row(one.name, one.shown if one.holds else f"[bold red]{one.shown}[/bold red]", one.bound)
    return table
