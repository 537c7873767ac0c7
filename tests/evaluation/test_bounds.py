"""The bot understands as well as evaluation/bounds.yml demands, measured as an operator would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SETS = ROOT / "evaluation"


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], str]:
    report = tmp_path_factory.mktemp("evaluation") / "report.html"
    command = [sys.executable, "-m", "bot", "evaluate", "--no-dialogues", "--report", str(report)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done, report.read_text("utf-8") if report.exists() else ""


def test_every_bound_is_kept(evaluated: tuple[subprocess.CompletedProcess[str], str]) -> None:
    done, _ = evaluated

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def test_the_report_has_figures_plots_and_misses(evaluated: tuple[subprocess.CompletedProcess[str], str]) -> None:
    _, report = evaluated

    assert report.count("<svg") == 3
    assert "Held-out messages with the right reaction" in report
    assert "What was taken for something else" in report


@pytest.mark.parametrize("name", ["messages.yml", "off_topic.yml"])
def test_no_held_out_message_is_trained_on_or_tuned_on(name: str) -> None:
    held_out = {row["text"].lower() for row in yaml.safe_load((SETS / name).read_text("utf-8"))}
    trained = {
        line.strip(" -\t\n\"'").lower()
        for file in (ROOT / "nlu_data").rglob("*.yml")
        for line in file.read_text("utf-8").splitlines()
    }
    tuned = {row["text"].lower() for row in yaml.safe_load((SETS / "dev" / name).read_text("utf-8"))}

    assert not held_out & trained
    assert not held_out & tuned
