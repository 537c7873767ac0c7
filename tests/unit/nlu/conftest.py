"""What the understanding tests share: the real encoder, the shop's real training data, the trained pipeline."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")

from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import class_from_module_path

from bot.nlu.encoder import Encoder
from bot.nlu.importer import FaqImporter
from bot.nlu.pipeline import Pipeline
from bot.nlu.runner import component, open_model
from bot.training import train

ROOT = Path(__file__).parents[3]
CACHE = ROOT / ".var" / "encoder"


@pytest.fixture(scope="session")
def encoder_cache() -> Path:
    return CACHE


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder.shared(cache=CACHE)


@pytest.fixture(scope="session")
def shop_data() -> TrainingData:
    return FaqImporter(training_data_paths=[str(ROOT / "nlu_data")]).get_nlu_data()


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    """The components of config.yml as the model has them that serves customers (trained here if it is not there)."""
    _, runner = open_model(train(ROOT / "models", on_step=lambda _: None))
    parts = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))["pipeline"]
    return Pipeline([component(runner, class_from_module_path(part["name"])) for part in parts])
