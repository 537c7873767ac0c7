"""Trains the pipeline on four fifths of the examples and asks it the last fifth. Called by `bot evaluate`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.evaluation.intents import Guessed
from bot.nlu.pipeline import train_pipeline

HELD_OUT = 0.2
_SEED = 7


def split_guesses(parts: Sequence[dict[str, Any]], data: TrainingData, tick: Callable[[], None]) -> Sequence[Guessed]:
    """What the classifier alone makes of each held-out example; `tick` is called after each."""
    training, held_out = data.train_test_split(1 - HELD_OUT, _SEED)
    with tempfile.TemporaryDirectory() as folder:
        pipeline = train_pipeline(parts, training, Path(folder))
        return [_guessed(pipeline.parse, example, tick) for example in held_out.intent_examples]


def _guessed(parse: Callable[[str], dict[str, Any]], example: Any, tick: Callable[[], None]) -> Guessed:
    text = example.get(TEXT)
    first = max(parse(text)[INTENT_RANKING_KEY], key=lambda guess: guess["confidence"])
    tick()
    return Guessed(text, example.get(INTENT), first["name"], first["confidence"])
