"""Measures everything that `bot evaluate` reports. Heavy libraries are loaded only here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from rasa.shared.core.domain import Domain  # noqa: F401 - Rasa's importers need it loaded before training data

from bot.evaluation.answers import FaqFound, Reaction, Silence, faq_found, reactions, silences
from bot.evaluation.dialogues import Played, play_dialogues
from bot.evaluation.entities import EntityScores, read_sentences, score_entities
from bot.evaluation.intents import Guessed
from bot.evaluation.sets import read_messages, read_off_topic
from bot.evaluation.split import split_guesses
from bot.faq.files import find_faq_files, read_faq_files
from bot.nlu.importer import FaqImporter
from bot.nlu.runner import Reader

Step = Callable[[str], None]
MESSAGES: Final = "messages.yml"
OFF_TOPIC: Final = "off_topic.yml"
ENTITIES: Final = "entities.yml"
BOUNDS: Final = "bounds.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where everything is: the trained model, its configuration and training data, the held-out sets, the dialogues."""

    model: Path
    config: Path
    training: Path
    sets: Path
    dialogues: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured. A set that the folder doesn't have is None."""

    intents: Sequence[Guessed]
    reactions: Sequence[Reaction] | None
    silences: Sequence[Silence] | None
    faq: Sequence[FaqFound]
    entities: EntityScores | None
    parse_ms: Sequence[float]
    dialogues: Played | None


def measure(sources: Sources, on_step: Step) -> Measured:
    """Measure all of it; `on_step` hears what begins. Raises BadSet."""
    on_step("training on four fifths of the examples")
    config = yaml.safe_load(sources.config.read_text("utf-8"))
    data = FaqImporter(training_data_paths=[str(sources.training)]).get_nlu_data()
    intents = split_guesses(config["pipeline"], data)
    on_step("opening the model")
    parse = _Timed(Reader(sources.model).parse)
    on_step("asking the held-out messages")
    messages = _read(sources.sets / MESSAGES, read_messages)
    found = reactions(parse, messages) if messages is not None else None
    on_step("asking what nothing answers")
    off_topic = _read(sources.sets / OFF_TOPIC, read_off_topic)
    silent = silences(parse, off_topic) if off_topic is not None else None
    on_step("searching the FAQ")
    faq = faq_found(parse, read_faq_files(find_faq_files([sources.training])))
    on_step("finding values")
    sentences = _read(sources.sets / ENTITIES, read_sentences)
    entities = score_entities(parse, sentences) if sentences is not None else None
    if sources.dialogues is not None:
        on_step("playing the dialogues")
    dialogues = play_dialogues(sources.dialogues) if sources.dialogues is not None else None
    return Measured(
        intents=intents,
        reactions=found,
        silences=silent,
        faq=faq,
        entities=entities,
        parse_ms=parse.took_ms,
        dialogues=dialogues,
    )


def _read(path: Path, reader: Callable[[Path], Any]) -> Any:
    return reader(path) if path.exists() else None
