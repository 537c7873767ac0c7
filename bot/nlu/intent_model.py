"""Which intent a message has, with a probability: a regression over meaning and wording, and the nearest example.

Made by `bot.nlu.intent_training`, asked by the Rasa component in `bot.nlu.intents`; usable without Rasa.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.nlu.encoder import FloatArray
from bot.nlu.neighbours import Neighbours
from bot.nlu.ngrams import Ngrams

PART: Final = "#"
"""Parts of an intent that are told apart, such as the entries of the FAQ, are labelled `ask_faq#return_window`: one
straight border around all of them would claim what lies between. Gains five points on the other intents."""
_LEAST_PART: Final = 0.001
_IN_QUESTION: Final = 16
"""Groups whose nearest example is looked for, the likeliest by the regression and by their middle."""
_WEIGHTS: Final = "weights.npz"
_NAMES: Final = "names.json"


class Guess(NamedTuple):
    """An intent and how likely it is, from 0 to 1."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a classifier makes of a message."""

    ranking: Sequence[Guess]
    """All intents, the most likely first; their confidences add up to 1."""
    parts: Mapping[str, float]
    """How likely each part of an intent is, by the part's name, for those not too unlikely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What a classifier over `g` groups has learnt; scores are already softened."""

    meaning: FloatArray
    """Weights of the embedding, `(dimension, g)`."""
    halfway: FloatArray
    """Weights of the vector from halfway through the network, `(dimension, g)`."""
    wording: FloatArray
    """Weights of the n-grams, `(terms, g)`."""
    offsets: FloatArray
    """`(g,)`."""
    examples: FloatArray
    """Embeddings of all examples, `(n, dimension)`, group after group."""
    starts: npt.NDArray[np.intp]
    """Where each group begins in `examples`, `(g,)`."""
    nearest_weight: float
    unknown: float
    """The score of being none of the intents, added to that of `unknown_group`."""
    unknown_group: int
    """The place of the intent of what is none of the others; -1 without one."""


class IntentModel:
    """A trained classifier. One message takes well under a millisecond."""

    def __init__(
        self,
        *,
        groups: Sequence[str],
        ngrams: Ngrams,
        numbers: Numbers,
    ) -> None:
        """Take the label of each output, an intent or a part of one, and the numbers learnt."""
        self.groups = tuple(groups)
        intents = [intent_of(group) for group in groups]
        self.intents = tuple(sorted(set(intents)))
        self._parts = [group.partition(PART)[2] for group in groups]
        self.ngrams = ngrams
        self._numbers = numbers
        self._meaning = np.concatenate([numbers.meaning, numbers.halfway])
        self._examples = [Neighbours(examples) for examples in np.split(numbers.examples, numbers.starts[1:])]
        self._middles = np.array([examples.middle for examples in self._examples])
        self._places = np.array([self.intents.index(intent) for intent in intents])
        if numbers.unknown_group >= 0:
            self._places = np.append(self._places, self._places[numbers.unknown_group])

    def read(self, text: str, embedding: FloatArray, halfway: FloatArray) -> Reading:
        """Return how likely each intent is, and each part of one, by a text and its two vectors `(dimension,)`."""
        chances = self._chances(text, embedding, halfway)
        total = np.bincount(self._places, weights=chances, minlength=len(self.intents))
        order = np.argsort(-total, kind="stable")
        ranking = [
            Guess(self.intents[place], chance) for place, chance in zip(order, total[order].tolist(), strict=True)
        ]
        likely = np.flatnonzero(chances[: len(self.groups)] >= _LEAST_PART)
        named = zip((self._parts[place] for place in likely), chances[likely].tolist(), strict=True)
        return Reading(ranking, {part: chance for part, chance in named if part})

    def _chances(self, text: str, embedding: FloatArray, halfway: FloatArray) -> FloatArray:
        """How likely each group is and, at the end, none of them where that can be."""
        learnt = self._numbers
        places, weights = self.ngrams.features(text)
        scores = np.concatenate([embedding, halfway]) @ self._meaning + weights @ learnt.wording[places]
        scores += learnt.offsets
        scores += learnt.nearest_weight * self._nearest(scores, embedding)
        if learnt.unknown_group >= 0:
            scores = np.append(scores, learnt.unknown)
        chances = np.exp(scores - scores.max())
        return np.asarray(chances / chances.sum(), dtype=np.float32)

    def _nearest(self, scores: FloatArray, embedding: FloatArray) -> FloatArray:
        """The likeness to the nearest example of each group; of those out of the question, to their middle."""
        likeness = self._middles @ embedding
        promise = scores + self._numbers.nearest_weight * likeness
        most = min(_IN_QUESTION, len(promise))
        for group in np.argpartition(promise, -most)[-most:]:
            likeness[group] = self._examples[group].nearest(embedding)
        return likeness

    def save(self, folder: Path) -> None:
        """Write the model into `folder` as plain numbers and names: loading runs no code."""
        names = {"groups": self.groups, "terms": self.ngrams.terms}
        (folder / _NAMES).write_text(json.dumps(names, ensure_ascii=False), "utf-8")
        np.savez(folder / _WEIGHTS, rarity=self.ngrams.rarity, **asdict(self._numbers))

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read what `save` wrote."""
        names = json.loads((folder / _NAMES).read_text("utf-8"))
        with np.load(folder / _WEIGHTS, allow_pickle=False) as file:
            stored = {name: file[name] if file[name].ndim else file[name].item() for name in file.files}
        rarity = stored.pop("rarity")
        return cls(
            groups=names["groups"], ngrams=Ngrams(terms=names["terms"], rarity=rarity), numbers=Numbers(**stored)
        )


def intent_of(group: str) -> str:
    """The intent that a label names, or is a part of."""
    return group.partition(PART)[0]
