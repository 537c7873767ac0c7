"""Times understanding one message beside stock Rasa's default pipeline: `uv run python -m benchmarks.parse`.

Same messages, same training data, one thread each, in turns. Stock Rasa must have been trained: `benchmarks.compare`.
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
from typing import Final

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


def main() -> None:
    """Print both sides' p50 and p99 of each round, and the ratio of the medians."""
    parser = argparse.ArgumentParser(prog="benchmarks.parse", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--texts", type=int, default=300)
    options = parser.parse_args()
    texts = [row.text for row in read_messages(ROOT / "evaluation" / "messages.yml")][: options.texts]
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(1, options.rounds + 1):
        ours += _said(
            f"round {number}, Threadkeeper", _times(sys.executable, OURS, trained_model(ROOT / "models"), texts)
        )
        theirs += _said(
            f"round {number}, stock Rasa", _times(str(environment.PYTHON), THEIRS, environment.MODEL, texts)
        )
    print(f"Stock Rasa takes {statistics.median(theirs) / statistics.median(ours):.1f} times as long (medians).")


def _times(python: str, script: Path, model: Path, texts: Sequence[str]) -> list[float]:
    """The milliseconds of each text."""
    command = [python, str(script), str(model)]
    done = subprocess.run(
        command,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
    )
    return [float(ms) for ms in json.loads(done.stdout.splitlines()[-1])]


def _said(what: str, took: list[float]) -> list[float]:
    ordered = sorted(took)
    p99 = ordered[math.ceil(len(ordered) * 0.99) - 1]
    print(f"{what}: p50 {statistics.median(took):.2f} ms, p99 {p99:.2f} ms", flush=True)
    return took


if __name__ == "__main__":
    main()
