"""Stock Rasa's own environment and trained model, kept in `.var/stock-rasa` and made anew only when something changed.

Called by `benchmarks.servers`. Nothing here is measured.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import yaml

from benchmarks.stock.project import Sources, stock_files

ROOT: Final = Path(__file__).resolve().parents[2]
HOME: Final = ROOT / ".var" / "stock-rasa"
PYTHON: Final = HOME / "venv" / "bin" / "python"
PROJECT: Final = HOME / "project"
MODEL: Final = PROJECT / "models" / "stock.tar.gz"
PARSER: Final = PROJECT / "models" / "parser.tar.gz"
QUIET: Final = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}

_REQUIREMENTS: Final = Path(__file__).with_name("requirements.txt")


class NoUv(Exception):
    """`uv` is needed to install stock Rasa and was not found. Start this with `uv run`."""


class NoModel(Exception):
    """Stock Rasa trained no model. Its log ends with the reason."""


def prepare(*, model_as_is: bool = False) -> None:
    """Install stock Rasa and train its model, each unless that is done; `model_as_is` takes an older model too."""
    _once(HOME / "venv.done", _REQUIREMENTS.read_text(), _install)
    if model_as_is and MODEL.is_file():
        return
    files = {name: yaml.safe_dump(content, sort_keys=False) for name, content in stock_files(Sources(ROOT)).items()}
    files["config.yml"] = _initial_config().read_text("utf-8")
    _once(HOME / "model.done", _REQUIREMENTS.read_text() + str(sorted(files.items())), lambda: _train(files))


def prepare_parser() -> None:
    """Install stock Rasa and train its default pipeline for an epoch: a parse takes as long as after a hundred."""
    _once(HOME / "venv.done", _REQUIREMENTS.read_text(), _install)
    config = yaml.safe_load(_packaged("rasa/engine/recipes/config_files/default_config.yml").read_text("utf-8"))
    for component in (part for part in config["pipeline"] if "epochs" in part):
        component["epochs"] = 1
    contents: dict[str, object] = {**stock_files(Sources(ROOT)), "config.yml": config}
    files = {name: yaml.safe_dump(content, sort_keys=False) for name, content in contents.items()}
    _once(
        HOME / "parser.done",
        _REQUIREMENTS.read_text() + str(sorted(files.items())),
        lambda: _train(files, PARSER, "nlu"),
    )


def _install() -> None:
    uv = _uv()
    print("Installing stock Rasa …", flush=True)
    subprocess.run([uv, "venv", "--quiet", "--clear", "--python", "3.10", str(HOME / "venv")], check=True)
    command = [uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--requirements", str(_REQUIREMENTS)]
    subprocess.run(command, check=True)


def _uv() -> str:
    """A uv that runs: the one that started us, the one `scripts/setup` installed, or one on the PATH."""
    for candidate in (os.environ.get("UV"), str(ROOT / ".tools" / "bin" / "uv"), shutil.which("uv")):
        # A version manager's shim may be on the PATH and refuse to run, so it is tried.
        if candidate and Path(candidate).exists() and _runs([candidate, "--version"]):
            return candidate
    raise NoUv(NoUv.__doc__)


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _initial_config() -> Path:
    """The configuration that `rasa init` gives everybody: Rasa's default pipeline and policies."""
    return _packaged("rasa/cli/initial_project/config.yml")


def _packaged(file: str) -> Path:
    return next((HOME / "venv" / "lib").glob(f"python*/site-packages/{file}"))


def _train(files: Mapping[str, str], model: Path = MODEL, *what: str) -> None:
    log_path = HOME / "train.log"
    print(f"Training stock Rasa on the same data, once; progress in {log_path}", flush=True)
    model.unlink(missing_ok=True)
    for name, content in files.items():
        target = PROJECT / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, "utf-8")
    command = [str(PYTHON), "-m", "rasa", "train", *what, "--out", "models"]
    command += ["--fixed-model-name", model.name.removesuffix(".tar.gz")]
    with log_path.open("w") as log:
        subprocess.run(command, cwd=PROJECT, env=os.environ | QUIET, stdout=log, stderr=log, check=False)
    if not model.is_file():
        raise NoModel(f"{NoModel.__doc__} Log: {log_path}")


def _once(mark: Path, made_from: str, make: Callable[[], None]) -> None:
    """Make something unless it was made from the very same inputs."""
    fingerprint = hashlib.sha256(made_from.encode()).hexdigest()
    if mark.is_file() and mark.read_text() == fingerprint:
        return
    make()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(fingerprint)
