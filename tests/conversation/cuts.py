"""Plays a conversation with cuts in it, and tells what became of it, to be held against the same without any.

A cut falls between two messages: time passes, the process is killed, the channel changes, the snapshot is cut short,
another model is loaded, or several of these at once. Used by `test_cuts`.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from functools import cache, partial
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain

from bot.dialogue.port import Dialogue
from bot.dialogue.snapshot import dump, restore
from bot.settings import PROJECT
from memory.model import Author, CloseCase, Erase, Extent, HandoffReason, Message, OpenCase, Record, RequestHandoff
from tests.conversation.script import Script, Step
from tests.conversation.stage import Stage
from tests.conversation.watched import Remembered, Turn, WatchedDialogue

RESUME_LINE = re.compile(r"Welcome back\b.*")
_KEY = re.compile(r"\b[0-9a-f]{32}\b|\b[0-9A-F]{4}-[0-9A-F]{4}\b|(?<=export_id=')[\w-]+")
"""What is drawn at random: keys of cases, references of what was erased, ids of exports."""
_OWNED_UP = RequestHandoff(HandoffReason.BROKEN_PROMISE)
"""What time alone brings about: the call for a person when a promise was due meanwhile."""
_REPETITION = HandoffReason.REPETITION.value
_QUESTION = re.compile(r"[^.?!\n]*\?")
OF_THE_MOMENT = frozenset({"channel", "people_here", "reply_by", "resuming", "told"})
"""Slots that say what is now, and what was told lately: a silence changes them, and should."""
_KEPT: Mapping[str, Mapping[str, str]] = {
    "memory.sqlite": {
        # Whether a case came back or there is a new one beside it depends on the time between, and should.
        "cases": "SELECT DISTINCT topic, title, closed_at IS NULL FROM cases WHERE closed_at IS NULL OR NOT EXISTS"
        " (SELECT 1 FROM cases AS later WHERE later.id > cases.id AND later.topic = cases.topic"
        " AND later.title = cases.title) ORDER BY 1, 2, 3",
        # What both of two linked sides have said stands there once for each.
        "facts": "SELECT key, value, valid_until IS NULL FROM facts WHERE NOT EXISTS (SELECT 1 FROM facts AS later"
        " WHERE later.id = facts.superseded_by AND later.value = facts.value) ORDER BY id",
        # Who comes back after a promise was due is told of it and promised anew.
        "promises": "SELECT DISTINCT text FROM promises ORDER BY text",
        "handoffs": "SELECT reason, state FROM handoffs ORDER BY requested_at",
        "answers": "SELECT faq_id, helped FROM attempts ORDER BY id",
    },
    "shop.sqlite": {
        "returns": "SELECT order_number, sku, reason, resolution FROM returns ORDER BY rowid",
        "orders": "SELECT number, state, address FROM orders ORDER BY number",
    },
}


class Kill(Enum):
    """When the power fails, as to the next message."""

    BEFORE_ITS_TURN = "it was accepted, and nobody had begun to answer it"
    BEFORE_ITS_COMMIT = "it was answered, all was done at the shop, and nothing was remembered"


@dataclass(frozen=True, slots=True)
class Cut:
    """What happens just before the message at this place of a script."""

    place: int
    silence: timedelta = timedelta(0)
    channel: str | None = None
    is_compacted: bool = False
    is_retrained: bool = False
    kill: Kill | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message and what came of it."""

    said: str
    questions: Sequence[str]
    slots: Mapping[str, Any]
    form: str | None
    records: Sequence[str]


_Matter = tuple[str | tuple[str, str], ...]
"""What a case is about: its topic, and what it was about of which order."""


