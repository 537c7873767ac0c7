"""Rasa component that finds the FAQ entries near a message and settles its intent. Last in config.yml.

The dialogue hands it the entries anew when the FAQ is edited (`use`), with no training.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.faq import index as faq_index
from bot.faq.entry import FaqEntry, faq_texts
from bot.faq.index import Match
from bot.faq.languages import FaqLanguages
from bot.nlu import encoder as sentence_encoder
from bot.nlu.decide import (
    OUT_OF_SCOPE,
    Entry,
    Thresholds,
    chance_of_answer,
    decide,
    strength,
)
from bot.nlu.encoder import DEFAULT_CACHE, FloatArray
from bot.nlu.entities import bare_value
from bot.nlu.importer import faq_entries
from bot.nlu.intent_model import Guess
from bot.nlu.intents import PARTS_KEY, set_ranking
from bot.nlu.sentences import embedding_of, open_encoder
from bot.nlu.sources import fingerprint_of
from bot.nlu.spelling import UNKNOWN_WORDS, spelled
from bot.nlu.text import readable, says_something

FAQ_KEY: Final = "faq"
CHANCE_KEY: Final = "faq_chance"
"""How likely the first entry answers the message."""
CANDIDATES: Final = 3
SEARCHED: Final = 10
LANGUAGE_KEY: Final = "language"
"""Where a message's metadata tells the customer's language, two letters."""
LEARNT: Final = 0.5
"""Share of an entry's wordings, those of the training or those of today, that must be in both."""
BABBLE: Final = 0.5
"""Share of words that are none from which on a message says nothing."""
_BABBLED: Final = frozenset({OUT_OF_SCOPE, "abuse"})
"""What words that are none are taken for."""
_ENTRIES: Final = "entries.json"
_VECTORS: Final = "vectors.npy"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FaqSelector(GraphComponent):
    """Adds the best FAQ entries as `faq` to a message and sets the intent that is sure enough to act upon."""

    def __init__(
        self,
        *,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        index: FaqLanguages,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._index = index
        self._learnt = {entry.id: entry for entry in index.entries}
        self._still_learnt = frozenset(self._learnt)
        names = {field.name for field in fields(Thresholds)}
        self._thresholds = Thresholds(**{name: config[name] for name in names if name in config})

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FaqSelector:
        """Make a selector without any entries; Rasa calls this before training."""
        return cls(config=config, model_storage=model_storage, resource=resource, index=FaqLanguages({}))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FaqSelector:
        """Open the index made in training; Rasa calls this when a model is loaded."""
        with model_storage.read_from(resource) as folder:
            index = _read(Path(folder))
        return cls(config=config, model_storage=model_storage, resource=resource, index=index)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The thresholds are explained at `Thresholds`; `model` and `cache_dir` as for `SentenceEncoder`."""
        return {"model": None, "cache_dir": str(DEFAULT_CACHE), **asdict(Thresholds())}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """The stored index depends on the encoder too."""
        return fingerprint_of(faq_index, sentence_encoder)

    @property
    def index(self) -> FaqLanguages:
        """What answers now."""
        return self._index

    def use(self, entries: Sequence[FaqEntry]) -> None:
        """Answer from these entries from the next message on; safe while messages are being parsed."""
        learnt = frozenset(entry.id for entry in entries if self._is_learnt(entry))
        worded = [replace(entry, heard=self._learnt[entry.id].heard if entry.id in learnt else ()) for entry in entries]
        self._index, self._still_learnt = self._index.updated(worded, open_encoder(self._config)), learnt

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the wordings that the importer put into the training data, with their embeddings."""
        examples = training_data.intent_examples
        entries = faq_entries(examples)
        known = {example.get(TEXT): embedding_of(example) for example in examples}
        wordings = faq_texts(entries)
        unknown = [wording for wording in wordings if wording not in known]  # a question whose example is held out
        known |= dict(zip(unknown, open_encoder(self._config).encode(unknown), strict=True))
        kept = _Kept(known)
        self._index = FaqLanguages.build(entries, kept)
        with self._model_storage.write_to(self._resource) as folder:
            _write(entries, kept.encode(wordings), Path(folder))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `faq` and settle `intent` of each message; the first guess stays in the ranking."""
        for message in messages:
            ranking = [Guess(row["name"], row["confidence"]) for row in message.get(INTENT_RANKING_KEY) or ()]
            embedding = embedding_of(message)
            if ranking and embedding is not None:
                self._settle(message, ranking, embedding)
        return messages

    def _settle(self, message: Message, ranking: list[Guess], embedding: FloatArray) -> None:
        text = readable(message.get(TEXT))
        matches = self._matches(message, embedding)
        chances = {guess.intent: guess.confidence for guess in ranking}
        answered = chance_of_answer(matches[0][1], chances, len(text.split())) if matches else 0.0
        chosen = decide(
            ranking=ranking if says_something(text) and not self._is_babble(message, ranking) else [],
            answered=answered,
            likeness=matches[0][1].likeness if matches else 0.0,
            is_bare_value=bare_value(text, message.get(ENTITIES) or ()),
            thresholds=self._thresholds,
        )
        rest = [guess for guess in ranking if guess.intent != chosen.intent]
        set_ranking(message, [chosen, *rest], OUT_OF_SCOPE)
        message.set(FAQ_KEY, [_candidate(match) for match, _ in matches[:CANDIDATES]], add_to_output=True)
        message.set(CHANCE_KEY, round(answered, 4), add_to_output=True)

    @staticmethod
    def _is_babble(message: Message, ranking: Sequence[Guess]) -> bool:
        """Whether it was taken for off-topic or rude only because it holds no words: then it was not understood."""
        return ranking[0].intent in _BABBLED and (message.get(UNKNOWN_WORDS) or 0.0) > BABBLE

    def _matches(self, message: Message, embedding: FloatArray) -> list[tuple[Match, Entry]]:
        """The entries found, those that the classifier finds likely too first."""
        parts = message.get(PARTS_KEY) or {}
        index = self._index.index(_language_of(message))
        found = index.search(embedding, spelled(message), SEARCHED)
        matches = [(match, self._judged(match, parts)) for match in found]
        return sorted(matches, key=lambda pair: -strength(pair[1]))

    def _judged(self, match: Match, parts: Mapping[str, float]) -> Entry:
        return Entry(match.score, parts.get(match.entry.id, 0.0) if match.entry.id in self._still_learnt else None)

    def _is_learnt(self, entry: FaqEntry) -> bool:
        """Whether the classifier knows the entry: one that was rewritten since the training is another to it."""
        learnt = self._learnt.get(entry.id)
        if learnt is None:
            return False
        then, now = {learnt.question, *learnt.phrasings}, {entry.question, *entry.phrasings}
        return len(then & now) >= LEARNT * max(len(then), len(now))


class _Kept:
    """An encoder that looks texts up among those encoded before."""

    def __init__(self, known: Mapping[str, FloatArray | None]) -> None:
        self._known = known

    def encode(self, texts: Sequence[str]) -> FloatArray:
        return np.array([self._known[text] for text in texts], dtype=np.float32)


def _language_of(message: Message) -> str | None:
    language = (message.get(METADATA) or {}).get(LANGUAGE_KEY)
    return language if isinstance(language, str) else None


def _candidate(match: Match) -> dict[str, Any]:
    entry = match.entry
    return {
        "id": entry.id,
        "question": entry.question,
        "answer": entry.answer,
        "score": round(match.score, 4),
        "topic": entry.topic,
    }


def _write(entries: Sequence[FaqEntry], vectors: FloatArray, folder: Path) -> None:
    kept = ("id", "question", "answer", "phrasings", "tags", "language", "heard")
    rows = [{name: getattr(entry, name) for name in kept} for entry in entries]
    (folder / _ENTRIES).write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    np.save(folder / _VECTORS, vectors, allow_pickle=False)


def _unlisted(value: Any) -> Any:
    """A value as an entry has it: what JSON keeps as a list is a tuple there."""
    return tuple(value) if isinstance(value, list) else value


def _read(folder: Path) -> FaqLanguages:
    rows = json.loads((folder / _ENTRIES).read_text("utf-8"))
    entries = [FaqEntry(**{name: _unlisted(value) for name, value in row.items()}) for row in rows]
    vectors = np.load(folder / _VECTORS, allow_pickle=False)
    return FaqLanguages.build(entries, _Kept(dict(zip(faq_texts(entries), vectors, strict=True))))
