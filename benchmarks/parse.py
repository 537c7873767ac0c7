"""Times understanding one message beside stock Rasa's default pipeline: `uv run python -m benchmarks.parse`.

Same messages, same training data, one thread each, in turns; each side first reads the messages of `evaluation/dev`,
as a bot that has been running for a while has. Stock Rasa is installed and trained first, if need be.
Processor time is given beside the clock: where others use the machine too, only that says what understanding takes.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.stock import environment
from bot.evaluation.sets import read_messages
from bot.training import trained_model

ROOT: Final = Path(__file__).resolve().parents[1]
ONE_THREAD: Final = {
    **environment.QUIET,
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}
OURS: Final = Path(__file__).with_name("parse_times.py")
THEIRS: Final = Path(environment.__file__).with_name("parse_times.py")
Took = tuple[float, float]
"""Milliseconds by the clock and of the processor."""


class _Texts(NamedTuple):
    """What is read beforehand, and what is timed."""

    before: list[str]
    timed: list[str]


def main() -> None:
    """Print both sides' p50 and p99 of each round, and how they compare over all rounds."""
    parser = argparse.ArgumentParser(prog="benchmarks.parse", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--texts", type=int, default=300)
    options = parser.parse_args()
    texts = _Texts(_texts("evaluation/dev/messages.yml"), _texts("evaluation/messages.yml")[: options.texts])
    environment.prepare_parser()
    ours: list[Took] = []
    theirs: list[Took] = []
    for number in range(1, options.rounds + 1):
        ours += _said(
            f"round {number}, Threadkeeper", _times(sys.executable, OURS, trained_model(ROOT / "models"), texts)
        )
        theirs += _said(
            f"round {number}, stock Rasa", _times(str(environment.PYTHON), THEIRS, environment.PARSER, texts)
        )
    for name, shares in (("clock", _shares(ours, theirs, 0)), ("processor", _shares(ours, theirs, 1))):
        print(f"Stock Rasa takes {shares[0]:.1f} times as long at p50, {shares[1]:.1f} at p99 ({name}).")


def _texts(file: str) -> list[str]:
    return [row.text for row in read_messages(ROOT / file)]


def _shares(ours: Sequence[Took], theirs: Sequence[Took], which: int) -> tuple[float, float]:
    """How many times as long stock Rasa takes, at p50 and p99."""
    mine, other = (_percentiles([took[which] for took in side]) for side in (ours, theirs))
    return other[0] / mine[0], other[1] / mine[1]


def _percentiles(took: Sequence[float]) -> tuple[float, float]:
    """p50, and p99 by the nearest rank."""
    return statistics.median(took), sorted(took)[math.ceil(len(took) * 0.99) - 1]


def _times(python: str, script: Path, model: Path, texts: _Texts) -> list[Took]:
    """What each text took."""
    command = [python, str(script), str(model)]
    done = subprocess.run(
        command,
        input=json.dumps(texts._asdict()),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
    )
    return [(float(clock), float(processor)) for clock, processor in json.loads(done.stdout.splitlines()[-1])]


def _said(what: str, took: list[Took]) -> list[Took]:
    clock, processor = (_percentiles([each[which] for each in took]) for which in range(2))
    print(f"{what}: p50 {clock[0]:.2f} ms, p99 {clock[1]:.2f} ms", end="; ")
    print(f"of the processor {processor[0]:.2f} and {processor[1]:.2f} ms", flush=True)
    return took


if __name__ == "__main__":
    main()
