"""Puts slips of the keyboard right before a message is understood: "retrun my boots" is read as "return my boots".

Second in config.yml. What is shown, stored and searched for values stays as the customer wrote it.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spellchecker import SpellChecker

from bot.nlu.encoder import known_words
from bot.nlu.text import readable

SPELLED: Final = "spelled"
UNKNOWN_WORDS: Final = "unknown_words"
"""The share of a message's words that are no words at all, from 0 to 1."""
_FILE: Final = "words.json"
_WORD: Final = re.compile(r"[^\W\d_]+")
_FEWEST_LETTERS: Final = 4
_LONG: Final = 8
_OWN_NAME_SEEN: Final = 3


def spelled(message: Message) -> str:
    """The message as it is to be understood: with slips put right where `Spelling` ran before."""
    return message.get(SPELLED) or message.get(TEXT) or ""


def place_in(written: str, meant: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a piece of the corrected text stands in the written one; None where words don't stand side by side."""
    pairs = list(zip(_WORD.finditer(written), _WORD.finditer(meant), strict=False))
    begins = [one.start() for one, other in pairs if other.start() == start]
    ends = [one.end() for one, other in pairs if other.end() == end]
    return (begins[0], ends[0]) if begins and ends else None


class Speller:
    """Knows the words of the training data and everyday English; usable without Rasa."""

    def __init__(self, *, words: Iterable[str], known: frozenset[str], rare: frozenset[str] = frozenset()) -> None:
        """`words` are what a slip may have meant, the most frequent first; `known` and `rare` words are no slips."""
        self._known = known.union(words)
        self._rare = rare
        by_letter: dict[str, list[str]] = defaultdict(list)
        for word in words:
            if len(word) >= _FEWEST_LETTERS:
                by_letter[word[0]].append(word)
        self._by_letter = dict(by_letter)
        self._meant = lru_cache(maxsize=4096)(self._look_up)

    def correct(self, text: str) -> str:
        """The text with every unknown word replaced by the one word it is a slip of, if there is one."""
        return _WORD.sub(lambda found: self._meant(found[0]), text)

    def unknown_share(self, text: str) -> float:
        """The share of the words, slips put right, that are no everyday ones: of "glorp flib nard" 1, of nothing 0."""
        words = [word.lower() for word in _WORD.findall(text) if len(word) > 1]
        return sum(word not in self._known for word in words) / len(words) if words else 0.0

    def _look_up(self, word: str) -> str:
        plain = word.lower()
        if len(plain) < _FEWEST_LETTERS or plain in self._known or plain in self._rare:
            return word
        slips = 2 if len(plain) >= _LONG else 1
        # A slip seldom hits the first letter, and looking only there keeps "boats" from ever becoming "coats".
        found = process.extractOne(plain, self._by_letter.get(plain[0], ()), scorer=OSA.distance, score_cutoff=slips)
        return _in_case_of(word, found[0]) if found else word


def _in_case_of(written: str, meant: str) -> str:
    """A word with capitals where the written one has them: they tell where a sentence begins."""
    if written.isupper():
        return meant.upper()
    return meant.capitalize() if written[0].isupper() else meant


def words_of(texts: Iterable[str], known: frozenset[str]) -> Sequence[str]:
    """The words that a slip may have meant, most frequent first: English ones, and names the texts use often."""
    seen = Counter(word for text in texts for word in _WORD.findall(text.lower()))
    return [word for word, times in seen.most_common() if word in known or times >= _OWN_NAME_SEEN]


@lru_cache(maxsize=1)
def _dictionary() -> frozenset[str]:
    """160,000 English words that are no slips, contractions also as "hasnt"; pyspellchecker has them from subtitles."""
    words = SpellChecker(language="en").word_frequency.dictionary
    return frozenset(word.replace("'", "") for word in words)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class Spelling(GraphComponent):
    """Sets `spelled` on messages."""

    def __init__(
        self, *, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, words: Sequence[str] = ()
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._learn(words)

    def _learn(self, words: Sequence[str]) -> None:
        self._words = words
        self._speller = Speller(words=words, known=self._english(), rare=_dictionary())

    def _english(self) -> frozenset[str]:
        model = self._config.get("model")
        return known_words(Path(model) if model else None)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Spelling:
        """Make one that changes nothing; Rasa calls this before training."""
        return cls(config=config, model_storage=model_storage, resource=resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Spelling:
        """Open the words learnt in training; Rasa calls this when a model is loaded."""
        with model_storage.read_from(resource) as folder:
            words = json.loads((Path(folder) / _FILE).read_text("utf-8"))
        return cls(config=config, model_storage=model_storage, resource=resource, words=words)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`model`: another sentence model's folder, whose word list then tells what is English."""
        return {"model": None}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of all examples."""
        texts = (example.get(TEXT) or "" for example in training_data.training_examples)
        self._learn(words_of(texts, self._english()))
        with self._model_storage.write_to(self._resource) as folder:
            (Path(folder) / _FILE).write_text(json.dumps(self._words, ensure_ascii=False), "utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Put slips in the examples right too."""
        self.process([example for example in training_data.training_examples if example.get(TEXT)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the corrected text of each message."""
        for message in messages:
            meant = self._speller.correct(readable(message.get(TEXT)))
            message.set(SPELLED, meant)
            message.set(UNKNOWN_WORDS, self._speller.unknown_share(meant))
        return messages
