"""What the understanding tests share: the real encoder, the shop's real training data, one trained pipeline."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")

from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import class_from_module_path

from bot.nlu.encoder import Encoder
from bot.nlu.importer import FaqImporter

ROOT = Path(__file__).parents[3]
CACHE = ROOT / ".var" / "encoder"


@dataclass(frozen=True)
class Pipeline:
    """The components of config.yml, trained on the shop's data, stored and loaded again."""

    components: list[GraphComponent]

    def understand(self, text: str) -> dict[str, Any]:
        """Return what Rasa would report about one message."""
        messages = [Message(data={TEXT: text})]
        for component in self.components:
            messages = component.process(messages)
        return dict(messages[0].as_dict(only_output_properties=True))


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
    config = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
    return Pipeline([_trained(dict(part), shop_data, storage) for part in config["pipeline"]])


def _trained(part: dict[str, Any], data: TrainingData, storage: LocalModelStorage) -> GraphComponent:
    kind = class_from_module_path(part.pop("name"))
    config = {**kind.get_default_config(), **part}
    if "cache_dir" in config:
        config["cache_dir"] = str(CACHE)
    context = ExecutionContext(GraphSchema(nodes={}))
    make: Callable[..., GraphComponent] = kind.create
    component = make(config, storage, Resource(kind.__name__), context)
    if hasattr(component, "process_training_data"):
        component.process_training_data(data)
    if not hasattr(component, "train"):
        return component
    resource = component.train(data)
    return kind.load(config, storage, resource, context)