@dataclass(slots=True)
class Course:
    """How a conversation went: message by message, and what is written down at its end."""

    exchanges: list[Exchange] = field(default_factory=list)
    most_resume_lines: int = 0
    """At one cut."""
    kept: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _matters: dict[str, _Matter] = field(default_factory=dict)
    """Of each case."""
    _over: dict[_Matter, str] = field(default_factory=dict)
    """The number of the closed case of a matter."""

    @property
    def repeats(self) -> bool:
        """Whether something is said again in it, which is noticed within the same conversation only."""
        return any(_REPETITION in repr((exchange.slots, exchange.records)).lower() for exchange in self.exchanges)

    def add(self, step: Step, replies: Sequence[Message], turn: Turn | None) -> None:
        """Note an exchange; keys drawn at random are numbered as they appear. None: the dialogue was not needed."""
        records = turn.outcome.records if turn else ()
        self._recognise(records)
        remembered = turn.after if turn else Remembered({})
        slots = {name: value for name, value in remembered.slots.items() if name not in OF_THE_MOMENT}
        self.exchanges.append(
            Exchange(
                said=step.say or f"[{step.press}]",
                questions=questions_in([each.text for each in replies if each.author is Author.BOT]),
                slots=json.loads(self._numbered(json.dumps(slots))),
                form=remembered.form,
                records=[self._numbered(repr(record)) for record in records if record != _OWNED_UP],
            )
        )

    def _recognise(self, records: Sequence[Record]) -> None:
        """Give a case the number of the one that was closed on the same matter.

        Whether that one comes back or there is a new one, with another key, depends on the time between, and should.
        """
        for record in records:
            if isinstance(record, OpenCase) and record.key and record.about:
                matter = self._matters[record.key] = record.topic, *sorted(record.about.items())
                if record.key not in self._keys and matter in self._over:
                    self._keys[record.key] = self._over[matter]
            elif isinstance(record, CloseCase) and record.key in self._matters:
                self._over[self._matters[record.key]] = self._numbered(record.key)

    def _numbered(self, text: str) -> str:
        return _KEY.sub(lambda key: self._keys.setdefault(key.group(), f"key {len(self._keys) + 1}"), text)


async def play(script: Script, cuts: Sequence[Cut], models: Sequence[Dialogue], folder: Path) -> Course:
    """Play a script's messages. `models` answer in turns: the next takes over where a cut brings another model."""
    by_place = {cut.place: cut for cut in cuts}
    watched, course = WatchedDialogue(models[0]), Course()
    async with Stage(dialogue=watched, folder=folder, script=script) as stage:
        for place, step in enumerate(script.steps):
            cut = by_place.get(place, Cut(place))
            shown = await _cut(stage, cut, watched, models, folder)
            watched.seed, earlier = place, len(watched.turns)
            replies = await _speak(stage, step, cut, watched)
            resume_lines = sum(bool(RESUME_LINE.match(message.text)) for message in (*shown, *replies))
            course.most_resume_lines = max(course.most_resume_lines, resume_lines)
            turn = watched.turns[-1] if len(watched.turns) > earlier else None
            course.add(step, replies, turn)
            if turn and any(_is_of_everything(record) for record in turn.outcome.records):
                stage.go_home()
    course.kept = {**rows(folder, "memory.sqlite"), **rows(folder, "shop.sqlite")}
    return course


async def _cut(
    stage: Stage, cut: Cut, watched: WatchedDialogue, models: Sequence[Dialogue], folder: Path
) -> Sequence[Message]:
    """Let it happen; what the customer was shown by it."""
    stage.let_pass(cut.silence)
    if cut.is_retrained:
        watched.dialogue = models[(models.index(watched.dialogue) + 1) % len(models)]
    if cut.is_retrained or cut.is_compacted:
        await stage.restart(meanwhile=partial(_compact, folder) if cut.is_compacted else None)
    return await stage.move_to(cut.channel) if cut.channel else ()


async def _speak(stage: Stage, step: Step, cut: Cut, watched: WatchedDialogue) -> Sequence[Message]:
    watched.power_fails = cut.kill is Kill.BEFORE_ITS_COMMIT
    return await stage.speak(step, before_its_turn=stage.restart if cut.kill is Kill.BEFORE_ITS_TURN else None)


def _is_of_everything(record: Record) -> bool:
    return isinstance(record, Erase) and record.extent is Extent.EVERYTHING


def questions_in(texts: Sequence[str]) -> Sequence[str]:
    """What the bot asked, save for what it says to somebody who comes back."""
    told = [text for text in texts if not RESUME_LINE.match(text)]
    return [question.strip() for text in told for question in _QUESTION.findall(text)]


def rows(folder: Path, file: str) -> Mapping[str, Sequence[Any]]:
    """What stands in the books of memory or of the shop."""
    with closing(sqlite3.connect(folder / file)) as books:
        return {name: books.execute(query).fetchall() for name, query in _KEPT[file].items()}


def _compact(folder: Path) -> None:
    """Cut every snapshot as short as it can be."""
    with closing(sqlite3.connect(folder / "memory.sqlite")) as memory, memory:
        for customer_id, snapshot in memory.execute("SELECT customer_id, snapshot FROM dialogue_states").fetchall():
            shortest = dump(restore(customer_id, snapshot, _domain()), _domain(), cut_above=0, keep=0)
            memory.execute("UPDATE dialogue_states SET snapshot = ? WHERE customer_id = ?", (shortest, customer_id))


@cache
def _domain() -> Domain:
    return Domain.load(str(PROJECT / "domain.yml"))
