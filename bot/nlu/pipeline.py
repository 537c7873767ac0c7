"""Trains the components of a configuration in this process, without a model file. Called by evaluation and tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import class_from_module_path

from bot.nlu.faq import FaqSelector
from bot.nlu.importer import FaqImporter

_SEED: Final = 7


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Trained components, in the order in which a message passes them."""

    components: Sequence[GraphComponent]

    def parse(self, text: str) -> dict[str, Any]:
        """Return what Rasa would report about one message."""
        return _asked(self.components, text)

    def classify(self, text: str) -> dict[str, Any]:
        """The same before the FAQ selector settles what is done: all confidences are the classifier's own."""
        return _asked([component for component in self.components if not isinstance(component, FaqSelector)], text)


def _asked(components: Iterable[GraphComponent], text: str) -> dict[str, Any]:
    messages = [Message(data={TEXT: text})]
    for component in components:
        messages = component.process(messages)
    return dict(messages[0].as_dict(only_output_properties=True))


def train_pipeline(parts: Iterable[Mapping[str, Any]], data: TrainingData, folder: Path) -> Pipeline:
    """Train each part of a `pipeline:` on the data, store it in `folder` and load it again."""
    storage = LocalModelStorage.create(folder)
    return Pipeline([_trained(dict(part), data, storage) for part in parts])


def _trained(part: dict[str, Any], data: TrainingData, storage: LocalModelStorage) -> GraphComponent:
    kind = class_from_module_path(part.pop("name"))
    config = {**kind.get_default_config(), **part}
    context = ExecutionContext(GraphSchema(nodes={}))
    resource = Resource(kind.__name__)
    component = kind.create(config, storage, resource, context)
    if hasattr(component, "train"):
        resource = component.train(data)
    if hasattr(component, "process_training_data"):
        component.process_training_data(data)
    return kind.load(config, storage, resource, context) if hasattr(component, "train") else component


def train_on_part(
    parts: Iterable[Mapping[str, Any]], training: Path, folder: Path, *, held_out: float
) -> tuple[Pipeline, Sequence[tuple[str, str]]]:
    """Train on the data of a folder without a share of it; return the examples held out, as texts with intents."""
    data = FaqImporter(training_data_paths=[str(training)]).get_nlu_data()
    kept, rest = data.train_test_split(1 - held_out, _SEED)
    pipeline = train_pipeline(parts, kept, folder)
    return pipeline, [(example.get(TEXT), example.get(INTENT)) for example in rest.intent_examples]
