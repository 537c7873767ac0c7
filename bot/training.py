"""Trains the model when what it is made from has changed. Called by `bot train` and, through it, by the scripts."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from bot.settings import PROJECT, Refused

SOURCES = ("config.yml", "domain.yml", "nlu_data", "bot/nlu", "bot/faq", "uv.lock")
"""Everything a model is made from, relative to the project: data, settings, our components, their libraries."""


class TrainingFailed(Exception):
    """Rasa could not train. Its last words follow; `rasa data validate --data nlu_data` often says more."""

    def __init__(self, output: str) -> None:
        super().__init__(f"{self.__doc__}\n{output}")


def model_for_sources(models: Path) -> Path:
    """Where the model of the present sources is, or will be."""
    return models / f"threadkeeper-{_fingerprint()}.tar.gz"


def trained_model(given: Path) -> Path:
    """The model to answer with: of a folder the one of the present sources, else its newest. Raises Refused."""
    if given.is_file():
        return given
    fitting = model_for_sources(given)
    trained = sorted(given.glob("*.tar.gz"), key=lambda model: model.stat().st_mtime)
    if not trained:
        raise Refused(f"There is no trained model in {given}. Run `bot train`.")
    return fitting if fitting in trained else trained[-1]


def train(models: Path, on_step: Callable[[str], None]) -> Path:
    """Train a model unless there is one of the same sources; `on_step` hears each component begin.

    Older models stay, so that a running server keeps its own. Of processes that start side by side one trains, and the
    others wait for its model. Raises TrainingFailed.
    """
    target = model_for_sources(models)
    if target.is_file():
        return target
    with _alone_in(models):
        if not target.is_file():
            _train(target, on_step)
    return target


def steps() -> int:
    """How many components a training goes through."""
    config = yaml.safe_load((PROJECT / "config.yml").read_text(encoding="utf-8"))
    return len(config["pipeline"]) + len(config["policies"])


@contextmanager
def _alone_in(models: Path) -> Iterator[None]:
    """Keep other processes from training into this folder; the system lets go of it when this one ends or dies."""
    models.mkdir(parents=True, exist_ok=True)
    with (models / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _train(target: Path, on_step: Callable[[str], None]) -> None:
    unfinished = target.parent / "unfinished" / target.name  # so that a model is there whole or not at all
    unfinished.unlink(missing_ok=True)
    lines: list[str] = []
    for line in _rasa_train(unfinished):
        lines.append(line)
        if (name := _component_of(line)) is not None:
            on_step(name)
    if not unfinished.is_file():
        raise TrainingFailed("".join(lines[-30:]))
    unfinished.replace(target)


def _rasa_train(target: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "rasa", "train", "--data", "nlu_data", "--out", str(target.parent.resolve())]
    command += ["--fixed-model-name", target.name.removesuffix(".tar.gz")]
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen(
        command, cwd=PROJECT, env=os.environ | quiet, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        yield from process.stdout


def _component_of(line: str) -> str | None:
    """The component in a line such as "Starting to train component 'SentenceEncoder'."."""
    _, found, rest = line.partition("train component '")
    return rest.split("'")[0] if found else None


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for source in SOURCES:
        root = PROJECT / source
        for file in [root] if root.is_file() else sorted(root.rglob("*")):
            if file.is_file() and file.suffix in {".yml", ".py", ".lock"}:
                digest.update(str(file.relative_to(PROJECT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
