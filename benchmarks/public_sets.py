"""Measures the pipeline of config.yml on public intent sets: `uv run python -m benchmarks.public_sets FOLDER`.

FOLDER holds banking77/ and clinc150/ as CSV files with the columns text and intent: BANKING77 (Casanueva et al. 2020)
as train, dev, test and three draws of ten examples an intent; CLINC150 (Larson et al. 2019) as train, val, test and
oos_train, oos_val, oos_test. Each figure comes from `rasa train nlu` and `rasa test nlu`, in an empty project.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from benchmarks.stock.environment import QUIET
from bot.evaluation.intents import Guessed, accuracy, calibration_error, reliability
from bot.evaluation.report import draw_reliability, save_plot
from bot.nlu.runner import Reader

ROOT: Final = Path(__file__).resolve().parents[1]
UNKNOWN: Final = "out_of_scope"
_KEEP: Final = 0.935
"""Share of the in-scope messages that must stay right and answered at the threshold."""
_MARGIN: Final = 0.01
"""How much more of them must on val, where the threshold is chosen: messages seen later are harder."""
Rows = Sequence[tuple[str, str]]


def main() -> None:
    """Train and test on each set; print what it comes to."""
    parser = argparse.ArgumentParser(prog="benchmarks.public_sets", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="holds banking77/ and clinc150/")
    parser.add_argument("--sets", nargs="+", choices=["full", "ten", "clinc"], default=["full", "ten", "clinc"])
    parser.add_argument("--plots", type=Path, default=ROOT / "docs" / "images")
    options = parser.parse_args()
    banking, clinc = options.folder / "banking77", options.folder / "clinc150"
    if "full" in options.sets:
        rows = _rows(banking / "train.csv") + _rows(banking / "dev.csv")
        with _Project(rows) as project:
            guessed = project.tested(_rows(banking / "test.csv"))
            print(f"BANKING77, all examples: {_said(guessed)}; {project.cost}", flush=True)
            save_plot(options.plots / "calibration-banking77.svg", draw_reliability(reliability(guessed)))
    if "ten" in options.sets:
        shares = []
        for draw in range(3):
            with _Project(_rows(banking / f"train_10_s{draw}.csv")) as project:
                guessed = project.tested(_rows(banking / "test.csv"))
            print(f"BANKING77, ten an intent, draw {draw}: {_said(guessed)}", flush=True)
            shares.append(accuracy(guessed))
        print(f"BANKING77, ten an intent: {np.mean(shares):.2%} on average", flush=True)
    if "clinc" in options.sets:
        _clinc(clinc, options.plots)


def _said(guessed: Sequence[Guessed]) -> str:
    return f"{accuracy(guessed):.2%} right, calibration error {calibration_error(reliability(guessed)):.3f}"


def _clinc(folder: Path, plots: Path) -> None:
    """In-scope accuracy, and how well `out_of_scope` tells what is out of scope, its threshold chosen on val."""
    from sklearn.metrics import roc_auc_score

    with _Project(_rows(folder / "train.csv") + _unknown(folder / "oos_train.csv")) as project:
        reader = Reader(project.model)
        val, val_out = _asked(reader, _rows(folder / "val.csv")), _asked(reader, _unknown(folder / "oos_val.csv"))
        test, test_out = _asked(reader, _rows(folder / "test.csv")), _asked(reader, _unknown(folder / "oos_test.csv"))
        guessed = project.tested(_rows(folder / "test.csv"))
    known = np.array([one.known for one in (*test, *test_out)])
    auroc = roc_auc_score([1] * len(test) + [0] * len(test_out), known)
    threshold = _threshold(val)
    print(f"CLINC150 in-scope: {_said(guessed)} as `rasa test nlu` has it, {_right(test):.2%} before rejection")
    print(f"CLINC150 out of scope: AUROC {auroc:.4f}; at the threshold {threshold:.3f} chosen on val:")
    print(
        f"  in-scope right and kept {_right(test, threshold):.2%}, out-of-scope found {_found(test_out, threshold):.2%}"
    )
    save_plot(plots / "calibration-clinc150.svg", draw_reliability(reliability(guessed)))
    save_plot(plots / "out-of-scope-clinc150.svg", _draw_scope(test, test_out))
    print(f"  (val: {_right(val, threshold):.2%}, {_found(val_out, threshold):.2%}); {project.cost}")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whether the likeliest in-scope intent is right, and how likely the message is in scope at all."""

    is_right: bool
    known: float


