"""Rasa intent classifier over the sentence embedding and the wording. Fourth in config.yml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any, Final

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from bot.nlu import intent_model, intent_training, neighbours, ngrams, regression
from bot.nlu.encoder import DEFAULT_CACHE, Encoded, FloatArray
from bot.nlu.importer import faq_id_of
from bot.nlu.intent_model import PART, Guess, IntentModel
from bot.nlu.intent_training import IntentSettings, train_intents
from bot.nlu.sentences import embedding_of, halfway_of, open_encoder
from bot.nlu.sources import fingerprint_of
from bot.nlu.spelling import spelled

RANKING_LENGTH: Final = 10
PARTS_KEY: Final = "intent_parts"
"""How likely each entry of the FAQ is by the classifier, which knows those of its training only."""


def set_ranking(message: Message, ranking: Sequence[Guess], unknown: str) -> None:
    """Set the first as `intent` and the first ten as `intent_ranking`, in Rasa's form.

    Always among them is the intent of what is none of the others: how likely that is decides much.
    """
    first, rest = ranking[:RANKING_LENGTH], ranking[RANKING_LENGTH:]
    kept = [*first, *(guess for guess in rest if guess.intent == unknown)]
    rows = [{"name": guess.intent, "confidence": guess.confidence} for guess in kept]
    message.set(INTENT, rows[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, rows, add_to_output=True)


def _label(example: Message) -> str:
    """The intent of an example; an entry of the FAQ is a part of its own."""
    intent, faq_id = str(example.get(INTENT)), faq_id_of(example)
    return f"{intent}{PART}{faq_id}" if faq_id else intent


def _words(label: str) -> str:
    intent, _, part = label.partition(PART)
    return (part or intent).replace("_", " ").replace("/", " ")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):
    """Sets `intent` and `intent_ranking` of a message; leaves both empty until it has been trained."""

    def __init__(
        self,
        *,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        self._config = config
        names = {field.name for field in fields(IntentSettings)}
        self._settings = IntentSettings(**{name: config[name] for name in names if name in config})
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        """Make an untrained classifier; Rasa calls this before training."""
        return cls(config=config, model_storage=model_storage, resource=resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """Open the trained classifier; Rasa calls this when a model is loaded.

        From here on the process uses one thread for matrices: several threads on one message's worth of numbers
        spend three times the processor time waiting for each other.
        """
        threadpool_limits(1)
        with model_storage.read_from(resource) as folder:
            model = IntentModel.load(folder)
        return cls(config=config, model_storage=model_storage, resource=resource, model=model)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`model` and `cache_dir` as for `SentenceEncoder`; the others are explained at `IntentSettings`."""
        return {"model": None, "cache_dir": str(DEFAULT_CACHE), **asdict(IntentSettings())}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """The classifier is trained anew when the code it is made of changes, not only this class."""
        return fingerprint_of(intent_model, intent_training, neighbours, ngrams, regression)

    def train(self, training_data: TrainingData) -> Resource:
        """Train on all examples that have an intent and an embedding; keep the result in Rasa's storage."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self._model = train_intents(
            texts=[spelled(example) for example in examples],
            encoded=Encoded(
                np.array([embedding_of(example) for example in examples]),
                np.array([halfway_of(example) for example in examples]),
            ),
            intents=[_label(example) for example in examples],
            settings=self._settings,
            names=self._names({_label(example) for example in examples}),
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def _names(self, intents: set[str]) -> dict[str, FloatArray]:
        """The embeddings of the names of intents and of their parts, in words."""
        names = sorted(intents)
        vectors = open_encoder(self._config).encode([_words(name) for name in names])
        return dict(zip(names, vectors, strict=True))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of each message and the ranking behind it."""
        for message in messages:
            embedding, halfway = embedding_of(message), halfway_of(message)
            if self._model is None or embedding is None or halfway is None:
                continue
            reading = self._model.read(spelled(message), embedding, halfway)
            message.set(PARTS_KEY, reading.parts)
            set_ranking(message, reading.ranking, self._settings.unknown_intent)
        return messages
