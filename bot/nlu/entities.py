"""Rasa entity extractor: adds the values that `finder` finds to each message. Fifth in config.yml.

What the shop sells and how its customers put things comes from the synonyms of the training data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import finder
from bot.nlu.finder import DEFAULTS, EntityFinder, Synonyms
from bot.nlu.found import Found
from bot.nlu.sources import fingerprint_of
from bot.nlu.spelling import place_in, spelled
from bot.nlu.text import readable

_FILE: Final = "synonyms.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SpacyEntities(GraphComponent, EntityExtractorMixin):
    """Adds `entities` to messages, save those that a customer only ruled out ("not the stove")."""

    def __init__(
        self,
        *,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        synonyms: Synonyms | None = None,
    ) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._finder = EntityFinder(config=config, synonyms=synonyms or {})
        self._zone = ZoneInfo(config["timezone"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpacyEntities:
        """Make an extractor that knows forms only; Rasa calls this before training."""
        return cls(config=config, model_storage=model_storage, resource=resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SpacyEntities:
        """Open a trained extractor; Rasa calls this when a model is loaded."""
        with model_storage.read_from(resource) as folder:
            synonyms = json.loads((Path(folder) / _FILE).read_text("utf-8"))
        return cls(config=config, model_storage=model_storage, resource=resource, synonyms=synonyms)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What `DEFAULTS` of the finder explains, and the time zone in which "today" is meant."""
        return {**DEFAULTS, "timezone": "UTC"}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Rasa looks at this class only; what is done with the synonyms is in the finder."""
        return fingerprint_of(finder)

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the synonyms: they are all there is to learn."""
        with self._model_storage.write_to(self._resource) as folder:
            content = json.dumps(training_data.entity_synonyms, ensure_ascii=False)
            (Path(folder) / _FILE).write_text(content, "utf-8")
        return self._resource

    def find(self, text: str, now: datetime) -> Sequence[Found]:
        """Return the entities of one text that was written at `now`, the shop's local time."""
        return self._finder.find(text, now)

    def _found(self, message: Message, now: datetime) -> Sequence[Found]:
        """What is found in the words as written, and what their slips had hidden: "fauty" is a reason too."""
        written, meant = str(message.get(TEXT) or ""), spelled(message)
        found = list(self._finder.find(written, now))
        if meant == readable(written):
            return found
        for piece in self._finder.find_worded(meant):
            place = place_in(readable(written), meant, piece.start, piece.end)
            if place is not None:
                moved = replace(piece, start=place[0], end=place[1])
                found += [] if any(moved.overlaps(other) for other in found) else [moved]
        return sorted(found, key=lambda piece: piece.start)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the entities of each message, in order of appearance."""
        now = datetime.now(self._zone)
        for message in messages:
            found = self._found(message, now)
            entities = self.add_extractor_name([_entity_dict(piece) for piece in found if not piece.denied])
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages


def _entity_dict(piece: Found) -> dict[str, Any]:
    return {"entity": piece.entity, "value": piece.value, "start": piece.start, "end": piece.end}


def bare_value(text: str, entities: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a message is nothing but values ("the tent", "it's 1042, thanks"), so surely an answer to a form.

    A value that no form asks for ("tomorrow", "Ana") does not make it one, but may stand beside one that does.
    """
    if all(entity["entity"] in _ASKED_BY_NO_FORM for entity in entities):
        return False
    rest = list(readable(text))
    for entity in entities:
        rest[entity["start"] : entity["end"]] = " " * (entity["end"] - entity["start"])
    return all(word in _FILLERS for word in _words_of("".join(rest)))


def _words_of(text: str) -> list[str]:
    return [word.strip("'’.,;:#?()\"-") for word in text.lower().split() if word.strip("'’.,;:#?()\"-")]


_ASKED_BY_NO_FORM: Final = frozenset({"quantity", "time", "phone", "money", "person"})
_FILLERS_LINE: Final = (
    "a an the this that it its it's is was they're are in of and please pls thanks thx number no order my size one "
    "ones pair colour color email e-mail postcode address just only me actually sorry oh well so um uh er very much "
    "sure of course certainly"
)
_FILLERS: Final = frozenset(_FILLERS_LINE.split())
