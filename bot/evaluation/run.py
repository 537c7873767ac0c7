"""Measures everything that `bot evaluate` reports."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from bot.evaluation.answers import FaqFound, Parse, Reaction, Silence, faq_found, reactions, silences
from bot.evaluation.dialogues import Played, play_dialogues
from bot.evaluation.entities import EntityScores, score_entities
from bot.evaluation.facts import FactScores, read_facts, score_facts
from bot.evaluation.intents import Guessed
from bot.evaluation.person_topics import TopicScores, read_topical, score_topics
from bot.evaluation.sets import read_messages, read_off_topic
from bot.faq.files import find_faq_files, read_faq_files
from bot.nlu.pipeline import train_on_part
from bot.nlu.runner import Reader
from bot.person_topics import PersonTopics

HELD_OUT: Final = 0.2
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where everything is: the trained model, its configuration and training data, the held-out sets, the dialogues."""

    model: Path
    config: Path
    training: Path
    sets: Path
    dialogues: Path | None
    topics: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured; None for a set that the folder doesn't have."""

    intents: Sequence[Guessed]
    reactions: Sequence[Reaction] | None
    silences: Sequence[Silence] | None
    faq: Sequence[FaqFound]
    entities: EntityScores | None
    facts: FactScores | None
    topics: TopicScores | None
    dialogues: Played | None
    parse_ms: Sequence[float]


STEPS: Final = 8


def measure(sources: Sources, on_step: Callable[[str], None]) -> Measured:
    """Measure all of it; `on_step` hears what begins.

    Raises BadSet, BadEntityFile, BadTopics, FaqFileError, CannotPlay.
    """
    on_step("training on four fifths of the examples")
    intents = _split(sources)
    on_step("asking the held-out messages")
    reader = Reader(sources.model)
    parse = _Timed(reader.parse)
    answered = _if_there(sources.sets / "messages.yml", lambda path: reactions(parse, read_messages(path)))
    on_step("asking what nothing answers")
    silent = _if_there(sources.sets / "off_topic.yml", lambda path: silences(parse, read_off_topic(path)))
    on_step("searching the FAQ")
    faq = faq_found(parse, read_faq_files(find_faq_files([sources.training])))
    on_step("finding values")
    entities = _if_there(sources.sets / "entities.yml", lambda path: score_entities(path, reader.find))
    on_step("finding facts")
    facts = _if_there(sources.sets / "facts.yml", lambda path: score_facts(reader.parse, read_facts(path)))
    on_step("finding topics for a person")
    known = PersonTopics.read(sources.topics)
    topics = _if_there(sources.sets / "person_topics.yml", lambda path: score_topics(known.all_in, read_topical(path)))
    on_step("playing the dialogues")
    return Measured(
        intents=intents,
        reactions=answered,
        silences=silent,
        faq=faq,
        entities=entities,
        facts=facts,
        topics=topics,
        dialogues=play_dialogues(sources.dialogues) if sources.dialogues else None,
        parse_ms=parse.took_ms,
    )


def _split(sources: Sources) -> Sequence[Guessed]:
    """What the classifier makes of a fifth of the examples when it learnt from the others."""
    parts = yaml.safe_load(sources.config.read_text("utf-8"))["pipeline"]
    with tempfile.TemporaryDirectory() as folder:
        pipeline, held_out = train_on_part(parts, sources.training, Path(folder), held_out=HELD_OUT)
        return [_guessed(pipeline.classify(text), text, intent) for text, intent in held_out]


def _guessed(parsed: Mapping[str, Any], text: str, intent: str) -> Guessed:
    return Guessed(text, intent, str(parsed["intent"]["name"]), float(parsed["intent"]["confidence"]))


def _if_there(path: Path, ask: Callable[[Path], T]) -> T | None:
    return ask(path) if path.is_file() else None


class _Timed:
    """A parser that notes how long each message took."""

    def __init__(self, parse: Parse) -> None:
        self._parse = parse
        self.took_ms: list[float] = []

    def __call__(self, text: str) -> Mapping[str, Any]:
        begun = time.perf_counter()
        parsed = self._parse(text)
        self.took_ms.append((time.perf_counter() - begun) * 1000)
        return parsed
