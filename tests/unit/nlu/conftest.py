"""What the understanding tests share: the real encoder, the shop's real training data, one trained pipeline."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")

from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.encoder import Encoder
from bot.nlu.importer import FaqImporter
from bot.nlu.pipeline import Pipeline, train_pipeline

ROOT = Path(__file__).parents[3]
CACHE = ROOT / ".var" / "encoder"
ENCODING = {"bot.nlu.sentences.SentenceEncoder", "bot.nlu.intents.IntentClassifier", "bot.nlu.faq.FaqSelector"}


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
def pipeline(shop_data: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    parts = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))["pipeline"]
    kept = [{**part, "cache_dir": str(CACHE)} if part["name"] in ENCODING else part for part in parts]
    return train_pipeline(kept, shop_data, tmp_path_factory.mktemp("model"))
