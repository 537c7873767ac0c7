"""Rasa entity extractor: forms, phrases and the catalogue, every value normalised. Fourth in config.yml.

What the shop sells and how its customers put things comes from the synonyms of the training data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import catalogue, patterns, phrases
from bot.nlu.catalogue import Catalogue
from bot.nlu.patterns import Found, Patterns
from bot.nlu.phrases import Phrases
from bot.nlu.sources import fingerprint_of
from bot.nlu.text import readable

_FILE: Final = "synonyms.json"
# Of two that overlap, the one whose entity comes first here stays; "large" in "large rucksack" is no size.
_PRECEDENCE: Final = ("email", "address", "postcode", "order_number")
_LAST: Final = ("size", "colour")

Synonyms = Mapping[str, str]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SpacyEntities(GraphComponent, EntityExtractorMixin):
    """Adds `entities` to messages."""

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
        """How orders are numbered, which entities have fixed values, and which takes all other synonyms."""
        return {"order_digits": 4, "order_prefix": "", "values": {}, "catalogue": "product"}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Rasa looks at this class only; the finders are as much a part of it."""
        return fingerprint_of(patterns, phrases, catalogue)

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the synonyms: they are all there is to learn."""
        with self._model_storage.write_to(self._resource) as folder:
            content = json.dumps(training_data.entity_synonyms, ensure_ascii=False)
            (Path(folder) / _FILE).write_text(content, "utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the entities of each message, in order of appearance."""
        for message in messages:
            found = self._finder.find(message.get(TEXT) or "")
            entities = self.add_extractor_name([_entity_dict(piece) for piece in found])
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages


class EntityFinder:
    """All finders together; usable without Rasa."""

    def __init__(self, *, config: Mapping[str, Any], synonyms: Synonyms) -> None:
        """Take the component's configuration and the synonyms: a customer's wording to a value."""
        self._patterns = Patterns(order_digits=config["order_digits"], order_prefix=config["order_prefix"])
        values: dict[str, dict[str, str]] = {
            entity: {str(value).replace("_", " "): str(value) for value in listed}
            for entity, listed in config["values"].items()
        }
        owners = {value: entity for entity, own in values.items() for value in own.values()}
        names = {phrase: value for phrase, value in synonyms.items() if value not in owners}
        for phrase, value in synonyms.items():
            if value in owners:
                values[owners[value]][phrase] = value
        self._phrases = Phrases(values=values)
        self._catalogue = Catalogue(entity=config["catalogue"], names=names)

    def find(self, text: str) -> list[Found]:
        """Return all entities of a message in order of appearance; an address also shows its postcode."""
        text = readable(text)
        found = [*self._patterns.find(text), *self._phrases.find(text), *self._catalogue.find(text)]
        kept: list[Found] = []
        for piece in sorted(found, key=_rank):
            if not any(_excludes(other, piece) for other in kept):
                kept.append(piece)
        return sorted(kept, key=lambda piece: (piece.start, piece.end))


def _rank(piece: Found) -> tuple[int, int]:
    """Return a sorting key: firm forms first, then the longest, then what is often part of another name."""
    if piece.entity in _PRECEDENCE:
        return (0, _PRECEDENCE.index(piece.entity))
    return (2 if piece.entity in _LAST else 1, piece.start - piece.end)


def _excludes(kept: Found, piece: Found) -> bool:
    return kept.overlaps(piece) and (kept.entity, piece.entity) != ("address", "postcode")


def _entity_dict(piece: Found) -> dict[str, Any]:
    return {"entity": piece.entity, "value": piece.value, "start": piece.start, "end": piece.end}


def bare_value(text: str, entities: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a message is nothing but values ("the tent", "it's 1042, thanks"), so surely an answer to a form."""
    if not entities:
        return False
    rest = list(readable(text))
    for entity in entities:
        rest[entity["start"] : entity["end"]] = " " * (entity["end"] - entity["start"])
    return all(word in _FILLERS for word in _words_of("".join(rest)))


def _words_of(text: str) -> list[str]:
    return [word.strip("'’.,;:#?()\"-") for word in text.lower().split() if word.strip("'’.,;:#?()\"-")]


_FILLERS_LINE: Final = (
    "a an the this that it its it's is was they're are in of and please pls thanks thx number no order my size one "
    "ones pair colour color email e-mail postcode address just only me actually sorry oh well so um uh er very much "
    "sure of course certainly"
)
_FILLERS: Final = frozenset(_FILLERS_LINE.split())