def _asked(reader: Reader, rows: Rows) -> list[_Asked]:
    found = []
    for text, intent in rows:
        ranking = [guess for guess in reader.parse(text)["intent_ranking"] if guess["name"] != "nlu_fallback"]
        unknown = next((guess["confidence"] for guess in ranking if guess["name"] == UNKNOWN), 0.0)
        first = max((guess for guess in ranking if guess["name"] != UNKNOWN), key=lambda guess: guess["confidence"])
        found.append(_Asked(first["name"] == intent, 1 - unknown))
    return found


def _draw_scope(known: Sequence[_Asked], unknown: Sequence[_Asked]) -> Callable[[Any], None]:
    """Draws, over all thresholds, what is found of the out-of-scope against what stays right of the in-scope."""
    thresholds = np.quantile([one.known for one in (*known, *unknown)], np.linspace(0, 1, 201))

    def draw(axes: Any) -> None:
        axes.plot([_right(known, at) for at in thresholds], [_found(unknown, at) for at in thresholds], color="#2f6f8f")
        axes.axvline(_KEEP, color="#bbb", linewidth=1)
        axes.set_xlim(0.8, 1)
        axes.set_xlabel("in scope, right and kept")
        axes.set_ylabel("out of scope, found")

    return draw


def _threshold(asked: Sequence[_Asked], keep: float = _KEEP + _MARGIN) -> float:
    """The highest threshold that keeps so much of the in-scope messages right and answered."""
    candidates = sorted({one.known for one in asked})
    return max(at for at in candidates if _right(asked, at) >= keep)


def _right(asked: Sequence[_Asked], at_least: float = 0.0) -> float:
    return float(np.mean([one.is_right and one.known >= at_least for one in asked]))


def _found(asked: Sequence[_Asked], threshold: float) -> float:
    return float(np.mean([one.known < threshold for one in asked]))


def _rows(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["intent"]) for row in csv.DictReader(file)]


def _unknown(path: Path) -> list[tuple[str, str]]:
    return [(text, UNKNOWN) for text, _ in _rows(path)]


class _Project:
    """An empty Rasa project with our pipeline, trained on some rows."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __enter__(self) -> _Project:
        self._folder = Path(tempfile.mkdtemp(prefix="public-set-"))
        shutil.copy(ROOT / "config.yml", self._folder)
        _write(self._folder / "train.yml", self._rows)
        begun, worked = time.perf_counter(), _processor_seconds()
        self._rasa("train", "nlu", "--nlu", "train.yml", "--out", ".", "--fixed-model-name", "model")
        took, work = time.perf_counter() - begun, _processor_seconds() - worked
        self.cost = f"trained in {took:.0f} s, {work:.0f} s of the processor"
        self.model = self._folder / "model.tar.gz"
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder)

    def tested(self, rows: Rows) -> list[Guessed]:
        """What `rasa test nlu` makes of each row."""
        _write(self._folder / "test.yml", rows)
        self._rasa(
            "test",
            "nlu",
            "--nlu",
            "test.yml",
            "--model",
            "model.tar.gz",
            "--out",
            "results",
            "--no-plot",
            "--successes",
        )
        wrong = {(row["text"], row["intent"]): row["intent_prediction"] for row in self._results("intent_errors.json")}
        right = {
            (row["text"], row["intent"]): row["intent_prediction"] for row in self._results("intent_successes.json")
        }
        both = right | wrong
        return [
            Guessed(text, intent, both[key]["name"], both[key]["confidence"])
            for text, intent in rows
            if (key := (text.strip(), intent)) in both
        ]

    def _results(self, name: str) -> list[dict[str, Any]]:
        path = self._folder / "results" / name
        found: list[dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.exists() else []
        return found

    def _rasa(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "rasa", *arguments]
        env = os.environ | QUIET | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=self._folder, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)


def _processor_seconds() -> float:
    """What the processes begun here and ended have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _write(path: Path, rows: Iterable[tuple[str, str]]) -> None:
    """Examples as Rasa's NLU data; what looks like an entity mark is no such thing here."""
    by_intent: dict[str, list[str]] = defaultdict(list)
    for text, intent in rows:
        by_intent[intent].append(" ".join(text.split()).replace("[", "(").replace("]", ")"))
    nlu = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)} for intent, texts in by_intent.items()
    ]
    path.write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True, sort_keys=False), "utf-8")


if __name__ == "__main__":
    main()
