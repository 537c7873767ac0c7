"""The command line: `bot serve`, `bot train`, `bot evaluate`, `bot chat`, `bot doctor`, `bot agent`, `bot customer`,
`bot faq`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.agent_commands import agent_cli
from bot.customer_commands import customer_cli
from bot.faq_commands import faq_cli
from bot.logs import log_at
from bot.reading_settings import load_settings
from bot.settings import InvalidSetting, Refused, Settings
from memory.errors import CannotOpen, SchemaTooNew

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Threadkeeper: a bot that never loses the thread.",
)
cli.add_typer(agent_cli, name="agent")
cli.add_typer(customer_cli, name="customer")
cli.add_typer(faq_cli, name="faq")
out = Console()
err = Console(stderr=True)


def main() -> None:
    """Run the command line."""
    # One message is too little work for several threads of linear algebra: they cost three times what they save.
    # numpy reads this when it is first imported, which is later than here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        cli()
    except SchemaTooNew as exc:  # of whichever command opens memory
        _fail(str(exc))
    except CannotOpen as exc:
        _fail(f"{exc} Check THREADKEEPER_DATABASE_URL, and that the database runs.")


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port; 0 lets the system choose.")] = None,
    database: Annotated[str | None, typer.Option(help="Database URL.")] = None,
    role: Annotated[str | None, typer.Option(help="all, gateway or worker.")] = None,
) -> None:
    """Serve customers and agents."""
    given = {"HOST": host, "PORT": port, "DATABASE_URL": database, "ROLE": role}
    settings = _settings({key: str(value) for key, value in given.items() if value is not None})
    log_at(settings.log_level)
    import uvloop

    from bot.serve import serve_forever

    uvloop.install()  # a tenth less of the processor for a message than with the loop of Python itself
    _run(serve_forever(settings, out))
    _leave()


def _leave() -> None:
    """End at once: all is closed and written down, and to take the model apart object by object takes seconds."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


@cli.command()
def train() -> None:
    """Train the model, if its sources have changed."""
    settings = _settings()
    train_with_progress(settings.model)


@cli.command()
def chat(
    customer: Annotated[str | None, typer.Option(help="A demo customer's id, to talk as them.")] = None,
    url: Annotated[str | None, typer.Option(help="A running server; by default the one of the settings.")] = None,
) -> None:
    """Talk with the bot as a customer."""
    from bot.chat import chat_in_terminal

    _run(chat_in_terminal(_settings(), customer=customer, url=url, console=out))


@cli.command()
def doctor() -> None:
    """Check settings and parts, and say how to mend what is wrong."""
    from bot.doctor import examine

    sys.exit(0 if examine(dict(os.environ), out) else 1)


@cli.command()
def evaluate(
    sets: Annotated[
        Path, typer.Option(help="Folder with messages.yml, off_topic.yml, entities.yml, bounds.yml.")
    ] = Path("evaluation"),
    report: Annotated[Path, typer.Option(help="Where the HTML report goes.")] = Path("results/evaluation.html"),
    dialogues: Annotated[bool, typer.Option(help="Also play the conversation scripts: minutes.")] = True,
) -> None:
    """Measure how well the bot understands, and fail where a bound of bounds.yml is not kept."""
    settings = _settings()
    train_with_progress(settings.model)
    from bot.evaluation.command import CannotEvaluate, evaluate_with_progress

    try:
        held = evaluate_with_progress(settings.model, sets=sets, report=report, dialogues=dialogues, console=out)
    except CannotEvaluate as exc:
        _fail(str(exc))
    sys.exit(0 if held else 1)


def train_with_progress(models: Path) -> None:
    """Train with a bar over the components; a line only when there is nothing to do."""
    from bot.training import TrainingFailed, model_for_sources, steps, train

    folder = models if models.suffix == "" else models.parent
    if model_for_sources(folder).is_file():
        out.print("[dim]· the model is up to date[/dim]")
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out) as progress:
        bar = progress.add_task("training: getting ready", total=steps() + 1)
        try:
            train(folder, lambda name: progress.update(bar, advance=1, description=f"training: {name}"))
        except TrainingFailed as exc:
            progress.stop()
            _fail(str(exc))
        progress.update(bar, completed=steps() + 1, description="trained")


def _settings(overrides: dict[str, str] | None = None) -> Settings:
    environ = dict(os.environ) | {f"THREADKEEPER_{key}": value for key, value in (overrides or {}).items()}
    try:
        return load_settings(environ)
    except InvalidSetting as exc:
        _fail(str(exc))


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        out.print()
    except (InvalidSetting, Refused) as exc:
        _fail(str(exc))


def _fail(message: str) -> NoReturn:
    err.print(message, style="red", soft_wrap=True, markup=False)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
