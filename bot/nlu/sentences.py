"""Rasa featurizer that gives every message its sentence embedding. Third in config.yml.

The vectors are ordinary Rasa sentence features, so any Rasa component can use them too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.encoder import DEFAULT_CACHE, GRAPH_VERSION, MODEL_SHA256, Encoder, FloatArray
from bot.nlu.spelling import spelled

ORIGIN: Final = "SentenceEncoder"
HALFWAY: Final = "SentenceEncoder.halfway"


def open_encoder(config: dict[str, Any]) -> Encoder:
    """Return the process's encoder for the `model` and `cache_dir` of a component's configuration."""
    model = config.get("model")
    return Encoder.shared(model=Path(model) if model else None, cache=Path(config["cache_dir"]))


def embedding_of(message: Message) -> FloatArray | None:
    """Return the embedding `(dimension,)` that `SentenceEncoder` put on a message, if it has one."""
    return _vector(message, ORIGIN)


def halfway_of(message: Message) -> FloatArray | None:
    """Return the vector `(dimension,)` from halfway through the network that is beside the embedding."""
    return _vector(message, HALFWAY)


def _vector(message: Message, origin: str) -> FloatArray | None:
    for features in message.features:
        if features.origin == origin and features.attribute == TEXT:
            return np.asarray(features.features[0], dtype=np.float32)
    return None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):
    """Encodes messages with the sentence model of `bot.nlu.encoder`."""

    def __init__(self, *, encoder: Encoder) -> None:
        self._encoder = encoder

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """Open the encoder; Rasa calls this for training and for answering."""
        return cls(encoder=open_encoder(config))

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`model`: another model folder, else the packaged one. `cache_dir`: where converted graphs are kept."""
        return {"model": None, "cache_dir": str(DEFAULT_CACHE)}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Another model or graph means other embeddings: what was trained on them must be trained again."""
        return f"{config.get('model') or MODEL_SHA256}.v{GRAPH_VERSION}"

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the embedding of each message and the vector from halfway through the network."""
        encoded = self._encoder.encode_both([spelled(message) for message in messages])
        for message, embedding, halfway in zip(messages, encoded.embeddings, encoded.halfway, strict=True):
            message.add_features(Features(embedding[None, :], FEATURE_TYPE_SENTENCE, TEXT, ORIGIN))
            message.add_features(Features(halfway[None, :], FEATURE_TYPE_SENTENCE, TEXT, HALFWAY))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the embedding of each example that has a text."""
        self.process([example for example in training_data.training_examples if example.get(TEXT)])
        return training_data
